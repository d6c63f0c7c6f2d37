import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { ServerTransactions } from "../../../src/transaction/server.ts";
import { harness } from "./server_harness.ts";
import { answer, brief, flow, request } from "./messages.ts";
import { ANYBODY } from "../base/anybody.ts";

// How to get into a state, and what each input does there: the state after it and what is sent.
const INPUTS = ["request", "ack", "100", "180", "200", "408", "486"] as const;
type Walk = [method: string, way: string[], outcomes: Record<typeof INPUTS[number], string>];

const WALKS: Walk[] = [
  ["INVITE", [], {
    request: "proceeding:",
    ack: "proceeding:",
    "100": "proceeding: 100",
    "180": "proceeding: 180",
    "200": "accepted: 200",
    "408": "completed: 408",
    "486": "completed: 486",
  }],
  ["INVITE", ["100", "183"], {
    request: "proceeding: 183",
    ack: "proceeding:",
    "100": "proceeding: 100",
    "180": "proceeding: 180",
    "200": "accepted: 200",
    "408": "completed: 408",
    "486": "completed: 486",
  }],
  ["INVITE", ["200"], {
    request: "accepted:",
    ack: "accepted:",
    "100": "accepted:",
    "180": "accepted:",
    "200": "accepted: 200",
    "408": "accepted:",
    "486": "accepted:",
  }],
  ["INVITE", ["180", "603"], {
    request: "completed: 603",
    ack: "confirmed:",
    "100": "completed:",
    "180": "completed:",
    "200": "completed:",
    "408": "completed:",
    "486": "completed:",
  }],
  ["INVITE", ["603", "ack"], {
    request: "confirmed:",
    ack: "confirmed:",
    "100": "confirmed:",
    "180": "confirmed:",
    "200": "confirmed:",
    "408": "confirmed:",
    "486": "confirmed:",
  }],
  ["OPTIONS", [], {
    request: "trying:",
    ack: "trying:",
    "100": "trying:",
    "180": "trying:",
    "200": "completed: 200",
    "408": "completed:",
    "486": "completed: 486",
  }],
  ["OPTIONS", ["wait"], {
    request: "proceeding: 100",
    ack: "proceeding:",
    "100": "proceeding:",
    "180": "proceeding:",
    "200": "completed: 200",
    "408": "completed:",
    "486": "completed: 486",
  }],
  ["OPTIONS", ["404"], {
    request: "completed: 404",
    ack: "completed:",
    "100": "completed:",
    "180": "completed:",
    "200": "completed:",
    "408": "completed:",
    "486": "completed:",
  }],
  ["OPTIONS", ["408"], {
    request: "completed:",
    ack: "completed:",
    "100": "completed:",
    "180": "completed:",
    "200": "completed:",
    "408": "completed:",
    "486": "completed:",
  }],
];

for (const [method, way, outcomes] of WALKS) {
  Deno.test(`${method} after ${way.join(", ") || "nothing"} answers every input as written`, () => {
    for (const input of INPUTS) {
      const { begin, give, read, run } = harness();
      const transaction = begin(method);
      for (const step of way) step === "wait" ? run(3500) : give(transaction, step);
      read();
      give(transaction, input);
      const sent = read();
      const outcome = `${transaction.state}:${sent === "" ? "" : ` ${sent}`}`;
      assertEquals(outcome, outcomes[input], input);
    }
  });
}

Deno.test("An INVITE that rang before a restart answers its copies with 100, and is answered as any other", () => {
  const { give, read, table } = harness();
  const transaction = table.restore(request("INVITE"), flow(), {
    now: 0,
    holder: ANYBODY,
    answered: false,
  });
  assert(transaction !== undefined);
  assertEquals(read(), "");
  give(transaction, "request");
  assertEquals(read(), "100");
  give(transaction, "486");
  assertEquals(read(), "486");
});

Deno.test("A retransmission finds its transaction from another port but not from another host", () => {
  const { begin, table } = harness();
  const transaction = begin("INVITE");
  assertEquals(table.find(request("INVITE"), flow("192.168.1.50", 1024)), transaction);
  assertEquals(table.find(request("INVITE"), flow("192.168.1.66")), undefined);
  assertEquals(table.find(request("OPTIONS"), flow()), undefined);
  assertEquals(table.get(transaction.id), transaction);
});

Deno.test("A CANCEL finds the INVITE it cancels, and has a transaction of its own", () => {
  const { begin, table } = harness();
  const invite = begin("INVITE");
  const cancel = request("CANCEL");
  assertEquals(table.findInvite(cancel, flow()), invite);
  assertEquals(table.find(cancel, flow()), undefined);
  assertEquals(table.findInvite(cancel, flow("192.168.1.66")), undefined);
  // Softphones of pjsip write another sent-by; who guesses a branch knows neither the Call-ID nor the tag.
  const elsewhere = "SIP/2.0/UDP 198.51.100.9:40000;branch=z9hG4bKphone1";
  assertEquals(table.findInvite(request("CANCEL", { via: elsewhere }), flow()), invite);
  const other = request("CANCEL", { via: elsewhere, callId: "c2@phone" });
  assertEquals(table.findInvite(other, flow()), undefined);
  assertEquals(
    table.findInvite(request("CANCEL", { via: elsewhere, fromTag: "a2" }), flow()),
    undefined,
  );
  begin("CANCEL");
  assertEquals(table.size, 2);
});

Deno.test("The ACK of a failure finds its INVITE, the ACK of a 2xx finds none", () => {
  const { begin, give, table } = harness();
  const ack = request("ACK", { toTag: "b1" });
  const failed = begin("INVITE");
  give(failed, "486");
  assertEquals(table.find(ack, flow()), failed);
  const via = "SIP/2.0/UDP 192.168.1.50:5060;branch=z9hG4bKphone2";
  give(begin("INVITE", { via }), "200");
  assertEquals(table.find(request("ACK", { via, toTag: "b1" }), flow()), undefined);
});

Deno.test("Without unique branches an ACK finds the INVITE whose answer had its To tag", () => {
  const { begin, give, table } = harness();
  const old = { via: "SIP/2.0/UDP 192.168.1.50:5060" };
  const find = (toTag: string): unknown => table.find(request("ACK", { ...old, toTag }), flow());
  const first = begin("INVITE", old);
  const again = begin("INVITE", { ...old, toTag: "b9" });
  assertEquals(find("b1"), undefined);
  give(first, "486");
  give(again, "486");
  assertEquals(find("b1"), first);
  assertEquals(find("b9"), again);
  assertEquals(find("b2"), undefined);
});

Deno.test("A full table refuses and counts, and has room again when something ends", () => {
  const { begin, give, run, table } = harness(1);
  give(begin("OPTIONS"), "200");
  assertEquals(table.create(request("INVITE"), flow(), { now: 0, holder: ANYBODY }), undefined);
  assertEquals(table.size, 1);
  run(32_000);
  assertEquals(
    table.create(request("INVITE"), flow(), { now: 32_000, holder: ANYBODY }) !== undefined,
    true,
  );
});

Deno.test("Answers to what has ended are dropped", () => {
  const { begin, give, run, read } = harness();
  const transaction = begin("OPTIONS");
  run(60_000);
  give(transaction, "200");
  give(transaction, "request");
  assertEquals([read(), transaction.state], ["", "terminated"]);
});

Deno.test("Beginning one transaction twice, or one of an ACK, is our own fault", () => {
  const { begin } = harness();
  begin("INVITE");
  assertThrows(() => begin("INVITE"), Error, "belongs to another");
  assertThrows(() => begin("ACK"), Error, "belongs to another");
});

Deno.test("What was sent last and what the user keeps stand with the transaction", () => {
  const { begin, give, table } = harness();
  const transaction = begin("INVITE");
  transaction.context = "call 1";
  assertEquals([transaction.status, transaction.response], [undefined, undefined]);
  give(transaction, "180");
  assertEquals(transaction.status, 180);
  assert(transaction.response?.startsWith("SIP/2.0 180 "));
  assertEquals([...table.values()].map((one) => one.context), ["call 1"]);
});

Deno.test("The request is kept while it may be answered, and let go with its last answer", () => {
  const { begin, give } = harness();
  const register = begin("REGISTER");
  const invite = begin("INVITE", { callId: "invite" });
  give(invite, "183");
  assertEquals([register.request.method, invite.request.method], ["REGISTER", "INVITE"]);
  give(register, "401");
  give(invite, "200");
  assertThrows(() => register.request, Error, "Cannot answer REGISTER again");
  assertEquals(invite.request.method, "INVITE", "another fork's 2xx may follow");
  const refused = begin("INVITE", { via: "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKrefused" });
  give(refused, "486");
  assertThrows(() => refused.request, Error, "Cannot answer INVITE again: completed with 486");
});

Deno.test("A user that answers from inside a call back is served in order", () => {
  const heap = new DeadlineHeap();
  const diary: string[] = [];
  const invite: SipRequest = request("INVITE");
  const table: ServerTransactions<never> = new ServerTransactions({
    heap,
    room: { limit: 10, urgent: 0 },
    user: {
      send(transaction, text) {
        diary.push(brief(text));
        if (transaction.status === 180) table.respond(transaction, answer(invite, 200), 0);
      },
      unacknowledged: () => {},
      terminated: () => {},
    },
  });
  const transaction = table.create(invite, flow(), { now: 0, holder: ANYBODY })!;
  table.respond(transaction, answer(invite, 180), 0);
  assertEquals([diary, transaction.state], [["180", "200"], "accepted"]);
});
