import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";

/** A clock of the test's own, and a diary of what happened by it. */
export class Diary {
  readonly heap = new DeadlineHeap();
  now = 0;
  #entries: string[] = [];

  write(entry: string): void {
    this.#entries.push(entry);
  }

  /** What happened since the last call. */
  read(): string {
    return this.#entries.splice(0).join(" ");
  }

  /** Runs until `until` and tells what happened, with times. */
  run(until: number): string {
    const events: string[] = [];
    for (let at = this.heap.next(); at !== undefined && at <= until; at = this.heap.next()) {
      this.heap.runDue(at);
      events.push(`${at} ${this.read()}`);
    }
    this.now = until;
    return events.join(", ");
  }
}
