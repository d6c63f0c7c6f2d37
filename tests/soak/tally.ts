/** What became of all calls and registrations. */
export interface Tally {
  answered: number;
  /** Answered calls that restarts fell into and that were up long enough after it to be judged. */
  outlived: number;
  /** Answered calls that were hung up while the program was not there, or too soon after it. */
  cut: number;
  refused: number;
  cancelled: number;
  registrations: number;
  /** What went wrong, in words. */
  readonly faults: string[];
}

/** A tally of nothing yet. */
export function emptyTally(): Tally {
  return {
    answered: 0,
    outlived: 0,
    cut: 0,
    refused: 0,
    cancelled: 0,
    registrations: 0,
    faults: [],
  };
}

/** What is wrong with a tally, in words: what went wrong, and what there never was. */
export function tallyFaults(tally: Tally): string[] {
  const least = {
    "answered call": tally.answered,
    "call refused or given up": tally.refused + tally.cancelled,
    registration: tally.registrations,
    "call that went on after a restart": tally.outlived,
  };
  const missing = Object.entries(least).filter(([, count]) => count === 0);
  return [...missing.map(([what]) => `There was no ${what}`), ...tally.faults];
}

/** A tally in words. */
export function tallyText(tally: Tally): string {
  const { answered, outlived, cut, refused, cancelled, registrations } = tally;
  return `${answered} answered (${outlived} outlived a restart, ${cut} were hung up in one or just after it), ` +
    `${refused} refused, ${cancelled} cancelled, ${registrations} registrations`;
}
