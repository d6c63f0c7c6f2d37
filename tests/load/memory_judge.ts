/** Memory of the program under floods, in megabytes. */
export interface MemoryFigures {
  /** Live heap before the first round of floods, then after each round and a rest that outlasts all transactions. */
  readonly live: readonly number[];
  /** The most that was resident at any time. */
  readonly peak: number;
}

/**
 * How much the live heap may grow in the first round: code that is compiled for what it sees, and tables and
 * counters that have reached their size.
 */
const WARM_MOST = 8;

/**
 * How much it may grow in a later one: it has grown by 0.6 to 1.5. A round brings over 12,000 transactions, so this is
 * 250 bytes of each, less than the shortest answer that one could leave behind.
 */
const GROWTH_MOST = 3;

/**
 * The most that may be resident: it has come to 290 on two cores, and to 440 when others kept both of them busy. The
 * runtime takes 80, requests that nobody answers 50 (`BUDGETS`); the rest waits for the collector, which works beside
 * the program as far as there is a core to do so.
 */
const PEAK_MOST = 450;

/** What is wrong with memory, in words; nothing when it is flat and its peak bearable. */
export function memoryProblems({ live, peak }: MemoryFigures): string[] {
  const problems: string[] = [];
  if (live.length < 3) problems.push("no two rounds to compare");
  for (const [index, after] of live.entries()) {
    const growth = after - (live[index - 1] ?? after);
    const most = index === 1 ? WARM_MOST : GROWTH_MOST;
    if (growth <= most) continue;
    problems.push(`live heap grew by ${growth.toFixed(1)} MB in round ${index}, not by ${most} MB`);
  }
  if (peak > PEAK_MOST) problems.push(`peak of ${peak} MB, more than ${PEAK_MOST} MB`);
  return problems;
}
