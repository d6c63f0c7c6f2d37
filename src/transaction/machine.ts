import type { Deadline, DeadlineHeap } from "../base/deadline_heap.ts";
import { firstInterval, nextInterval, type TimerName } from "./timers.ts";

/** What one input does in one state: nothing, or the next state and what is done on the way. */
export type Cell<S, A> = "ignored" | {
  readonly next: S | "terminated";
  readonly does: readonly A[];
  /** For a timer that goes on: its next interval in ms, where it is not the doubled one. */
  readonly afterMs?: number;
};

/** One state: an answer to every input, and the timers that run in it and nowhere else. */
export interface Row<S, I extends string, A> {
  readonly on: Readonly<Record<I, Cell<S, A>>>;
  readonly timers: Readonly<Partial<Record<TimerName, Cell<S, A>>>>;
}

/** The transitions of one kind of transaction; every state and every input has a cell. */
export type Table<S extends string, I extends string, A> = Readonly<Record<S, Row<S, I, A>>>;

/** Builds a cell. */
export function to<S, A>(next: S, ...does: A[]): { next: S; does: A[] } {
  return { next, does };
}

/** A timer that runs; its deadline is done when it is the one that has just become due. */
interface Running {
  readonly name: TimerName;
  /** In ms. */
  readonly interval: number;
  readonly deadline: Deadline;
}

const NONE: readonly Running[] = [];

function without(running: readonly Running[], gone: Deadline): readonly Running[] {
  const at = running.findIndex(({ deadline }) => deadline === gone);
  return running.length === 1 ? NONE : running.toSpliced(at, 1);
}

/**
 * Runs one table for one transaction.
 * A timer runs while the transaction is in a state that names it: it starts on entering the first such state, goes on
 * through neighbouring ones, and is cancelled on leaving the last.
 */
export class Machine<S extends string, I extends string, A, O> {
  #table: Table<S, I, A>;
  #heap: DeadlineHeap;
  #reliable: boolean;
  #owner: O;
  #fired: (owner: O, actions: readonly A[], now: number) => void;
  // There are thousands of machines: one closure each, and lists that are made as long as they are, not grown.
  #running: readonly Running[] = NONE;
  #run = (now: number): void => this.#expire(now);
  #state: S | "terminated";

  /** @param options `fired` performs what a timer makes due for `owner`; all machines of a table share one. */
  constructor(
    options: {
      table: Table<S, I, A>;
      state: S;
      heap: DeadlineHeap;
      reliable: boolean;
      now: number;
      owner: O;
      fired: (owner: O, actions: readonly A[], now: number) => void;
    },
  ) {
    this.#table = options.table;
    this.#heap = options.heap;
    this.#reliable = options.reliable;
    this.#owner = options.owner;
    this.#fired = options.fired;
    this.#state = options.state;
    this.#enter(options.state, options.now);
  }

  /** The state it is in. */
  get state(): S | "terminated" {
    return this.#state;
  }

  /** Takes an input and returns what has to be done; the state is the new one by then. */
  input(input: I, now: number): readonly A[] {
    if (this.#state === "terminated") return [];
    const cell = this.#table[this.#state].on[input];
    if (cell === "ignored") return [];
    this.#enter(cell.next, now);
    return cell.does;
  }

  /** Cancels a timer for as long as the transaction stays in its states. */
  stop(name: TimerName): void {
    for (const timer of this.#running) {
      if (timer.name !== name) continue;
      this.#heap.cancel(timer.deadline);
      this.#running = without(this.#running, timer.deadline);
    }
  }

  #enter(state: S | "terminated", now: number): void {
    this.#state = state;
    const timers: Row<S, I, A>["timers"] = state === "terminated" ? {} : this.#table[state].timers;
    for (const { name, deadline } of this.#running) {
      if (timers[name] !== undefined) continue;
      this.#heap.cancel(deadline);
      this.#running = without(this.#running, deadline);
    }
    for (const name of Object.keys(timers) as TimerName[]) {
      if (this.#running.some((timer) => timer.name === name)) continue;
      this.#start(name, firstInterval(name, this.#reliable), now);
    }
  }

  #start(name: TimerName, interval: number | undefined, now: number): void {
    if (interval === undefined) return;
    const deadline = this.#heap.schedule(now + interval, this.#run);
    this.#running = [...this.#running, { name, interval, deadline }];
  }

  #expire(now: number): void {
    const due = this.#running.find(({ deadline }) => deadline.done);
    if (this.#state === "terminated" || due === undefined) return;
    this.#running = without(this.#running, due.deadline);
    const { name, interval } = due;
    const cell = this.#table[this.#state].timers[name];
    if (cell === undefined || cell === "ignored") return;
    // Going on is decided before entering: entering would start the timer afresh.
    const goesOn = cell.next !== "terminated" && this.#table[cell.next].timers[name] !== undefined;
    if (goesOn) this.#start(name, cell.afterMs ?? nextInterval(name, interval), now);
    this.#enter(cell.next, now);
    this.#fired(this.#owner, cell.does, now);
  }
}
