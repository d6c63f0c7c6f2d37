import { fuzz, slowEachTime } from "./fuzz.ts";
import { heapInUse } from "./heap.ts";
import { figures, problems } from "./report.ts";

/*
 * Only here are heap and time of single messages judged: collections take long, and other programs run beside
 * `make test`.
 */

/** No message, timeout or media packet may take longer, pauses of the machine left out. */
const LONGEST_MOST_MS = 50;

/** What a thread of `run.ts` tries. */
export interface Part {
  readonly seed: number;
  readonly count: number;
}

/** What came of it, in lines. */
export interface PartReport {
  readonly figures: readonly string[];
  readonly problems: readonly string[];
}

function run({ seed, count }: Part): PartReport {
  const clock = performance.now.bind(performance);
  const report = fuzz({ seed, count, clock, heap: heapInUse });
  const shown = figures(report);
  const found = problems(report);
  const slow = slowEachTime(report, {
    mostMs: LONGEST_MOST_MS,
    again: (calls) => {
      shown.push("something took long: the same tries again");
      return fuzz({ seed, count, clock, calls });
    },
  });
  for (const { ms, text } of slow) {
    found.push(`Each time this takes ${ms.toFixed(0)} ms or more:\n${text}`);
  }
  return { figures: shown, problems: found };
}

const thread = self as unknown as Worker;

thread.onmessage = ({ data }: MessageEvent<Part>) => thread.postMessage(run(data));
