import type { Deadline, DeadlineHeap } from "../base/deadline_heap.ts";
import type { Session } from "./session.ts";

/** Finds the calls whose media is dead (RULES X2): one deadline each, none per packet. */
export class IdleWatch {
  readonly #options: IdleOptions;
  readonly #deadlines = new Map<Session, Deadline>();

  constructor(options: IdleOptions) {
    this.#options = options;
  }

  /** Works out anew when a session would be dead; called after each change of it. */
  look(session: Session): void {
    this.#options.heap.cancel(this.#deadlines.get(session));
    this.#deadlines.delete(session);
    const at = this.#deadAt(session);
    if (at === undefined) return;
    this.#deadlines.set(session, this.#options.heap.schedule(at, (now) => this.#due(session, now)));
  }

  /** True while silence would be noticed. */
  watches(session: Session): boolean {
    return this.#deadlines.has(session);
  }

  /** Stops watching a session. */
  forget(session: Session): void {
    this.#options.heap.cancel(this.#deadlines.get(session));
    this.#deadlines.delete(session);
  }

  #due(session: Session, now: number): void {
    this.#deadlines.delete(session);
    const at = this.#deadAt(session);
    if (at === undefined) return;
    if (at > now) return this.look(session);
    session.dead = true;
    this.#options.idle(session.id, now);
  }

  // Unanswered calls are Timer C's, calls without a stream of ours show no silence.
  #deadAt(session: Session): number | undefined {
    if (session.dead || session.confirmed.length === 0) return undefined;
    const { live, flows } = session.activity();
    if (!live) return undefined;
    const limit = flows ? this.#options.idleMs : this.#options.holdMs;
    return Math.max(session.crossedAt, session.changedAt) + limit;
  }
}

/** Limits, the queue of deadlines, and whom to tell. */
export interface IdleOptions {
  readonly idleMs: number;
  readonly holdMs: number;
  readonly heap: DeadlineHeap;
  /** Called once per session. */
  readonly idle: (session: string, now: number) => void;
}
