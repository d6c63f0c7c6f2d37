import type { Result } from "../base/result.ts";
import type { CoreEffect } from "../proxy/events.ts";

/** A change of the store; `value` undefined deletes. */
export interface Change {
  readonly key: readonly string[];
  readonly value: unknown;
}

/** How long a change may wait: a `committed` message waits for `urgent` ones. */
export type Urgency = Extract<CoreEffect, { type: "store.set" }>["when"];

/** What {@linkcode StoreWriter} needs. */
export interface StoreWriterOptions {
  /** Its value names, in words, the changes that can never be stored. */
  readonly commit: (changes: readonly Change[]) => Promise<Result<readonly string[]>>;
  /** Told of each failed commit, in words. */
  readonly failed: (reason: string) => void;
  /** Told of each change that can never be stored, in words; it is not tried again. */
  readonly refused: (reason: string) => void;
  /** How long `soon` and `lazy` changes wait, in ms. */
  readonly soonMs?: number;
  readonly lazyMs?: number;
  /** How long the disk rests after a commit, in ms: under load what comes meanwhile is one group. */
  readonly restMs?: number;
}

interface Pending extends Change {
  readonly when: Urgency;
}

/** A pause that can be cut short. */
interface Rest {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly end: () => void;
}

/** Collects changes and commits them in groups: one commit at a time, the latest value of a key wins. */
export class StoreWriter {
  readonly counters = { commits: 0, changes: 0, failures: 0, refused: 0 };
  #options: Required<StoreWriterOptions>;
  /** Urgent and soon changes by key. */
  #pressing = new Map<string, Pending>();
  /** Those that may wait; apart, because thousands of them must not cost every commit. */
  #waiting = new Map<string, Pending>();
  #urgent = 0;
  #committing = 0;
  #restUntil = -Infinity;
  #rest: Rest | undefined;
  #tail: Promise<void> = Promise.resolve();
  #soon: ReturnType<typeof setTimeout> | undefined;
  #lazy: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** At the end nothing waits for the disk's rest. */
  #hurried = false;

  constructor(options: StoreWriterOptions) {
    this.#options = { soonMs: 100, lazyMs: 60_000, restMs: 10, ...options };
  }

  /** True while a `committed` message must wait. */
  get busy(): boolean {
    return this.#urgent > 0 || this.#committing > 0;
  }

  /** True when urgent changes wait for {@linkcode flush}. */
  get urgent(): boolean {
    return this.#urgent > 0;
  }

  /** Changes that wait. */
  get size(): number {
    return this.#pressing.size + this.#waiting.size;
  }

  /** Takes a change. */
  set(change: Change, when: Urgency): void {
    if (this.#stopped) return;
    const name = JSON.stringify(change.key);
    const before = this.#pressing.get(name) ?? this.#waiting.get(name);
    const sooner = soonest(before?.when, when);
    // Deleted first: a key that changed again stands where its newest value belongs.
    this.#pressing.delete(name);
    this.#waiting.delete(name);
    const pending = sooner === "lazy" ? this.#waiting : this.#pressing;
    pending.set(name, { key: change.key, value: change.value, when: sooner });
    if (sooner === "urgent" && before?.when !== "urgent") this.#urgent++;
    this.#arm(sooner);
  }

  /** Commits all urgent and soon changes; settles when they, and all commits before, are done. Never rejects. */
  flush(): Promise<void> {
    return this.#enqueue(false);
  }

  /** Commits everything and takes no more: the orderly end. */
  async finish(): Promise<void> {
    this.#hurry();
    await this.#enqueue(true);
    this.drop();
    await this.#tail;
  }

  /** Forgets what waits, as a crash would. */
  drop(): void {
    this.#stopped = true;
    this.#pressing.clear();
    this.#waiting.clear();
    this.#urgent = 0;
    this.#hurry();
    clearTimeout(this.#soon);
    clearTimeout(this.#lazy);
    this.#soon = this.#lazy = undefined;
  }

  /** Settles when no commit is at work. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  #enqueue(lazyToo: boolean): Promise<void> {
    this.#tail = this.#tail.then(() => this.#commit(lazyToo));
    return this.#tail;
  }

  async #commit(lazyToo: boolean): Promise<void> {
    if (this.#pressing.size === 0 && !lazyToo) return;
    const pause = this.#restUntil - performance.now();
    if (pause > 0 && !this.#hurried) await this.#restFor(pause);
    const group = this.#takeGroup(lazyToo);
    if (group.length === 0) return;
    this.#committing++;
    this.counters.commits++;
    this.counters.changes += group.length;
    const result = await this.#tryCommit(group);
    this.#committing--;
    this.#restUntil = performance.now() + this.#options.restMs;
    if (result.ok) {
      this.counters.refused += result.value.length;
      for (const reason of result.value) this.#options.refused(reason);
      return;
    }
    this.counters.failures++;
    this.#options.failed(result.reason);
    // Tried again with the next lazy batch: when the disk has room again, nothing is missing.
    for (const { key, value } of group) {
      const name = JSON.stringify(key);
      if (this.#pressing.has(name) || this.#waiting.has(name)) continue;
      this.set({ key, value }, "lazy");
    }
  }

  #hurry(): void {
    this.#hurried = true;
    this.#rest?.end();
  }

  #restFor(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(this.#rest?.timer);
        this.#rest = undefined;
        resolve();
      };
      this.#rest = { timer: setTimeout(end, ms), end };
    });
  }

  async #tryCommit(group: readonly Change[]): Promise<Result<readonly string[]>> {
    try {
      return await this.#options.commit(group);
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #takeGroup(lazyToo: boolean): Change[] {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#urgent = 0;
    const taken = [...this.#pressing.values(), ...(lazyToo ? this.#waiting.values() : [])];
    this.#pressing.clear();
    if (lazyToo) this.#waiting.clear();
    return taken.map(({ key, value }) => ({ key, value }));
  }

  #arm(when: Urgency): void {
    if (when === "soon") {
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined;
        void this.#enqueue(false);
      }, this.#options.soonMs);
    } else if (when === "lazy") {
      this.#lazy ??= setTimeout(() => {
        this.#lazy = undefined;
        void this.#enqueue(true);
      }, this.#options.lazyMs);
    }
  }
}

const ORDER: readonly Urgency[] = ["urgent", "soon", "lazy"];

function soonest(left: Urgency | undefined, right: Urgency): Urgency {
  return left !== undefined && ORDER.indexOf(left) < ORDER.indexOf(right) ? left : right;
}
