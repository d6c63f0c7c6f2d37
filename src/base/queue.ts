/** First in, first out in constant time: `Array.shift` moves every entry of a long array. */
export class Queue<T> {
  #entries: (T | undefined)[];
  #head = 0;

  /** @param entries What it holds at first, the first to leave first. */
  constructor(entries: readonly T[] = []) {
    this.#entries = [...entries];
  }

  /** Entries held. */
  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** Adds one at the end. */
  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** Takes the first one; undefined when empty. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const entry = this.#entries[this.#head];
    this.#entries[this.#head++] = undefined;
    // The places that were left are given up when they are the majority: each entry is moved once on average.
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Takes one out of the middle. */
  remove(entry: T): void {
    const rest = this.#entries.slice(this.#head).filter((other) => other !== entry);
    this.#entries = rest;
    this.#head = 0;
  }
}
