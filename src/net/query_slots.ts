import { LOOK_UPS, SHELL_LIMITS } from "../base/limits.ts";
import { type Holder, type Seat, Shares } from "../base/shares.ts";
import { type Bucket, refilled } from "../base/token_bucket.ts";

/** For whom a name is looked up. */
export interface Asker {
  readonly holder: Holder;
  /** A live binding or the configuration needs the name (RULES N3): its queries have places of their own. */
  readonly kept: boolean;
}

/** A query that waits for its turn, or is at work. */
export interface Query<T> {
  /** False until its turn has come. */
  readonly asked: boolean;
  readonly answer: Promise<T>;
}

interface Waiting {
  /** Monotonic ms: after that nobody waits for it any more. */
  readonly until: number;
  readonly start: (seat: Seat) => void;
}

/** How many queries of one name go out at once (RFC 3263 §4): a phone waits for all of them. */
const QUERIES_OF_A_NAME = 3;

/**
 * Divides among all for whom names are looked up what the DNS is asked at one time, since each query takes a file, and
 * what it is asked in a second (RULES V7). Whoever has his share waits for his own queries to end.
 */
export class QuerySlots {
  readonly #now: () => number;
  readonly #shares = new Shares({
    limit: SHELL_LIMITS.lookUps,
    reserve: SHELL_LIMITS.keptLookUps,
    least: QUERIES_OF_A_NAME,
  });
  /** By holder, in the order of their turns. */
  readonly #waiting = new Map<string, { holder: Holder; queries: Waiting[] }>();
  /** By holder, the longest unused first. */
  readonly #budgets = new Map<string, Bucket>();

  /** @param now Monotonic ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Queries at work. */
  get size(): number {
    return this.#shares.state().held;
  }

  /** True when one more query is within what may be asked for somebody in a second; it counts then. */
  admits({ holder, kept }: Asker): boolean {
    const budget = holder.guest && !kept ? LOOK_UPS.guest : LOOK_UPS.registered;
    const key = `${kept} ${holder.name}`;
    const bucket = refilled(this.#budgets.get(key), budget, this.#now());
    this.#budgets.delete(key);
    this.#budgets.set(key, bucket);
    if (this.#budgets.size > SHELL_LIMITS.lookUpSources) this.#forgetBudget();
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  /** Asks as soon as there is a place; one whose turn has not come within `waitMs` is never asked. */
  begin<T>(
    { holder, kept }: Asker,
    { waitMs, ask }: { waitMs: number; ask: () => Promise<T> },
  ): Query<T> {
    const by = { ...holder, urgent: kept || (holder.urgent ?? false) };
    const query = { asked: false, answer: undefined as unknown as Promise<T> };
    query.answer = new Promise<T>((resolve) => {
      const start = (seat: Seat) => {
        query.asked = true;
        void ask().then(resolve).finally(() => this.#end(seat));
      };
      const seat = this.#hasWaiting(by) ? undefined : this.#shares.take(by);
      if (seat === undefined) this.#wait(by, { until: this.#now() + waitMs, start });
      else start(seat);
    });
    return query;
  }

  #hasWaiting(holder: Holder): boolean {
    return this.#waiting.has(queueOf(holder));
  }

  #wait(holder: Holder, query: Waiting): void {
    const key = queueOf(holder);
    const waiting = this.#waiting.get(key) ?? { holder, queries: [] };
    waiting.queries.push(query);
    this.#waiting.set(key, waiting);
  }

  #end(seat: Seat): void {
    this.#shares.give(seat);
    const now = this.#now();
    for (const [key, waiting] of [...this.#waiting]) {
      while (waiting.queries[0] !== undefined && waiting.queries[0].until <= now) {
        waiting.queries.shift();
      }
      const place = waiting.queries.length === 0 ? undefined : this.#shares.take(waiting.holder);
      const next = place && waiting.queries.shift();
      if (waiting.queries.length === 0 || next !== undefined) this.#waiting.delete(key);
      // Behind all others that wait: each has one turn after the other.
      if (waiting.queries.length > 0 && next !== undefined) this.#waiting.set(key, waiting);
      if (next === undefined) continue;
      return next.start(place!);
    }
  }

  #forgetBudget(): void {
    for (const oldest of this.#budgets.keys()) return void this.#budgets.delete(oldest);
  }
}

/** What is urgent waits apart: it may find a place where the rest finds none. */
function queueOf({ name, urgent }: Holder): string {
  return `${urgent ?? false} ${name}`;
}
