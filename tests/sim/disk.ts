import type { Deadline } from "../../src/base/deadline_heap.ts";
import type { CoreEffect } from "../../src/proxy/events.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Weather } from "./weather.ts";

/** A `store.set` effect. */
export type Change = Extract<CoreEffect, { type: "store.set" }>;

const ORDER: readonly Change["when"][] = ["urgent", "soon", "lazy"];
const SOON_MS = 100;
const LAZY_MS = 60_000;

interface Commit {
  readonly group: readonly Change[];
  readonly done: readonly (() => void)[];
}

/** The store with its writer (DESIGN §5): groups of changes, one commit at a time, and what a crash leaves of them. */
export class Disk {
  /** What is on the platter: JSON text by key. */
  readonly records = new Map<string, { key: readonly string[]; text: string }>();
  /** Records of which a commit has failed that is not made good. */
  readonly #failed = new Set<string>();
  #pending = new Map<string, Change>();
  #waiting: (() => void)[] = [];
  #commit: Commit | undefined;
  #lazyToo = false;
  #timers: Partial<Record<Change["when"], Deadline>> = {};

  constructor(readonly timeline: Timeline, readonly weather: Weather, readonly random: Random) {}

  /** True while a `committed` message must wait. */
  get busy(): boolean {
    return this.#commit !== undefined || this.urgent;
  }

  /** True when changes wait that a message may wait for. */
  get urgent(): boolean {
    return [...this.#pending.values()].some(({ when }) => when === "urgent");
  }

  /** True when a record says this, or would if its commit had not failed. */
  knows(words: string): boolean {
    return this.#isWritten(words) || this.unsure(words);
  }

  /** True when a record that says this, or will, is not as the core wants it since a commit failed. */
  unsure(words: string): boolean {
    for (const name of this.#failed) {
      const held = this.#commit?.group.find(({ key }) => key.join("\n") === name);
      const texts = [this.records.get(name)?.text, held?.value, this.#pending.get(name)?.value];
      if (texts.some((text) => String(text).includes(words))) return true;
    }
    return false;
  }

  /** What records of failures on the platter say was answered. */
  failures(): string[] {
    return this.load().flatMap(({ key, value }) =>
      key[1] === "failure" ? [(value as { response: string }).response] : []
    );
  }

  /** True when a call record says that this INVITE is under way, and no failure's that it failed. */
  believesPending(branch: string): boolean {
    const saying = [...this.records.values()].filter(({ text }) => text.includes(branch));
    return saying.some(({ key }) => key[1] === "call") &&
      !saying.some(({ key }) => key[1] === "failure") && !this.unsure(branch);
  }

  #isWritten(words: string): boolean {
    for (const { text } of this.records.values()) if (text.includes(words)) return true;
    return false;
  }

  /** Takes a change; the latest value of a key wins. */
  set(change: Change): void {
    const name = change.key.join("\n");
    const before = this.#pending.get(name)?.when ?? "lazy";
    const when = ORDER.indexOf(before) < ORDER.indexOf(change.when) ? before : change.when;
    this.#pending.delete(name);
    // As text at once: what the core changes afterwards is not in this record.
    const value = change.value === undefined ? undefined : JSON.stringify(change.value);
    this.#pending.set(name, { ...change, value, when });
    if (when !== "urgent") this.#arm(when);
  }

  /** Commits all but lazy changes; `done` is called when they and all before are on the platter, or failed. */
  flush(done: () => void): void {
    this.#waiting.push(done);
    this.#next();
  }

  /** Commits everything: the orderly end. */
  finish(): void {
    for (const change of this.#commit?.group ?? []) this.#write(change);
    for (const change of this.#pending.values()) this.#write(change);
    this.crash();
  }

  /** The power fails: what waits is lost; a commit at work is there as a whole or not at all. */
  crash(): void {
    if (this.#commit !== undefined && this.random.chance(0.5)) {
      for (const change of this.#commit.group) this.#write(change);
    }
    for (const timer of Object.values(this.#timers)) this.timeline.cancel(timer);
    this.#timers = {};
    this.#pending.clear();
    this.#failed.clear();
    this.#waiting = [];
    this.#commit = undefined;
  }

  /** What a start finds. */
  load(): { key: readonly string[]; value: unknown }[] {
    return [...this.records.values()].map(({ key, text }) => ({ key, value: JSON.parse(text) }));
  }

  #arm(when: "soon" | "lazy"): void {
    this.#timers[when] ??= this.timeline.in(when === "soon" ? SOON_MS : LAZY_MS, () => {
      delete this.#timers[when];
      if (when === "lazy") this.#lazyToo = true;
      this.flush(() => {});
    });
  }

  #next(): void {
    if (this.#commit !== undefined || this.#waiting.length === 0) return;
    const commit: Commit = { group: this.#takeGroup(), done: this.#waiting.splice(0) };
    if (commit.group.length === 0) return commit.done.forEach((done) => done());
    this.#commit = commit;
    this.timeline.in(this.random.between(0.3, 5), () => {
      // After a crash this commit is nobody's any more.
      if (this.#commit === commit) this.#finishCommit(commit);
    });
  }

  #finishCommit({ group, done }: Commit): void {
    this.#commit = undefined;
    if (this.weather.strikes("commitFailure", this.random)) this.#again(group);
    else for (const change of group) this.#write(change);
    for (const one of done) one();
    this.#next();
  }

  #again(group: readonly Change[]): void {
    for (const change of group) {
      const name = change.key.join("\n");
      this.#failed.add(name);
      if (this.#pending.has(name)) continue;
      this.#pending.set(name, { ...change, when: "lazy" });
      this.#arm("lazy");
    }
  }

  #takeGroup(): Change[] {
    this.timeline.cancel(this.#timers.soon);
    delete this.#timers.soon;
    const group = [...this.#pending].filter(([, { when }]) => this.#lazyToo || when !== "lazy");
    this.#lazyToo = false;
    for (const [name] of group) this.#pending.delete(name);
    return group.map(([, change]) => change);
  }

  #write({ key, value }: Change): void {
    const name = key.join("\n");
    this.#failed.delete(name);
    if (value === undefined) this.records.delete(name);
    else this.records.set(name, { key, text: String(value) });
  }
}
