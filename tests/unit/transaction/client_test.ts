import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";
import { ClientTransactions } from "../../../src/transaction/client.ts";
import { harness, sent } from "./client_harness.ts";
import { answer, request } from "./messages.ts";
import { ANYBODY } from "../base/anybody.ts";

const VIA = "SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKours";

// How to get into a state, and what each input does there: the state after it, what is sent (>) and told.
const INPUTS = ["100", "180", "200", "302", "486", "abandon"] as const;
type Walk = [method: string, way: string[], outcomes: Record<typeof INPUTS[number], string>];

const WALKS: Walk[] = [
  ["INVITE", [], {
    "100": "proceeding: 100",
    "180": "proceeding: 180",
    "200": "accepted: 200",
    "302": "completed: >ACK 302",
    "486": "completed: >ACK 486",
    abandon: "abandoned:",
  }],
  ["INVITE", ["100"], {
    "100": "proceeding: 100",
    "180": "proceeding: 180",
    "200": "accepted: 200",
    "302": "completed: >ACK 302",
    "486": "completed: >ACK 486",
    abandon: "abandoned:",
  }],
  ["INVITE", ["180", "200"], {
    "100": "accepted:",
    "180": "accepted:",
    "200": "accepted: 200",
    "302": "accepted:",
    "486": "accepted:",
    abandon: "accepted:",
  }],
  ["INVITE", ["486"], {
    "100": "completed:",
    "180": "completed:",
    "200": "completed:",
    "302": "completed: >ACK",
    "486": "completed: >ACK",
    abandon: "completed:",
  }],
  ["INVITE", ["abandon"], {
    "100": "abandoned: late100",
    "180": "abandoned: late180",
    "200": "abandoned: late200",
    "302": "completed: >ACK late302",
    "486": "completed: >ACK late486",
    abandon: "abandoned:",
  }],
  ["REGISTER", [], {
    "100": "proceeding: 100",
    "180": "proceeding: 180",
    "200": "completed: 200",
    "302": "completed: 302",
    "486": "completed: 486",
    abandon: "abandoned:",
  }],
  ["REGISTER", ["100"], {
    "100": "proceeding: 100",
    "180": "proceeding: 180",
    "200": "completed: 200",
    "302": "completed: 302",
    "486": "completed: 486",
    abandon: "abandoned:",
  }],
  ["REGISTER", ["401"], {
    "100": "completed:",
    "180": "completed:",
    "200": "completed:",
    "302": "completed:",
    "486": "completed:",
    abandon: "completed:",
  }],
  ["REGISTER", ["abandon"], {
    "100": "abandoned: late100",
    "180": "abandoned: late180",
    "200": "completed: late200",
    "302": "completed: late302",
    "486": "completed: late486",
    abandon: "abandoned:",
  }],
];

for (const [method, way, outcomes] of WALKS) {
  Deno.test(`${method} after ${way.join(", ") || "nothing"} takes every input as written`, () => {
    for (const input of INPUTS) {
      const { begin, give, read } = harness({ late: true });
      const transaction = begin(method);
      for (const step of way) give(transaction, step);
      read();
      give(transaction, input);
      const told = read();
      assertEquals(`${transaction.state}:${told && ` ${told}`}`, outcomes[input], input);
    }
  });
}

Deno.test("The ACK of a failure is made of the INVITE and that answer, each time anew", () => {
  const sent: string[] = [];
  const heap = new DeadlineHeap();
  const table = new ClientTransactions<undefined>({
    heap,
    room: { limit: 1, urgent: 0 },
    user: {
      send: (_, text) => sent.push(text),
      response: () => {},
      timedOut: () => {},
      terminated: () => {},
    },
  });
  const invite = request("INVITE", { via: VIA });
  const start = {
    request: invite,
    branch: "z9hG4bKours",
    reliable: false,
    now: 0,
    holder: ANYBODY,
  };
  const transaction = table.create({ ...start, context: undefined })!;
  table.received(transaction, answer(invite, 486, "b1"), 1);
  table.received(transaction, answer(invite, 486, "b2"), 2);
  table.received(transaction, answer(invite, 486, "b1"), 3);
  assertEquals([sent.length, sent[3]], [4, sent[1]]);
  assert(sent[1]!.includes(`\r\nVia: ${VIA}\r\n`));
  assert(sent[1]!.includes("\r\nTo: <sip:bob@example.org>;tag=b1\r\n"));
  assert(sent[2]!.includes("\r\nTo: <sip:bob@example.org>;tag=b2\r\n"));
});

Deno.test("A restored INVITE sends nothing and takes its answers", () => {
  const { begin, give, read, run, table } = harness();
  const transaction = begin("INVITE", { restored: true });
  assertEquals([read(), run(60_000), transaction.state], ["", "", "proceeding"]);
  const response = answer(sent(transaction), 486);
  assertEquals(table.find(response), transaction);
  give(transaction, "486");
  assertEquals(read(), ">ACK 486");
});

Deno.test("A response finds its transaction by branch and method", () => {
  const { begin, table } = harness();
  const invite = begin("INVITE");
  const cancel = begin("CANCEL");
  assertEquals(table.find(answer(sent(invite), 200)), invite);
  assertEquals(table.find(answer(sent(cancel), 200)), cancel);
  const foreign = request("INVITE", { via: "SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKother" });
  assertEquals(table.find(answer(foreign, 200)), undefined);
  assertEquals([table.get(invite.id), table.get(99)], [invite, undefined]);
});

Deno.test("A full table refuses, sends nothing, and has room again when something ends", () => {
  const { begin, read, run, table } = harness({ limit: 1 });
  begin("REGISTER");
  read();
  const start = { branch: "z9hG4bK2", reliable: false, now: 0, holder: ANYBODY, context: "" };
  assertEquals(table.create({ ...start, request: request("OPTIONS") }), undefined);
  assertEquals([table.size, read()], [1, ""]);
  run(60_000);
  begin("OPTIONS", { branch: "z9hG4bK2" });
  assertEquals([...table.values()].map((one) => one.method), ["OPTIONS"]);
});

Deno.test("Answers to what has ended are dropped", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("REGISTER");
  run(60_000);
  read();
  give(transaction, "200");
  give(transaction, "abandon");
  assertEquals([read(), transaction.state], ["", "terminated"]);
});

Deno.test("Beginning one branch and method twice, or an ACK, is our own fault", () => {
  const { begin } = harness();
  begin("INVITE");
  assertThrows(() => begin("INVITE"), Error, "is in use");
  assertThrows(() => begin("ACK"), Error, "is in use");
});
