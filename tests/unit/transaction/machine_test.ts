import { assertEquals } from "@std/assert";
import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";
import { Machine, type Table, to } from "../../../src/transaction/machine.ts";

type State = "first" | "second" | "third";
type Input = "go" | "stay" | "end";

// A repeats in "first" and, at a fixed pace, in "second"; B spans both; D is of "third" alone.
const TABLE: Table<State, Input, string> = {
  first: {
    on: { go: to("second", "went"), stay: to("first", "stayed"), end: "ignored" },
    timers: { A: to("first", "again"), B: to("terminated", "over") },
  },
  second: {
    on: { go: to("third"), stay: "ignored", end: to("terminated", "ended") },
    timers: { A: { ...to("second", "again"), afterMs: 700 }, B: to("terminated", "over") },
  },
  third: {
    on: { go: to("first"), stay: "ignored", end: "ignored" },
    timers: { D: to("terminated", "waited") },
  },
};

function start(options: { reliable?: boolean } = {}) {
  const heap = new DeadlineHeap();
  const fired: string[] = [];
  const machine = new Machine<State, Input, string, string>({
    table: TABLE,
    state: "first",
    heap,
    reliable: options.reliable ?? false,
    now: 0,
    owner: "its owner",
    fired: (owner, actions, now) => {
      assertEquals(owner, "its owner");
      fired.push(...actions.map((action) => `${now} ${action}`));
    },
  });
  const run = (until: number) => {
    for (let at = heap.next(); at !== undefined && at <= until; at = heap.next()) heap.runDue(at);
    return fired.splice(0);
  };
  return { heap, machine, run };
}

Deno.test("An input gives its actions and the next state, an ignored one nothing", () => {
  const { machine } = start();
  assertEquals([machine.input("end", 1), machine.state], [[], "first"]);
  assertEquals([machine.input("stay", 1), machine.state], [["stayed"], "first"]);
  assertEquals([machine.input("go", 1), machine.state], [["went"], "second"]);
  assertEquals([machine.input("end", 1), machine.state], [["ended"], "terminated"]);
  assertEquals([machine.input("go", 1), machine.state], [[], "terminated"]);
});

Deno.test("A timer that leads back to its state goes on with doubled intervals", () => {
  const { run } = start();
  assertEquals(run(8000), ["500 again", "1500 again", "3500 again", "7500 again"]);
});

Deno.test("An input that stays in a state leaves its timers as they are", () => {
  const { machine, run } = start();
  machine.input("stay", 400);
  assertEquals(run(1500), ["500 again", "1500 again"]);
});

Deno.test("A timer two states share runs through, at the pace of the state it fires in", () => {
  const { machine, run } = start();
  assertEquals(run(600), ["500 again"]);
  machine.input("go", 600);
  assertEquals(run(3000), ["1500 again", "2200 again", "2900 again"]);
});

Deno.test("A timer that ends the transaction stops all others", () => {
  const { heap, machine, run } = start();
  machine.input("go", 0);
  assertEquals(run(40_000).at(-1), "32000 over");
  assertEquals([machine.state, heap.size], ["terminated", 0]);
});

Deno.test("Leaving a state cancels its timers, and coming back starts them afresh", () => {
  const { heap, machine, run } = start();
  machine.input("go", 100);
  machine.input("go", 200);
  assertEquals([heap.size, heap.next()], [1, 32_200]);
  machine.input("go", 300);
  assertEquals(run(1000), ["800 again"]);
});

Deno.test("Over a connection nothing repeats and waiting for copies takes no time", () => {
  const { heap, machine, run } = start({ reliable: true });
  assertEquals([heap.size, heap.next()], [1, 32_000]);
  machine.input("go", 100);
  machine.input("go", 200);
  assertEquals([run(200), machine.state], [["200 waited"], "terminated"]);
});
