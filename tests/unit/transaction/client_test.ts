import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { type ClientTransaction, ClientTransactions } from "../../../src/transaction/client.ts";
import { answer, brief, request } from "./messages.ts";

const VIA = "SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKours";

interface Begin {
  readonly branch?: string;
  readonly reliable?: boolean;
  readonly restored?: boolean;
}

/** A table with a clock of its own, and the diary of its user: sent as `>x`, told as `x`. */
function harness(options: { limit?: number; late?: boolean } = {}) {
  const heap = new DeadlineHeap();
  const diary: string[] = [];
  const table = new ClientTransactions<string>({
    heap,
    room: { limit: options.limit ?? 100, ending: 0 },
    user: {
      send: (_, text) => diary.push(`>${brief(text)}`),
      response: (_, response) => diary.push(String(response.status)),
      timedOut: () => diary.push("timedOut"),
      ...(options.late ? { late: (_, response) => diary.push(`late${response.status}`) } : {}),
      terminated: () => diary.push("terminated"),
    },
  });
  let now = 0;
  const read = () => diary.splice(0).join(" ");
  return {
    heap,
    table,
    read,
    run(until: number): string {
      const events: string[] = [];
      for (let at = heap.next(); at !== undefined && at <= until; at = heap.next()) {
        heap.runDue(at);
        events.push(`${at} ${read()}`);
      }
      now = until;
      return events.join(", ");
    },
    begin(method: string, begin: Begin = {}): ClientTransaction<string> {
      const branch = begin.branch ?? "z9hG4bKours";
      const created = table.create({
        request: request(method, { via: `SIP/2.0/UDP 203.0.113.5:5060;branch=${branch}` }),
        branch,
        reliable: begin.reliable ?? false,
        now,
        context: "kept",
        ...(begin.restored === undefined ? {} : { restored: begin.restored }),
      });
      assert(created !== undefined);
      return created;
    },
    /** Gives a status or `abandon` to the transaction. */
    give(transaction: ClientTransaction<string>, input: string): void {
      if (input === "abandon") table.abandon(transaction, now);
      else table.received(transaction, answer(sent(transaction), Number(input)), now);
    },
  };
}

/** The request of a transaction, as its answers copy it. */
function sent({ method, branch }: ClientTransaction<string>): SipRequest {
  return request(method, { via: `SIP/2.0/UDP 203.0.113.5:5060;branch=${branch}` });
}

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

Deno.test("An INVITE without answer is sent seven times and then timed out", () => {
  const { begin, read, run, table } = harness();
  begin("INVITE");
  assertEquals(read(), ">INVITE");
  assertEquals(
    run(60_000),
    [
      ...[500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `${at} >INVITE`),
      "32000 timedOut terminated",
    ].join(", "),
  );
  assertEquals(table.size, 0);
});

Deno.test("A request without answer is sent eleven times and then timed out", () => {
  const { begin, read, run } = harness();
  begin("REGISTER");
  read();
  const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
  assertEquals(
    run(60_000),
    [...times.map((at) => `${at} >REGISTER`), "32000 timedOut terminated"].join(", "),
  );
});

Deno.test("After a 1xx an INVITE is neither repeated nor timed out here", () => {
  const { begin, give, heap } = harness();
  const transaction = begin("INVITE");
  give(transaction, "100");
  assertEquals([heap.size, transaction.state], [0, "proceeding"]);
});

Deno.test("After a 1xx another request is repeated every four seconds and still timed out", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("REGISTER");
  run(600);
  give(transaction, "100");
  read();
  const times = [1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500];
  assertEquals(
    run(60_000),
    [...times.map((at) => `${at} >REGISTER`), "32000 timedOut terminated"].join(", "),
  );
});

Deno.test("Final answers are waited out: INVITE 32 s, others five", () => {
  const cases: [method: string, status: string, end: number][] = [
    ["INVITE", "200", 32_000],
    ["INVITE", "486", 32_000],
    ["REGISTER", "200", 5000],
    ["REGISTER", "401", 5000],
  ];
  for (const [method, status, end] of cases) {
    const { begin, give, read, run } = harness();
    give(begin(method), status);
    read();
    assertEquals(run(60_000), `${end} terminated`, `${method} ${status}`);
  }
});

Deno.test("Over a connection nothing is repeated, and only 2xx to an INVITE are waited out", () => {
  const { begin, give, read, run } = harness();
  const register = begin("REGISTER", { reliable: true });
  assertEquals(run(31_999), "");
  give(register, "200");
  read();
  assertEquals(run(31_999), "31999 terminated");
  const invite = begin("INVITE", { reliable: true });
  give(invite, "200");
  read();
  assertEquals(run(80_000), "63999 terminated");
});

Deno.test("Every copy of a 2xx is told, so that the ACK can go again", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("INVITE");
  give(transaction, "200");
  run(10_000);
  read();
  give(transaction, "200");
  assertEquals(read(), "200");
  assertEquals(run(60_000), "32000 terminated");
});

Deno.test("The ACK of a failure is made of the INVITE and that answer, each time anew", () => {
  const sent: string[] = [];
  const heap = new DeadlineHeap();
  const table = new ClientTransactions<undefined>({
    heap,
    room: { limit: 1, ending: 0 },
    user: {
      send: (_, text) => sent.push(text),
      response: () => {},
      timedOut: () => {},
      terminated: () => {},
    },
  });
  const invite = request("INVITE", { via: VIA });
  const start = { request: invite, branch: "z9hG4bKours", reliable: false, now: 0 };
  const transaction = table.create({ ...start, context: undefined })!;
  table.received(transaction, answer(invite, 486, "b1"), 1);
  table.received(transaction, answer(invite, 486, "b2"), 2);
  table.received(transaction, answer(invite, 486, "b1"), 3);
  assertEquals([sent.length, sent[3]], [4, sent[1]]);
  assert(sent[1]!.includes(`\r\nVia: ${VIA}\r\n`));
  assert(sent[1]!.includes("\r\nTo: <sip:bob@example.org>;tag=b1\r\n"));
  assert(sent[2]!.includes("\r\nTo: <sip:bob@example.org>;tag=b2\r\n"));
});

Deno.test("What is abandoned is repeated no more and told of no more, and ends by itself", () => {
  const { begin, give, read, run, table } = harness();
  const transaction = begin("INVITE");
  run(4000);
  read();
  give(transaction, "abandon");
  give(transaction, "180");
  give(transaction, "200");
  assertEquals(read(), "");
  assertEquals(run(60_000), "36000 terminated");
  assertEquals(table.size, 0);
});

Deno.test("A failure that comes late to an abandoned INVITE is acknowledged as often as it comes", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("INVITE");
  give(transaction, "abandon");
  read();
  run(30_000);
  give(transaction, "503");
  give(transaction, "503");
  assertEquals(read(), ">ACK >ACK");
  assertEquals(run(90_000), "62000 terminated");
});

Deno.test("Whether anything was ever heard is known", () => {
  const { begin, give } = harness();
  const transaction = begin("INVITE");
  assertEquals(transaction.everAnswered, false);
  give(transaction, "100");
  assertEquals(transaction.everAnswered, true);
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

Deno.test("A full table refuses and counts, sends nothing, and has room again when something ends", () => {
  const { begin, read, run, table } = harness({ limit: 1 });
  begin("REGISTER");
  read();
  const start = { branch: "z9hG4bK2", reliable: false, now: 0, context: "" };
  assertEquals(table.create({ ...start, request: request("OPTIONS") }), undefined);
  assertEquals([table.size, table.refused, read()], [1, 1, ""]);
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
