import type { BoundedMap } from "../base/bounded_map.ts";
import { TIMES } from "./times.ts";

/** True when a sentence, by its key, was not said within {@linkcode TIMES.warned}; it counts as said then. */
export function isDue(said: BoundedMap<string, number>, key: string, now: number): boolean {
  if ((said.get(key) ?? -Infinity) > now) return false;
  // All are remembered equally long, so those that are over stand first.
  for (const [old, until] of said.entries()) {
    if (until > now) break;
    said.delete(old);
  }
  return said.set(key, now + TIMES.warned);
}
