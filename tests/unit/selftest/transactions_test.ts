import { assertEquals } from "@std/assert";
import type { Address } from "../../../src/base/address.ts";
import {
  responseAddress,
  stampVia,
  Transactions,
  type TransactionUser,
} from "../../../src/selftest/transactions.ts";
import { withHeader } from "../../../src/sip/edit.ts";
import { headerText } from "../../../src/sip/headers.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { makeRequest, makeResponse, writeMessage } from "../../../src/sip/write.ts";
import { PARTY, PHONE, seeded } from "./small_world.ts";

function requestOf(
  method: string,
  via = "SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bK1",
): SipRequest {
  return makeRequest({
    method,
    uri: "sip:200@198.51.100.7:5064",
    headers: [
      ["Via", via],
      ["From", "<sip:100@192.0.2.10>;tag=a"],
      ["To", "<sip:200@198.51.100.7>"],
      ["Call-ID", "c"],
      ["CSeq", `1 ${method}`],
      ["Max-Forwards", "70"],
    ],
  });
}

class Bench implements TransactionUser {
  readonly sent: [at: number, first: string][] = [];
  readonly texts: string[] = [];
  readonly requests: SipRequest[] = [];
  readonly answers: (number | undefined)[] = [];
  now = 0;
  readonly transactions = new Transactions({
    local: PHONE,
    send: (_to, text) => {
      this.sent.push([this.now, text.split(" ", 2).join(" ").replace("SIP/2.0 ", "")]);
      this.texts.push(text);
    },
    random: seeded(1),
    user: this,
  });

  requested(request: SipRequest): void {
    this.requests.push(request);
  }

  request(method: string): string {
    const request = { ...requestOf(method), headers: requestOf(method).headers.slice(1) };
    return this.transactions.request(request, {
      to: PARTY,
      now: this.now,
      answered: (response) => this.answers.push(response?.status),
    });
  }

  /** The far end answers what was sent last, or message `index`. */
  answer(status: number, index = -1): void {
    const request = parseMessage(this.texts.at(index)!);
    if (!request.ok || request.value.kind !== "request") throw new Error("No request to answer");
    const response = makeResponse(request.value, { status, toTag: "b" });
    this.transactions.receive(writeMessage(response), PARTY, this.now);
  }

  passTime(ms: number): void {
    const end = this.now + ms;
    for (let at = this.transactions.nextTimeout(); at !== undefined && at <= end;) {
      this.now = at;
      this.transactions.handleTimeout(at);
      at = this.transactions.nextTimeout();
    }
    this.now = end;
  }

  times(): number[] {
    return this.sent.map(([time]) => time);
  }
}

Deno.test("a request is repeated with doubled waits, capped at 4 s unless it is an INVITE", () => {
  const other = new Bench();
  other.request("OPTIONS");
  other.passTime(40_000);
  assertEquals(other.times(), [
    0,
    500,
    1500,
    3500,
    ...[7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
      .map((seconds) => seconds * 1000),
  ]);
  assertEquals(other.answers, [undefined]);
  const invite = new Bench();
  invite.request("INVITE");
  invite.passTime(40_000);
  assertEquals(invite.times(), [0, 500, 1500, 3500, 7500, 15500, 31500]);
  assertEquals(invite.answers, [undefined]);
});

Deno.test("a provisional response stops the repetition of an INVITE for as long as it rings", () => {
  const bench = new Bench();
  bench.request("INVITE");
  bench.answer(180);
  bench.passTime(600_000);
  bench.answer(200);
  assertEquals(bench.times(), [0]);
  assertEquals(bench.answers, [180, 200]);
});

Deno.test("a failure is acknowledged each time it comes and told once, each 2xx is told", () => {
  const failed = new Bench();
  failed.request("INVITE");
  failed.answer(486);
  failed.answer(486, 0);
  assertEquals(failed.sent.map(([, first]) => first.split(" ")[0]), ["INVITE", "ACK", "ACK"]);
  assertEquals(failed.answers, [486]);
  const good = new Bench();
  good.request("INVITE");
  good.answer(200);
  good.answer(200);
  assertEquals(good.answers, [200, 200]);
});

Deno.test("CANCEL waits for a provisional response, has the branch of its INVITE and is answered apart", () => {
  const bench = new Bench();
  const branch = bench.request("INVITE");
  bench.transactions.cancel(branch, 0);
  assertEquals(bench.sent.length, 1);
  bench.answer(100);
  assertEquals(bench.sent.at(-1)![1], "CANCEL sip:200@198.51.100.7:5064");
  assertEquals(bench.texts[1]!.includes(`branch=${branch};`), true);
  bench.answer(200);
  bench.answer(487, 0);
  bench.passTime(40_000);
  assertEquals(bench.answers, [100, 487]);
  assertEquals(bench.sent.length, 3);
});

Deno.test("who cancels twice sends one CANCEL, which its answer ends", () => {
  const bench = new Bench();
  const branch = bench.request("INVITE");
  bench.answer(100);
  for (let times = 0; times < 2; times++) bench.transactions.cancel(branch, 0);
  bench.answer(200);
  bench.passTime(20_000);
  assertEquals(bench.sent.map(([, line]) => line!.split(" ")[0]), ["INVITE", "CANCEL"]);
});

Deno.test("a repeated request is answered again without being told again", () => {
  const bench = new Bench();
  const text = writeMessage(requestOf("OPTIONS"));
  bench.transactions.receive(text, PHONE, 0);
  bench.transactions.respond(
    bench.requests[0]!,
    makeResponse(bench.requests[0]!, { status: 200 }),
    0,
  );
  bench.transactions.receive(text, PHONE, 0);
  assertEquals([bench.requests.length, bench.sent.length], [1, 2]);
  bench.passTime(40_000);
  assertEquals(bench.sent.length, 2);
});

Deno.test("a final answer to an INVITE is repeated until its ACK comes", () => {
  const bench = new Bench();
  bench.transactions.receive(writeMessage(requestOf("INVITE")), PHONE, 0);
  const invite = bench.requests[0]!;
  bench.transactions.respond(invite, makeResponse(invite, { status: 486, toTag: "b" }), 0);
  bench.passTime(4000);
  assertEquals(bench.times(), [0, 500, 1500, 3500]);
  const ack = withHeader(requestOf("ACK"), "To", "<sip:200@198.51.100.7>;tag=b");
  bench.transactions.receive(writeMessage(ack), PHONE, bench.now);
  bench.passTime(40_000);
  assertEquals([bench.sent.length, bench.requests.length], [4, 1]);
});

Deno.test("a 2xx is repeated until its user says that the ACK came", () => {
  const bench = new Bench();
  bench.transactions.receive(writeMessage(requestOf("INVITE")), PHONE, 0);
  const invite = bench.requests[0]!;
  bench.transactions.respond(invite, makeResponse(invite, { status: 200, toTag: "b" }), 0);
  bench.passTime(600);
  bench.transactions.acknowledged(invite);
  bench.passTime(40_000);
  assertEquals(bench.sent.length, 2);
});

const VIAS: [via: string, stamped: string, answerTo: Address | undefined][] = [
  [
    "SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;rport",
    "SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;rport=5062;received=192.0.2.10",
    PHONE,
  ],
  [
    "SIP/2.0/UDP host.example;branch=z9hG4bK1",
    "SIP/2.0/UDP host.example;branch=z9hG4bK1;received=192.0.2.10",
    { ...PHONE, port: 5060 },
  ],
  [
    "SIP/2.0/UDP 192.0.2.9:5070;rport;branch=z9hG4bK1",
    "SIP/2.0/UDP 192.0.2.9:5070;rport=5062;branch=z9hG4bK1;received=192.0.2.10",
    PHONE,
  ],
];

Deno.test("the source is written into the top Via, and the answer goes there", () => {
  for (const [via, stamped, answerTo] of VIAS) {
    const request = stampVia(requestOf("OPTIONS", via), PHONE);
    assertEquals(headerText(request, "via"), stamped);
    assertEquals(responseAddress(request), answerTo);
  }
});

Deno.test("after being dropped nothing is sent any more", () => {
  const bench = new Bench();
  bench.request("OPTIONS");
  bench.transactions.drop();
  bench.passTime(40_000);
  assertEquals([bench.sent.length, bench.answers.length], [1, 0]);
});
