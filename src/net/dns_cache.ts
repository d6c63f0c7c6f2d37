import { BoundedMap } from "../base/bounded_map.ts";
import { SHELL_LIMITS } from "../base/limits.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Asker, Query, QuerySlots } from "./query_slots.ts";

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
  /** Whose turn it is to ask. */
  readonly slots: QuerySlots;
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
  /** Names of those who asked for it lately: it goes when none of them has a place for it any more (RULES V7). */
  readonly owners: Set<string>;
  pending: Pending<T> | undefined;
}

/** A query under way, and for whom. */
interface Pending<T> {
  readonly by: string;
  readonly query: Query<Result<Found<T>>>;
  readonly answer: Promise<Result<readonly T[]>>;
}

/** Answers of one record type: one query a name at a time, bounded, the last good answer outliving failures. */
export class DnsCache<T> {
  #options: DnsCacheOptions<T>;
  #entries: BoundedMap<string, Entry<T>>;
  /** How many names each owner has. */
  readonly #owned = new Map<string, number>();

  constructor(options: DnsCacheOptions<T>) {
    this.#options = options;
    this.#entries = new BoundedMap(options.limit);
  }

  /** Names it keeps now. */
  get size(): number {
    return this.#entries.size;
  }

  /** The records of a name, or why there are none; a `kept` name keeps its place for a day (RULES N3). */
  async get(name: string, asker: Asker): Promise<Result<readonly T[]>> {
    const entry = this.#entry(name);
    if (entry === undefined) return refuse("Too many names are being looked up");
    const { holder, kept } = asker;
    this.#own(entry, holder.name);
    const now = this.#options.now();
    if (kept) entry.keptUntil = now + KEEP_MS;
    if (now < entry.freshUntil) return answerOf(entry);
    const stale = entry.values !== undefined && now < entry.foundAt + KEEP_MS;
    // Who has asked for too much waits for his own queries, and nobody else for them.
    const { pending } = entry;
    if (pending === undefined || (!pending.query.asked && pending.by !== holder.name)) {
      if (!this.#options.slots.admits(asker)) {
        return stale ? answerOf(entry) : refuse(`Too many names are looked up for ${holder.name}`);
      }
      entry.pending = this.#refresh(name, { entry, asker });
    }
    const { answer } = entry.pending!;
    return stale
      ? await withTimeout(answer, { ms: PATIENCE_MS, late: () => answerOf(entry) })
      : await answer;
  }

  #entry(name: string): Entry<T> | undefined {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    while (this.#entries.full) if (!this.#makeRoom()) break;
    const entry: Entry<T> = {
      values: undefined,
      foundAt: 0,
      reason: "",
      freshUntil: -Infinity,
      keptUntil: 0,
      owners: new Set(),
      pending: undefined,
    };
    return this.#entries.set(name, entry) ? entry : undefined;
  }

  /**
   * Takes a name from who has most of them, the oldest that the DNS is not being asked for and that nobody lives by, if
   * there is one; false when there is nothing to take.
   */
  #makeRoom(): boolean {
    const now = this.#options.now();
    let greedy = "";
    for (const [owner, count] of this.#owned) {
      if (count > (this.#owned.get(greedy) ?? 0)) greedy = owner;
    }
    let kept: string | undefined;
    for (const [name, { owners, pending, keptUntil }] of this.#entries.entries()) {
      if (!owners.has(greedy) || pending?.query.asked) continue;
      if (keptUntil <= now) return this.#disown(name, greedy);
      kept ??= name;
    }
    return kept !== undefined && this.#disown(kept, greedy);
  }

  #own({ owners }: Entry<T>, owner: string): void {
    if (owners.has(owner) || owners.size >= SHELL_LIMITS.nameSources) return;
    owners.add(owner);
    this.#owned.set(owner, (this.#owned.get(owner) ?? 0) + 1);
  }

  #disown(name: string, owner: string): true {
    const { owners } = this.#entries.get(name)!;
    owners.delete(owner);
    const left = this.#owned.get(owner)! - 1;
    if (left === 0) this.#owned.delete(owner);
    else this.#owned.set(owner, left);
    if (owners.size === 0) this.#entries.delete(name);
    return true;
  }

  #refresh(name: string, { entry, asker }: { entry: Entry<T>; asker: Asker }): Pending<T> {
    const { lookup, timeoutMs, slots } = this.#options;
    const query = slots.begin(asker, { waitMs: timeoutMs, ask: () => lookup(name) });
    const late = () =>
      refuse(
        query.asked
          ? `No answer from the DNS for ${name} within ${timeoutMs / 1000} s`
          : `Too many names are looked up for ${asker.holder.name}`,
      );
    const found = withTimeout(query.answer, { ms: timeoutMs, late });
    const pending: Pending<T> = {
      by: asker.holder.name,
      query,
      answer: found.then((answer) => {
        if (entry.pending === pending) entry.pending = undefined;
        return this.#take(entry, { answer, asked: query.asked });
      }),
    };
    return pending;
  }

  #take(
    entry: Entry<T>,
    { answer, asked }: { answer: Result<Found<T>>; asked: boolean },
  ): Result<readonly T[]> {
    const { negativeMs, now } = this.#options;
    if (answer.ok) {
      entry.values = answer.value.values;
      entry.foundAt = now();
      entry.freshUntil = entry.foundAt + answer.value.ttlMs;
      return answerOf(entry);
    }
    // What was never asked tells nothing of the name.
    if (!asked) return entry.values === undefined ? refuse(answer.reason) : answerOf(entry);
    entry.reason = answer.reason;
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
