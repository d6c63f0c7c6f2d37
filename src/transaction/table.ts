import { SharedMap } from "../base/shared_map.ts";
import type { Asking, Holder, Shares } from "../base/shares.ts";

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
  /** Beyond those, for what is urgent alone: it ends a call, or calls for help. */
  readonly urgent: number;
}

/** Transactions by key and by number; `T` is what is shown of them, `E` what the table of a kind knows itself. */
export class TransactionTable<T, E extends T & Keyed> {
  readonly #byKey: SharedMap<string, E>;
  readonly #byId = new Map<number, E>();
  #lastId = 0;

  /** @param room How many are held at once. */
  constructor({ limit, urgent }: Room) {
    this.#byKey = new SharedMap({ limit, reserve: urgent });
  }

  /** How many are held. */
  get size(): number {
    return this.#byKey.size;
  }

  /** How its places are divided (RULES V7). */
  get shares(): Shares {
    return this.#byKey.shares;
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

  /** Takes a transaction with {@linkcode nextId} and a key of its own; false when there is no place for it. */
  protected add(entry: E, by: { readonly holder: Holder } & Asking): boolean {
    if (this.#byKey.set(entry.key, entry, by) !== undefined) return false;
    this.#byId.set(++this.#lastId, entry);
    return true;
  }

  /** Removes a transaction; false when it has gone already. */
  protected remove(entry: E): boolean {
    return this.#byId.delete(entry.id) && this.#byKey.delete(entry.key);
  }
}
