/** A scheduled call; keep it to cancel it. */
export interface Deadline {
  /** When it is due, in monotonic milliseconds. */
  readonly at: number;
  /** What happens then. */
  readonly run: (now: number) => void;
  /** True once cancelled or run. */
  done: boolean;
}

interface Entry extends Deadline {
  run: (now: number) => void;
  readonly order: number;
}

/** What a cancelled entry runs: it waits in the heap to be swept, and what it would have run is let go. */
const NOTHING = (): void => {};

/**
 * The one timer queue of the core: a binary heap of deadlines.
 * Equal times run in the order in which they were scheduled, so that every run is repeatable.
 */
export class DeadlineHeap {
  #entries: Entry[] = [];
  #order = 0;
  #cancelled = 0;

  /** How many deadlines are pending. */
  get size(): number {
    return this.#entries.length - this.#cancelled;
  }

  /** Schedules `run` at monotonic millisecond `at`. */
  schedule(at: number, run: (now: number) => void): Deadline {
    const entry: Entry = { at, run, done: false, order: this.#order++ };
    this.#entries.push(entry);
    this.#up(this.#entries.length - 1);
    return entry;
  }

  /** Cancels a deadline; one that is done, or undefined, is left alone. */
  cancel(deadline: Deadline | undefined): void {
    if (deadline === undefined || deadline.done) return;
    deadline.done = true;
    (deadline as Entry).run = NOTHING;
    this.#cancelled++;
    // Cancelled entries are swept when they are the majority: cancelling stays O(1), memory stays bounded.
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#entries.length) this.#sweep();
  }

  /** The time of the earliest pending deadline. */
  next(): number | undefined {
    this.#dropDone();
    return this.#entries[0]?.at;
  }

  /** Runs all that is due at `now`, including what is scheduled for `now` or earlier meanwhile. */
  runDue(now: number): void {
    for (;;) {
      this.#dropDone();
      const first = this.#entries[0];
      if (first === undefined || first.at > now) return;
      this.#pop();
      first.done = true;
      first.run(now);
    }
  }

  #dropDone(): void {
    while (this.#entries[0]?.done) {
      this.#pop();
      this.#cancelled--;
    }
  }

  #sweep(): void {
    this.#entries = this.#entries.filter((entry) => !entry.done);
    this.#cancelled = 0;
    for (let index = (this.#entries.length >> 1) - 1; index >= 0; index--) this.#down(index);
  }

  #pop(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.#down(0);
  }

  /** Moves an entry up to its place: those it passes come down, and it is written once. */
  #up(from: number): void {
    const entries = this.#entries;
    const entry = entries[from]!;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, entries[parent]!)) break;
      entries[index] = entries[parent]!;
      index = parent;
    }
    entries[index] = entry;
  }

  #down(from: number): void {
    const entries = this.#entries;
    const size = entries.length;
    const entry = entries[from]!;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(entries[child + 1]!, entries[child]!)) child++;
      if (!isBefore(entries[child]!, entry)) break;
      entries[index] = entries[child]!;
      index = child;
    }
    entries[index] = entry;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
