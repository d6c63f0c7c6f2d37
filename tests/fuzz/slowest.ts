/** One of the slowest calls of the core. */
export interface Slow {
  readonly ms: number;
  /** Which call of its arena it was, counted from 1: the same one in every run of the same tries. */
  readonly number: number;
  /** What it was: the message, or the event's type. */
  readonly text: string;
}

/** So many are kept: pauses of the machine would hide a slow message behind quick ones. */
const KEPT = 50;

/** The slowest calls of a run, slowest first. */
export class Slowest {
  #list: Slow[] = [];
  #number = 0;

  /** @param clock Real milliseconds. */
  constructor(readonly clock: () => number) {}

  /** Those that were kept. */
  get list(): readonly Slow[] {
    return this.#list;
  }

  /** How many calls there were. */
  get number(): number {
    return this.#number;
  }

  /** Runs something and keeps how long it took if that is long; `words` tells what it was. */
  time<T>(words: () => string, run: () => T): T {
    const number = ++this.#number;
    const start = this.clock();
    const result = run();
    const ms = this.clock() - start;
    const bar = this.#list.length < KEPT ? -1 : this.#list[KEPT - 1]!.ms;
    if (ms > bar) this.#note({ ms, number, text: words() });
    return result;
  }

  #note(slow: Slow): void {
    const before = this.#list.findIndex(({ ms }) => ms < slow.ms);
    this.#list.splice(before < 0 ? this.#list.length : before, 0, slow);
    this.#list.length = Math.min(this.#list.length, KEPT);
  }
}
