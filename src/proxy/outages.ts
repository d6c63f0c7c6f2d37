import { BoundedMap } from "../base/bounded_map.ts";
import { TIMES } from "./times.ts";

/** What is known of something that failed. */
interface Outage<K> {
  /** How it failed last. */
  kind: K;
  failedAt: number;
  /** When it failed first since it last worked; undefined while it works. */
  since: number | undefined;
  /** When it last worked after a failure. */
  workedAt: number;
  /** When its trouble was last said, and whether that of this time was, so that its end is to be said too. */
  saidAt: number;
  said: boolean;
}

/** How something failed, and when. */
export interface FailedAt<K> {
  readonly kind: K;
  /** Monotonic ms at which it is noticed. */
  readonly now: number;
  /** Monotonic ms of what was lost first, where that is noticed late. */
  readonly lostAt?: number;
}

/** What a failure means to the log. */
export interface Failure {
  /** True when it is news, has not been said for long, or lasts and was not said yet. */
  readonly say: boolean;
  /** When the same trouble began; undefined for one that has just begun. */
  readonly since: number | undefined;
}

/** What an end of trouble means to the log. */
export interface Recovery<K> {
  readonly kind: K;
  /** How long it lasted, in ms. */
  readonly lastedMs: number;
  /** True when the trouble was said, so that its end is news. */
  readonly said: boolean;
}

/**
 * Things that fail for a while, such as servers and names. Each says its trouble when it begins, once an hour while it
 * lasts, and its end. What comes and goes is said once in ten minutes, but for each time that lasts a minute.
 */
export class Outages<K> {
  readonly #known: BoundedMap<string, Outage<K>>;

  /** @param limit The most things that are remembered. Beyond: the one that failed longest ago is forgotten. */
  constructor(limit: number) {
    this.#known = new BoundedMap(limit);
  }

  /** Things that are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** Notes that something failed. */
  fail(key: string, { kind, now, lostAt = now }: FailedAt<K>): Failure {
    const known = this.#known.get(key);
    const same = known !== undefined && known.kind === kind;
    const since = same ? known.since : undefined;
    const workedAt = known?.workedAt ?? -Infinity;
    const began = since ?? Math.max(lostAt, workedAt);
    const said = since !== undefined && known!.said;
    const lasts = since !== undefined && !said && now - since >= TIMES.outageLasts;
    const say = !same || lasts ||
      now - known.saidAt >= (said ? TIMES.stillDown : TIMES.saidAgain);
    this.#forget(now);
    // Set anew, so that the one that failed longest ago is the first.
    this.#known.delete(key);
    this.#known.set(key, {
      kind,
      failedAt: now,
      since: began,
      workedAt,
      saidAt: say ? now : known!.saidAt,
      said: say || said,
    });
    return { say, since };
  }

  /** Notes that something works; undefined when it did before. */
  end(key: string, now: number): Recovery<K> | undefined {
    const known = this.#known.size === 0 ? undefined : this.#known.get(key);
    if (known?.since === undefined) return undefined;
    const { kind, since, said } = known;
    known.since = undefined;
    known.workedAt = now;
    return { kind, lastedMs: now - since, said };
  }

  /** Since when it has failed, monotonic ms; undefined while it works. */
  since(key: string): number | undefined {
    return this.#known.get(key)?.since;
  }

  /** True for what failed less than so many ms ago and has not worked since. */
  failedWithin(key: string, ms: number, now: number): boolean {
    const known = this.#known.get(key);
    return known?.since !== undefined && now - known.failedAt < ms;
  }

  /** Lets go of what nothing more will be said of, and of the oldest when there are too many. */
  #forget(now: number): void {
    for (const [key, { since, failedAt, saidAt }] of this.#known.entries()) {
      if (now - failedAt < TIMES.dead) continue;
      const over = since === undefined && now - saidAt >= TIMES.saidAgain;
      if (over || this.#known.full) this.#known.delete(key);
    }
  }
}
