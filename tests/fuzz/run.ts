import { fuzz, slowEachTime } from "./fuzz.ts";
import { heapInUse } from "./heap.ts";
import { figures, problems } from "./report.ts";

/*
 * Only here are heap and time of single messages judged: collections take long, and other programs run beside
 * `make test`.
 */

/** No message, timeout or media packet may take longer, pauses of the machine left out. */
const LONGEST_MOST_MS = 50;
/** The same tries each time, so that a red run is a fault of the change; another SEED explores. `make test` has 1. */
const SEED = 2;

/** Usage: run.ts COUNT [SEED] */
function main(): number {
  const count = Number(Deno.args[0] ?? 200_000);
  const seed = Number(Deno.args[1] ?? SEED);
  console.log(`seed ${seed}, ${count} tries`);
  const clock = performance.now.bind(performance);
  const report = fuzz({ seed, count, clock, heap: heapInUse });
  const found = problems(report);
  for (const line of figures(report)) console.log(line);
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

Deno.exit(main());
