import { BoundedMap } from "../base/bounded_map.ts";
import { ok, refuse, type Result } from "../base/result.ts";

/** What a look-up found and for how long it may be kept, in ms. */
export interface Found<T> {
  readonly values: readonly T[];
  readonly ttlMs: number;
}

/** Asks the DNS for one name; must settle with a reason, never reject. */
export type Lookup<T> = (name: string) => Promise<Result<Found<T>>>;

/** What {@linkcode DnsCache} needs; times in ms. */
export interface DnsCacheOptions<T> {
  readonly lookup: Lookup<T>;
  /** Monotonic ms. */
  readonly now: () => number;
  /** The most names it keeps. */
  readonly limit: number;
  /** How long a look-up may take. */
  readonly timeoutMs: number;
  /** How long a failure is remembered when there is nothing to fall back on. */
  readonly negativeMs: number;
}

/** How long the last good answer is served while the DNS fails (PLATFORM, DNS). */
const KEEP_MS = 24 * 3_600_000;
/** How long after a failure the last good answer is served without asking again. */
const STALE_MS = 30_000;
/** How long a caller waits for a refresh when there is a last good answer. */
const PATIENCE_MS = 500;

interface Entry<T> {
  /** The last good answer. */
  values: readonly T[] | undefined;
  /** When it was found. */
  foundAt: number;
  reason: string;
  /** Until when the entry is served without asking. */
  freshUntil: number;
  /** Until when it keeps its place whatever else is looked up; 0 for a name that nobody lives by. */
  keptUntil: number;
  pending: Promise<Result<readonly T[]>> | undefined;
}

/** Answers of one record type: one query a name at a time, bounded, the last good answer outliving failures. */
export class DnsCache<T> {
  #options: DnsCacheOptions<T>;
  #entries: BoundedMap<string, Entry<T>>;

  constructor(options: DnsCacheOptions<T>) {
    this.#options = options;
    this.#entries = new BoundedMap(options.limit);
  }

  /** Names it keeps now. */
  get size(): number {
    return this.#entries.size;
  }

  /** The records of a name, or why there are none; a `kept` name keeps its place for a day (RULES N3). */
  async get(name: string, kept = false): Promise<Result<readonly T[]>> {
    const entry = this.#entry(name);
    if (entry === undefined) return refuse("Too many names are being looked up");
    const now = this.#options.now();
    if (kept) entry.keptUntil = now + KEEP_MS;
    if (now < entry.freshUntil) return answerOf(entry);
    entry.pending ??= this.#refresh(name, entry);
    const stale = entry.values !== undefined && now < entry.foundAt + KEEP_MS;
    return stale
      ? await withTimeout(entry.pending, { ms: PATIENCE_MS, late: () => answerOf(entry) })
      : await entry.pending;
  }

  #entry(name: string): Entry<T> | undefined {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    if (this.#entries.full) this.#makeRoom();
    const entry: Entry<T> = {
      values: undefined,
      foundAt: 0,
      reason: "",
      freshUntil: -Infinity,
      keptUntil: 0,
      pending: undefined,
    };
    return this.#entries.set(name, entry) ? entry : undefined;
  }

  /** Drops the oldest quarter of what is not being asked for: kept names only while they fill more than half. */
  #makeRoom(): void {
    const { limit } = this.#entries;
    const now = this.#options.now();
    const kept: string[] = [];
    const loose: string[] = [];
    for (const [name, { pending, keptUntil }] of this.#entries.entries()) {
      if (pending === undefined) (keptUntil > now ? kept : loose).push(name);
    }
    const names = loose.length === 0 && kept.length > limit >> 1 ? kept : loose;
    for (const name of names.slice(0, Math.max(1, limit >> 2))) this.#entries.delete(name);
  }

  async #refresh(name: string, entry: Entry<T>): Promise<Result<readonly T[]>> {
    const { lookup, timeoutMs, negativeMs, now } = this.#options;
    const late = () => refuse(`No answer from the DNS for ${name} within ${timeoutMs / 1000} s`);
    const found = await withTimeout(lookup(name), { ms: timeoutMs, late });
    entry.pending = undefined;
    if (found.ok) {
      entry.values = found.value.values;
      entry.foundAt = now();
      entry.freshUntil = entry.foundAt + found.value.ttlMs;
      return answerOf(entry);
    }
    entry.reason = found.reason;
    if (entry.values !== undefined && now() >= entry.foundAt + KEEP_MS) entry.values = undefined;
    entry.freshUntil = now() + (entry.values === undefined ? negativeMs : STALE_MS);
    return answerOf(entry);
  }
}

function answerOf<T>(entry: Entry<T>): Result<readonly T[]> {
  return entry.values === undefined ? refuse(entry.reason) : ok(entry.values);
}

/** The promise's value, or `late()` when it takes longer than `ms`. */
export async function withTimeout<T>(
  promise: Promise<T>,
  { ms, late }: { ms: number; late: () => T },
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late()), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
