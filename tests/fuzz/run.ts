import { fuzz, slowEachTime } from "./fuzz.ts";
import { figures, problems } from "./report.ts";

/*
 * Only here are heap and time of single messages measured: in `make test` other tests run beside it, and it may
 * not collect garbage.
 */

/** More heap than this may not stay. */
const GROWTH_MOST = 5_000_000;
/** No message, timeout or media packet may take longer, pauses of the machine left out. */
const LONGEST_MOST_MS = 50;
/** The same tries each time, so that a red run is a fault of the change; another SEED explores. `make test` has 1. */
const SEED = 2;

/** Usage: run.ts COUNT [SEED]; needs --v8-flags=--expose-gc. */
function main(): number {
  const count = Number(Deno.args[0] ?? 200_000);
  const seed = Number(Deno.args[1] ?? SEED);
  console.log(`seed ${seed}, ${count} tries`);
  const clock = performance.now.bind(performance);
  // What the compiler and the caches keep is there after a first, small run.
  const small = fuzz({ seed, count: Math.min(count, 8_000), clock });
  const before = heap();
  const report = small.failures.length > 0 ? small : fuzz({ seed, count, clock });
  const growth = heap() - before;
  const found = problems(report);
  for (const line of figures(report)) console.log(line);
  console.log(`heap: ${(growth / 1e6).toFixed(2)} MB more than before, after forced collections`);
  if (growth > GROWTH_MOST) found.push(`The heap grew by ${growth} bytes`);
  const slow = slowEachTime(report, {
    mostMs: LONGEST_MOST_MS,
    again: (calls) => {
      console.log("something took long: the same tries again");
      return fuzz({ seed, count, clock, calls });
    },
  });
  for (const { ms, text } of slow) {
    found.push(`Each time this takes ${ms.toFixed(0)} ms or more:\n${text}`);
  }
  for (const problem of found) console.log(`FAILED ${problem}`);
  if (found.length > 0) {
    console.log(`\nThe same tries again: make fuzz SEED=${seed} COUNT=${count}`);
  }
  console.log(`\n${found.length === 0 ? 1 : 0} passed, ${found.length} failed, 0 skipped`);
  return found.length === 0 ? 0 : 1;
}

/** Bytes in use after forced collections. */
function heap(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("Run with --v8-flags=--expose-gc to measure the heap");
  for (let round = 0; round < 4; round++) gc();
  return Deno.memoryUsage().heapUsed;
}

Deno.exit(main());
