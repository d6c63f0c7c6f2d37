import type { CoreEffect, CoreEvent } from "../proxy/events.ts";
import { SHELL_LIMITS } from "../base/limits.ts";
import type { CorePort } from "./core_port.ts";
import { stackOf } from "./guard.ts";

/** What {@linkcode Loop} needs. */
export interface LoopOptions {
  readonly core: CorePort;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Performs the effects of one event. */
  readonly perform: (effects: readonly CoreEffect[]) => void;
  /** Called after the last event of a turn. */
  readonly endTurn: () => void;
  /** Told of an error of our own, with what caused it. */
  readonly failed: (reason: string, cause: string) => void;
}

/** Timers do not sleep longer, in ms: far times would overflow them. */
const SLEEP_LIMIT_MS = 60_000;

/** The event loop around the core: one event at a time, all effects of an event before the next. */
export class Loop {
  readonly counters = { events: 0, turns: 0, failures: 0 };
  #options: LoopOptions;
  #queue: CoreEvent[] = [];
  #scheduled = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Takes an event; it is handled in a turn of its own, never inside the caller. */
  push(event: CoreEvent): void {
    if (this.#stopped) return;
    this.#queue.push(event);
    this.wake();
  }

  /** Runs a turn soon: for the relay table's news. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#turn());
  }

  /** Handles an event and its effects now: the start, before anything else can happen. */
  runNow(step: (core: CorePort, now: number) => readonly CoreEffect[], cause: string): void {
    this.#guard(step, () => cause);
    this.#finishTurn();
  }

  /** Ends it: what is queued is forgotten. */
  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    clearTimeout(this.#timer);
    clearTimeout(this.#rest);
  }

  #turn(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    this.counters.turns++;
    const events = this.#queue.splice(0, SHELL_LIMITS.eventsPerTurn);
    for (const event of events) {
      this.#guard((core, now) => core.handle(event, now), () => describeEvent(event));
    }
    this.#takeNews();
    this.#finishTurn();
    if (this.#queue.length > 0) this.#continue();
  }

  /** The rest of a long queue waits for a macrotask, so that sockets and timers are served in between. */
  #continue(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#rest = setTimeout(() => this.#turn(), 0);
  }

  #takeNews(): void {
    const { news } = this.#options.core.relay;
    if (news.length === 0) return;
    const taken = news.splice(0);
    this.#guard(
      (core, now) => core.handle({ type: "media.news", news: taken }, now),
      () => "media.news",
    );
  }

  #finishTurn(): void {
    const due = this.#options.core.nextTimeout();
    if (due !== undefined && due <= this.#options.now()) {
      this.#guard((core, now) => core.handleTimeout(now), () => "a timer");
    }
    this.#options.endTurn();
    this.#arm();
  }

  /** The one place where an error of our own is caught: counted, told with its cause, and the loop goes on. */
  #guard(
    step: (core: CorePort, now: number) => readonly CoreEffect[],
    cause: () => string,
  ): void {
    this.counters.events++;
    try {
      this.#options.perform(step(this.#options.core, this.#options.now()));
    } catch (error) {
      this.counters.failures++;
      this.#options.failed(stackOf(error), cause());
    }
  }

  /** A timer that fires too early is harmless and cheaper than a new one for every event. */
  #arm(): void {
    const next = this.#options.core.nextTimeout();
    if (this.#stopped || next === undefined || next >= this.#timerAt) return;
    clearTimeout(this.#timer);
    const now = this.#options.now();
    this.#timerAt = Math.min(next, now + SLEEP_LIMIT_MS);
    this.#timer = setTimeout(() => {
      this.#timerAt = Infinity;
      this.wake();
    }, Math.max(0, Math.ceil(this.#timerAt - now)));
  }
}

/** An event in one line, cut to what a log line can hold. */
export function describeEvent(event: CoreEvent): string {
  const text = event.type === "network.changed" ? event.type : JSON.stringify(event);
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}
