import { type Deadline, DeadlineHeap } from "../../src/base/deadline_heap.ts";

/** Something with timers of its own, such as a user agent or the router. */
export interface Clocked {
  nextTimeout(): number | undefined;
  handleTimeout(now: number): void;
}

/** Virtual time: everything of a simulation happens here, one thing after the other. */
export class Timeline {
  /** Virtual ms since the beginning. */
  now = 0;
  readonly #heap = new DeadlineHeap();
  readonly #clocked = new Set<Clocked>();

  /** Called after each thing that happened. */
  constructor(readonly after: () => void) {}

  /** Lets something happen in so many ms. */
  in(ms: number, run: () => void): Deadline {
    return this.#heap.schedule(this.now + ms, run);
  }

  /** Takes back what was to happen. */
  cancel(deadline: Deadline | undefined): void {
    this.#heap.cancel(deadline);
  }

  /** Asks these timers too from now on. */
  add(clocked: Clocked): void {
    this.#clocked.add(clocked);
  }

  /** Asks them no more. */
  remove(clocked: Clocked): void {
    this.#clocked.delete(clocked);
  }

  /** Lets so many ms pass. */
  run(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const { at, clocked } = this.#next();
      if (at > end) break;
      this.now = Math.max(this.now, at);
      if (clocked === undefined) this.#heap.runDue(this.now);
      else clocked.handleTimeout(this.now);
      this.after();
    }
    this.now = end;
  }

  #next(): { at: number; clocked: Clocked | undefined } {
    let at = this.#heap.next() ?? Infinity;
    let first: Clocked | undefined;
    for (const clocked of this.#clocked) {
      const due = clocked.nextTimeout() ?? Infinity;
      if (due < at) [at, first] = [due, clocked];
    }
    return { at, clocked: first };
  }
}
