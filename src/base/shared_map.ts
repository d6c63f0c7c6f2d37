import {
  type Asking,
  type Holder,
  type NoPlace,
  type Seat,
  Shares,
  type SharesOptions,
} from "./shares.ts";

/** A map with a limit whose entries have holders: none of them takes what others need (RULES V7). */
export class SharedMap<K, V> {
  readonly shares: Shares;
  readonly #entries = new Map<K, V>();
  readonly #seats = new Map<K, Seat>();

  /** @param options How many entries it holds. */
  constructor(options: SharesOptions) {
    this.shares = new Shares(options);
  }

  /** Entries held now. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key. */
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** True if the key is there. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Adds a key, or replaces its value and holder; why not when there is no place for a new one. */
  set(key: K, value: V, by: { holder: Holder } & Asking): NoPlace | undefined {
    const { holder } = by;
    const former = this.#seats.get(key);
    const seat = former === undefined
      ? this.shares.take(holder, by)
      : former.account.name === holder.name
      ? former
      : this.shares.move(former, holder);
    if (seat === undefined) return this.shares.refusal(holder, by);
    this.#entries.set(key, value);
    this.#seats.set(key, seat);
    return undefined;
  }

  /** Removes a key. */
  delete(key: K): boolean {
    const seat = this.#seats.get(key);
    if (seat === undefined) return false;
    this.shares.give(seat);
    this.#seats.delete(key);
    return this.#entries.delete(key);
  }

  /** All values, in order of insertion. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  /** All entries, in order of insertion. */
  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }
}
