import { judgedTooFew, noCounts } from "./outcome.ts";
import { TABLE_NAMES, unfilled } from "./table_limits.ts";
import { simulateAll, type Told } from "./threads.ts";

/** Steps shown of a failing seed. */
const SHOWN = 60;

/** A failing seed as lines to read. */
export function report({ seed, violation, steps }: Told): string {
  return [...steps.slice(-SHOWN), `Seed ${seed} failed: ${violation?.message}`].join("\n");
}

if (import.meta.main) {
  const [first = 1, count = 200] = Deno.args.map(Number);
  const sums = noCounts();
  const filled = new Map(TABLE_NAMES.map((name) => [name, 0]));
  const excuses = new Map<string, number>();
  const failed: Told[] = [];
  await simulateAll(Array.from({ length: count }, (_, index) => first + index), (outcome) => {
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome.counts[key];
    for (const [name, times] of outcome.filled) filled.set(name, filled.get(name)! + times);
    for (const [why, times] of outcome.excuses) excuses.set(why, (excuses.get(why) ?? 0) + times);
    if (outcome.violation !== undefined) failed.push(outcome);
  });
  failed.sort((a, b) => a.seed - b.seed);
  for (const outcome of failed.slice(0, 3)) console.log(`${report(outcome)}\n`);
  if (failed.length > 0) console.log(`Failed: ${failed.map(({ seed }) => seed).join(" ")}`);
  const { calls, answered, restarts, affected, judged, changed, crossed, notified, sent, media } =
    sums;
  console.log(
    `${count} seeds: ${calls} calls, ${answered} answers with 200, ${restarts} restarts that ` +
      `${judged} of ${affected} calls on their way outlived, ${sent} messages, ${media} media packets`,
  );
  console.log(
    `${changed} calls were changed, ${crossed} offers crossed another, ${notified} NOTIFYs; ` +
      `the outside address was lost ${sums.addressLost} times; ${sums.listened} times somebody was ` +
      `listened for, ${sums.reached} times a phone had to be reached after a restart`,
  );
  const reasons = [...excuses].map(([why, times]) => `${why} ${times}`);
  console.log(`Calls that were not judged: ${reasons.join(", ") || "none"}`);
  const tables = [...filled].map(([name, times]) => `${name} ${times}`);
  console.log(`Tables came to their limits: ${tables.join(", ")}`);
  const missed = unfilled(filled, count);
  if (missed.length > 0) console.log(`Never at their limits: ${missed.join(", ")}`);
  const tooFew = judgedTooFew(sums, count);
  if (tooFew) console.log("Fewer than half of the calls that met a restart were judged");
  console.log(`${count - failed.length} passed, ${failed.length} failed, 0 skipped`);
  if (failed.length > 0 || missed.length > 0 || tooFew) Deno.exit(1);
}
