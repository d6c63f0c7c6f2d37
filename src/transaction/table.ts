import { BoundedMap } from "../base/bounded_map.ts";

/** What a transaction is found by. */
export interface Keyed {
  /** Its number: none is given twice. */
  readonly id: number;
  /** What its messages name it by (RFC 3261 §17.1.3, §17.2.3). */
  readonly key: string;
}

/** How many transactions a table holds at once. */
export interface Room {
  /** Of any method. */
  readonly limit: number;
  /** Beyond those, for what ends a call alone: whoever begins a transaction says whether it does. */
  readonly ending: number;
}

/** Transactions by key and by number; `T` is what is shown of them, `E` what the table of a kind knows itself. */
export class TransactionTable<T, E extends T & Keyed> {
  readonly #byKey: BoundedMap<string, E>;
  readonly #byId = new Map<number, E>();
  readonly #limit: number;
  #lastId = 0;

  /** @param room How many are held at once. */
  constructor({ limit, ending }: Room) {
    this.#limit = limit;
    this.#byKey = new BoundedMap(limit + ending);
  }

  /** How many are held. */
  get size(): number {
    return this.#byKey.size;
  }

  /** How many were refused because the table was full. */
  get refused(): number {
    return this.#byKey.refused;
  }

  /** All of them, oldest first. */
  values(): IterableIterator<T> {
    return this.#byKey.values();
  }

  /** The transaction with that number, while it lives. */
  get(id: number): T | undefined {
    return this.#byId.get(id);
  }

  /** The transaction with that number, as the table knows it. */
  protected entry(id: number): E | undefined {
    return this.#byId.get(id);
  }

  /** The transaction with that key. */
  protected keyed(key: string): E | undefined {
    return this.#byKey.get(key);
  }

  /** The number of the next transaction. */
  protected get nextId(): number {
    return this.#lastId + 1;
  }

  /** Takes a transaction with {@linkcode nextId} and a key of its own; false when the table is full for it. */
  protected add(entry: E, { ending }: { ending: boolean }): boolean {
    if (!ending && this.size >= this.#limit) {
      this.#byKey.refused++;
      return false;
    }
    if (!this.#byKey.set(entry.key, entry)) return false;
    this.#byId.set(++this.#lastId, entry);
    return true;
  }

  /** Removes a transaction; false when it has gone already. */
  protected remove(entry: E): boolean {
    return this.#byId.delete(entry.id) && this.#byKey.delete(entry.key);
  }
}
