/** A map that never grows over its limit: every table of the core is one (STYLE: a limit for everything). */
export class BoundedMap<K, V> {
  #map = new Map<K, V>();
  /** How often an entry was refused because the map was full. */
  refused = 0;

  /** @param limit The most entries it holds. */
  constructor(readonly limit: number) {}

  /** Entries held now. */
  get size(): number {
    return this.#map.size;
  }

  /** True when a new key would be refused. */
  get full(): boolean {
    return this.#map.size >= this.limit;
  }

  /** The value of a key. */
  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** True if the key is there. */
  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Sets a key; false (and counted) if it is new and the map is full. */
  set(key: K, value: V): boolean {
    if (!this.#map.has(key) && this.full) {
      this.refused++;
      return false;
    }
    this.#map.set(key, value);
    return true;
  }

  /** Removes a key. */
  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  /** All values, in order of insertion. */
  values(): IterableIterator<V> {
    return this.#map.values();
  }

  /** All entries, in order of insertion. */
  entries(): IterableIterator<[K, V]> {
    return this.#map.entries();
  }
}
