import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collections that are forced: what ends in one is sometimes found in the next only. */
const ROUNDS = 4;

/** Bytes of the heap in use after forced collections. */
export function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let left = ROUNDS; left > 0; left--) collect();
  return Deno.memoryUsage().heapUsed;
}
