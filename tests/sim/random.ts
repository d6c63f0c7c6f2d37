/** Repeatable randomness: all that differs between two seeds comes from here. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
    // The first numbers of neighbouring seeds resemble each other.
    for (let round = 0; round < 8; round++) this.next();
  }

  /** A stream of its own, for what draws now more and now less. */
  fork(): Random {
    return new Random(this.whole(0, 0x7fff_ffff));
  }

  /** Uniform in [0, 1): the generator known as mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /** One of them. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }
}

/** The streams of one world, by name: who draws more or less than before changes nothing for the others. */
export class Streams {
  constructor(readonly seed: number) {}

  /** A stream that gives the same numbers whatever others draw; asked for twice, it begins again. */
  of(name: string): Random {
    // FNV-1a.
    let hash = 0x811c9dc5;
    for (const letter of `${this.seed} ${name}`) {
      hash = Math.imul(hash ^ letter.charCodeAt(0), 0x0100_0193);
    }
    return new Random(hash >>> 0);
  }
}
