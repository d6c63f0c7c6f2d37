import { assertEquals } from "@std/assert";
import { isExpected, turnAway } from "../../../src/proxy/stranger.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { answerText, request, requestText } from "./messages.ts";
import { fillTransactions, register, registerOthers, sentRequest, Stage } from "./stage.ts";
import {
  ALICE,
  flow,
  makeBinding,
  makeWorld,
  PROVIDER,
  SETTINGS,
  STRANGER,
} from "./world_fixture.ts";

const CAROL = "<sip:carol@example.com>;tag=carol";
const IN_CALL = "<sip:alice@example.com>;tag=alice";

Deno.test("expected are phones, known peers and who is in a dialog, no others: who had a call is not (S3)", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice"));
  const is = (side: "inside" | "outside", from: string) =>
    isExpected(world, flow(side, from), request());
  assertEquals([is("outside", STRANGER), is("outside", PROVIDER), is("inside", ALICE)], [
    false,
    true,
    true,
  ]);
  world.budgets.earn(flow("outside", STRANGER).remote.ip, 0);
  assertEquals(is("outside", STRANGER), false);
});

Deno.test("who had a call is answered for a while, and never with more than was sent in his name (S3)", () => {
  const world = makeWorld();
  const source = flow("outside", STRANGER);
  const asked = { method: "BYE", to: IN_CALL };
  // It may be shorter than what we read in it: bare LFs, for one, are mended.
  world.arrivedLength = requestText(asked).length - 7;
  const told = (reason: string) => {
    turnAway(world, source, request(asked), { why: "test", answer: { status: 481, reason } });
    return world.takeEffects().flatMap((one) => one.type === "sip.send" ? [one.text] : []);
  };
  assertEquals(told("No"), []);
  world.budgets.earn(source.remote.ip, 0);
  const [text = ""] = told("No");
  assertEquals(text.slice(0, 14), "SIP/2.0 481 No");
  const spare = world.arrivedLength - text.length;
  assertEquals([told("No" + "o".repeat(spare)).length, told("No" + "o".repeat(spare + 1))], [
    1,
    [],
  ]);
  world.now = TIMES.earned;
  assertEquals([told("No"), world.counters.get("refused.stranger.test")], [[], 3]);
});

/** A call of alice's that is answered through another server than the provider's names lead to. */
function callByOtherServer(stage: Stage, masked: string, target = STRANGER): void {
  const via = `SIP/2.0/UDP ${STRANGER};branch=z9hG4bK-first`;
  const contact = `<sip:carol@${target}>`;
  const first = { via, from: CAROL, to: "<sip:alice@example.com>", call: "first", contact };
  stage.outside(requestText({ ...first, uri: masked }), STRANGER);
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  stage.inside(answerText(sentRequest(stage.one("INVITE")), 200, { tag: "alice", headers }));
  stage.outside(
    requestText({ ...first, method: "ACK", uri: masked, to: IN_CALL, via: `${via}-ack` }),
    STRANGER,
  );
  stage.take();
}

Deno.test("a server that a call has worked with is told what is wrong, by whatever names the provider has (S3, V6)", () => {
  const stage = new Stage();
  const masked = register(stage);
  const faulty = { uri: masked, via: `SIP/2.0/UDP ${STRANGER};branch=z9hG4bK-faulty`, hops: "0" };
  stage.outside(requestText(faulty), STRANGER);
  assertEquals(stage.take(), []);
  callByOtherServer(stage, masked);
  stage.outside(requestText({ ...faulty, call: "second" }), STRANGER);
  assertEquals(stage.lines(), [`SIP/2.0 483 Too Many Hops > ${STRANGER}`]);
  // A stranger from anywhere else is one still.
  stage.outside(requestText({ ...faulty, call: "third" }), "192.0.2.67:5060");
  assertEquals(stage.take(), []);
});

Deno.test("who is in a dialog is answered when the tables are full, and long after its call was set up (S3, V7)", () => {
  const media = { ...SETTINGS.media, idleMs: 1e8, holdMs: 1e8 };
  const stage = new Stage({
    settings: { ...SETTINGS, media },
    limits: { serverTransactions: 4, endingTransactions: 0 },
  });
  const masked = register(stage);
  callByOtherServer(stage, masked);
  stage.pass(TIMES.earned + 1);
  fillTransactions(stage, registerOthers(stage, 4), 4);
  const via = `SIP/2.0/UDP ${STRANGER};branch=z9hG4bK-bye`;
  const bye = { method: "BYE", via, uri: masked, from: CAROL, to: IN_CALL, cseq: 2 };
  stage.outside(requestText({ ...bye, call: "first" }), STRANGER);
  assertEquals(stage.lines(), [`SIP/2.0 480 Too busy, try again later > ${STRANGER}`]);
  stage.outside(requestText({ ...bye, call: "another" }), STRANGER);
  assertEquals(stage.take(), []);
});

Deno.test("who was in a dialog that has ended is answered once, and never with more than he sent (S3, X2)", () => {
  const stage = new Stage();
  const masked = register(stage);
  // Where nothing has worked yet that would be remembered.
  const contact = "192.0.2.68:5060";
  callByOtherServer(stage, masked, contact);
  const via = `SIP/2.0/UDP ${STRANGER};branch=z9hG4bK-bye`;
  const inDialog = { via, uri: masked, from: CAROL, to: IN_CALL, call: "first" };
  stage.outside(requestText({ ...inDialog, method: "BYE", cseq: 2 }), STRANGER);
  stage.inside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.take();
  const elsewhere = "192.0.2.67:5060";
  const later = (parts: { uri?: string } = {}) =>
    requestText({ ...inDialog, via: `${via}-2`, cseq: 3, ...parts });
  stage.outside(later(), elsewhere);
  assertEquals(stage.lines(), []);
  stage.outside(later(), contact);
  assertEquals(stage.lines(), [`SIP/2.0 481 Call/Transaction Does Not Exist > ${contact}`]);
  // Nobody repeats an answer to whoever it may be.
  stage.pass(TIMES.memory - 1);
  assertEquals(stage.take(), []);
  stage.outside(
    later({ uri: "sip:a" }).replaceAll(/^(?:Max-Forwards|Contact|Content-Length).*\r\n/gm, ""),
    contact,
  );
  assertEquals(stage.take(), []);
});

/** As a provider's server writes it: what nobody here has any more, in the length of a Contact of ours. */
const GONE = "sip:alice@203.0.113.5:5060;line=aaaaaaaaaaaaaaaaaaaa";

/** What belongs to nobody, and what a server hears of it that a call has worked with. */
const FOR_NOBODY: [what: string, text: string, answer: string][] = [
  ["a BYE", forNobody("BYE", { to: IN_CALL }), "481 Call/Transaction Does Not Exist"],
  ["a CANCEL", forNobody("CANCEL"), "481 Call/Transaction Does Not Exist"],
  ["a REGISTER", forNobody("REGISTER"), "403 Registrations are taken from the inside only"],
  ["an INVITE by name", forNobody("INVITE", { uri: "sip:alice@203.0.113.5" }), "404 Not Found"],
  ["an OPTIONS", forNobody("OPTIONS"), "404 Not Found"],
];

function forNobody(method: string, parts: { uri?: string; to?: string } = {}): string {
  const via = `SIP/2.0/UDP ${STRANGER};branch=z9hG4bK-nobody-${method}`;
  return requestText({ method, via, uri: GONE, from: CAROL, call: "none", ...parts });
}

Deno.test("a server that a call has worked with hears of what is nobody's, and rings nobody by name (S3, T1)", () => {
  for (const [what, text, answer] of FOR_NOBODY) {
    const stage = new Stage();
    const masked = register(stage);
    stage.outside(text, STRANGER);
    assertEquals(stage.lines(), [], `${what}, from a stranger`);
    callByOtherServer(stage, masked);
    stage.outside(text, STRANGER);
    assertEquals(stage.lines(), [`SIP/2.0 ${answer} > ${STRANGER}`], what);
  }
});
