import { assert, assertEquals } from "@std/assert";
import { type Deadline, DeadlineHeap } from "../../../src/base/deadline_heap.ts";

/** A small repeatable generator (xorshift32): the order of scheduling must not depend on luck. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

Deno.test("Deadlines run in order of time, equal ones in order of scheduling", () => {
  const heap = new DeadlineHeap();
  const ran: string[] = [];
  for (const [at, name] of [[30, "d"], [10, "a"], [20, "b"], [20, "c"], [10, "a2"]] as const) {
    heap.schedule(at, () => ran.push(name));
  }
  heap.runDue(25);
  assertEquals(ran, ["a", "a2", "b", "c"]);
  assertEquals(heap.next(), 30);
});

Deno.test("A deadline runs at its time and not before, and is told the present time", () => {
  const heap = new DeadlineHeap();
  const seen: number[] = [];
  heap.schedule(10, (now) => seen.push(now));
  heap.runDue(9);
  assertEquals(seen, []);
  heap.runDue(10);
  heap.schedule(11, (now) => seen.push(now));
  heap.runDue(500);
  assertEquals(seen, [10, 500]);
});

Deno.test("A cancelled deadline neither runs nor counts nor holds up the next one", () => {
  const heap = new DeadlineHeap();
  let ran = 0;
  const first = heap.schedule(10, () => ran++);
  heap.schedule(20, () => ran++);
  heap.cancel(first);
  assertEquals([heap.size, heap.next()], [1, 20]);
  heap.runDue(15);
  assertEquals(ran, 0);
  heap.runDue(20);
  assertEquals([ran, heap.size, heap.next()], [1, 0, undefined]);
});

Deno.test("Cancelling twice, after the run, or nothing at all is harmless", () => {
  const heap = new DeadlineHeap();
  const done = heap.schedule(1, () => {});
  const cancelled = heap.schedule(2, () => {});
  heap.schedule(3, () => {});
  heap.runDue(1);
  heap.cancel(done);
  heap.cancel(cancelled);
  heap.cancel(cancelled);
  heap.cancel(undefined);
  assertEquals([done.done, cancelled.done, heap.size], [true, true, 1]);
});

Deno.test("What a deadline schedules for the present runs in the same turn, and it may cancel others", () => {
  const heap = new DeadlineHeap();
  const ran: string[] = [];
  const victim = heap.schedule(10, () => ran.push("victim"));
  heap.schedule(5, (now) => {
    ran.push("first");
    heap.cancel(victim);
    heap.schedule(now, () => ran.push("again"));
  });
  heap.runDue(10);
  assertEquals(ran, ["first", "again"]);
  assertEquals(heap.size, 0);
});

Deno.test("Thousands of deadlines, most of them cancelled, run exactly the rest in order", () => {
  const next = numbers(7);
  const heap = new DeadlineHeap();
  const ran: number[] = [];
  const kept: number[] = [];
  const all: { deadline: Deadline; at: number }[] = [];
  for (let index = 0; index < 5000; index++) {
    const at = next(100_000);
    all.push({ at, deadline: heap.schedule(at, () => ran.push(at)) });
  }
  for (const { deadline, at } of all) {
    if (next(10) < 8) heap.cancel(deadline);
    else kept.push(at);
  }
  assertEquals(heap.size, kept.length);
  heap.runDue(100_000);
  assertEquals(ran, kept.sort((left, right) => left - right));
  assert(kept.length > 0);
});

Deno.test("What a cancelled deadline would have run is let go at once, long before it is swept", () => {
  const heap = new DeadlineHeap();
  const run = () => {};
  const deadline = heap.schedule(10, run);
  assert(deadline.run === run);
  heap.cancel(deadline);
  assert(deadline.run !== run);
});
