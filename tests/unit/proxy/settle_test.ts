import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Branch } from "../../../src/proxy/contexts.ts";
import { begin } from "../../../src/proxy/requests.ts";
import { settleAnswered } from "../../../src/proxy/settle.ts";
import { headerText } from "../../../src/sip/headers.ts";
import { answerText, request, requestText } from "./messages.ts";
import { register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, BOB, flow, makeWorld, PROVIDER } from "./world_fixture.ts";

const SECOND = "198.51.100.11:5060";

/** A request of alice's that has gone out to its provider. */
function outward(method: string, options: ConstructorParameters<typeof Stage>[0] = {}) {
  const stage = new Stage(options);
  const text = requestText({ method, contact: `<sip:alice@${ALICE}>` });
  stage.inside(text);
  return { stage, text, sent: sentRequest(stage.one(`${method} `)) };
}

/** Server transactions, and those of them whose requests are held. */
function held({ core, tables }: Stage): [transactions: number | undefined, held: number] {
  const { requestsAtWork } = core.snapshot() as { requestsAtWork: number };
  return [tables.serverTransactions, requestsAtWork];
}

/** Method, answer, and whether the request is held then: a 2xx to an INVITE may be followed by another fork's. */
const ANSWERS: [method: string, status: number, isHeld: boolean][] = [
  ["OPTIONS", 200, false],
  ["MESSAGE", 404, false],
  ["SUBSCRIBE", 202, false],
  ["REGISTER", 401, false],
  ["INVITE", 180, true],
  ["INVITE", 200, true],
  ["INVITE", 486, false],
  ["INVITE", 603, false],
];

Deno.test("an answered request is let go in the turn of its answer, though its transaction lives on", () => {
  for (const [method, status, isHeld] of ANSWERS) {
    const { stage, sent } = outward(method);
    assertEquals(held(stage), [1, 1], method);
    stage.outside(answerText(sent, status));
    assertEquals(held(stage), [1, isHeld ? 1 : 0], `${method} ${status}`);
  }
});

Deno.test("a request that we answer ourselves is let go too", () => {
  const stage = new Stage();
  stage.inside(requestText({ method: "OPTIONS", uri: "sip:192.168.1.1" }));
  stage.inside(requestText({ uri: "fax:1", call: "call-2" }));
  assertEquals(held(stage), [2, 0]);
});

Deno.test("a request that nobody answers is let go when its time is over", () => {
  for (const method of ["INVITE", "OPTIONS"]) {
    const { stage } = outward(method);
    stage.pass(31_999);
    assertEquals(held(stage), [1, 1], method);
    stage.pass(2);
    assertEquals(held(stage), [1, 0], method);
  }
});

Deno.test("a fork is held until its last branch has ended", () => {
  for (const method of ["INVITE", "MESSAGE"]) {
    const stage = new Stage();
    register(stage, "alice", ALICE);
    register(stage, "alice", BOB);
    stage.pass(60_000);
    const parts = { uri: "sip:alice@example.com", from: "<sip:carol@example.com>;tag=carol" };
    const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-fork`;
    stage.outside(requestText({ ...parts, method, via, to: "<sip:alice@example.com>" }));
    const branches = stage.take().filter(({ text }) => text.startsWith(method));
    const [first, second] = branches.map(sentRequest);
    assert(first !== undefined && second !== undefined);
    const [early, late] = method === "INVITE" ? [603, 487] : [200, 200];
    stage.inside(answerText(first, early), ALICE);
    assertEquals(held(stage), [1, 1], method);
    stage.inside(answerText(second, late), BOB);
    assertEquals(held(stage), [1, 0], method);
  }
});

Deno.test("copies of a request that was let go get its answer again, and copies of the answer its ACK", () => {
  const { stage, text, sent } = outward("INVITE");
  stage.outside(answerText(sent, 486));
  const taken = stage.take();
  const ack = taken.find((one) => one.text.startsWith("ACK "));
  const failure = taken.find((one) => one.text.startsWith("SIP/2.0 486"));
  assert(ack !== undefined && failure !== undefined);
  stage.inside(text);
  assertEquals(stage.one("SIP/2.0 486").text, failure.text);
  stage.outside(answerText(sent, 486));
  assertEquals(stage.one("ACK ").text, ack.text);
});

Deno.test("a 2xx that comes again when its call is over already is passed on whole", () => {
  const { stage, sent } = outward("INVITE");
  const ok = answerText(sent, 200, { headers: [["Contact", `<sip:bob@${PROVIDER}>`]] });
  stage.outside(ok);
  const first = stage.one("SIP/2.0 200").text;
  const to = "<sip:bob@example.com>;tag=answer";
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE ")), 200));
  stage.take();
  assertEquals((stage.core.snapshot() as { calls: unknown[] }).calls, []);
  for (let copy = 0; copy < 2; copy++) {
    stage.outside(ok);
    assertEquals(stage.one("SIP/2.0 200").text, first);
  }
});

Deno.test("a request that was let go is still known when it comes back (RULES V5)", () => {
  const { stage, sent } = outward("OPTIONS");
  stage.outside(answerText(sent, 200));
  assertEquals(held(stage), [1, 0]);
  stage.take();
  const back = requestText({ method: "OPTIONS", call: "call-1", branch: "z9hG4bK-back" })
    .replace("Max-Forwards", `Via: ${headerText(sent, "via")}\r\nMax-Forwards`);
  stage.inside(back);
  assertEquals(stage.lines(), [`SIP/2.0 482 Loop Detected > ${ALICE}`]);
});

Deno.test("a CANCEL that comes after the end changes nothing", () => {
  const { stage, sent } = outward("INVITE");
  stage.outside(answerText(sent, 486));
  stage.take();
  stage.inside(requestText({ method: "CANCEL", branch: "z9hG4bK-call-1-INVITE-1" }));
  assertEquals(stage.lines(), [`SIP/2.0 200 OK > ${ALICE}`]);
});

Deno.test("a server that was given up is still told to stop when it rings after the end (RULES N4)", () => {
  const { stage, sent } = outward("INVITE", { resolve: () => servers(PROVIDER, SECOND) });
  stage.pass(4_000);
  const next = stage.take().find(({ to, text }) => to === SECOND && text.startsWith("INVITE "));
  stage.outside(answerText(sentRequest(next!), 486), SECOND);
  assertEquals(held(stage), [1, 0]);
  stage.take();
  stage.outside(answerText(sent, 180));
  const cancel = sentRequest(stage.one("CANCEL "));
  assertEquals(headerText(cancel, "call-id"), "call-1");
  assertEquals(headerText(cancel, "via"), headerText(sent, "via"));
});

Deno.test("nothing can be added to what was let go: another request's would have it too", () => {
  const world = makeWorld();
  const options = { request: request(), side: "inside", urgent: false } as const;
  const context = begin(world, flow("inside", ALICE), options);
  assert(context !== undefined);
  context.final = 404;
  world.answered.add(context);
  settleAnswered(world);
  assertEquals([context.settled, context.branches], [true, []]);
  assertThrows(() => context.branches.push({} as Branch), TypeError);
});
