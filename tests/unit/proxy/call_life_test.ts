import { assertEquals } from "@std/assert";
import {
  ALICE,
  answerText,
  audio,
  callOut,
  PROVIDER,
  register,
  requestText,
  sentRequest,
  Stage,
} from "./world_fixture.ts";

const INVITE = { contact: `<sip:alice@${ALICE}>` };

Deno.test("a call is told from its start to its end", () => {
  const stage = new Stage();
  callOut(stage);
  stage.pass(61_000);
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  const who = "Call out from alice@example.com to bob@example.com";
  assertEquals(stage.notes("call.started"), [`${who} started`]);
  assertEquals(stage.notes("call.answered"), [`${who} answered after 0 s`]);
  assertEquals(stage.notes("call.ended"), [`${who} ended after 61 s: hung up from inside`]);
  assertEquals(stage.calls, []);
});

const FAILURES: [status: number, level: string][] = [[486, "info"], [407, "debug"], [401, "debug"]];

Deno.test("a call that fails says why; a challenge is said in a low voice", () => {
  for (const [status, level] of FAILURES) {
    const stage = new Stage();
    stage.inside(requestText(INVITE));
    stage.outside(answerText(sentRequest(stage.one("INVITE")), status));
    const notes = stage.effects.flatMap((effect) =>
      effect.type === "note" && effect.note.kind === "call.failed" ? [effect.note.level] : []
    );
    assertEquals(notes, [level], String(status));
    assertEquals(stage.calls, []);
  }
});

Deno.test("a failed re-INVITE leaves the call, a failed first one ends it (X3)", () => {
  const stage = new Stage();
  callOut(stage);
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ ...INVITE, uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("INVITE")), 488));
  stage.pass(60_000);
  assertEquals(stage.calls.length, 1);
});

Deno.test("the same call tried again with credentials is a call of its own", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  stage.outside(answerText(sentRequest(stage.one("INVITE")), 407));
  stage.take();
  stage.inside(requestText({ ...INVITE, cseq: 2 }));
  const again = sentRequest(stage.one("INVITE"));
  assertEquals(stage.calls.length, 1);
  stage.pass(5_000);
  stage.outside(answerText(again, 200, { tag: "bob" }));
  stage.pass(60_000);
  assertEquals(stage.calls.map(({ state, dialogs }) => [state, dialogs]), [["answered", 1]]);
});

Deno.test("a called party that invites before it answers makes two calls of one dialog: both end with it (X3)", () => {
  for (const earlyFirst of [false, true]) {
    const stage = new Stage();
    const masked = register(stage);
    const carol = "<sip:carol@example.com>;tag=carol";
    const call = "crossing";
    const via = (name: string) => `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-${name}`;
    const party = { call, from: carol, contact: `<sip:carol@${PROVIDER}>` };
    const uri = { uri: masked, to: "<sip:alice@example.com>", body: audio("198.51.100.10") };
    stage.outside(requestText({ ...party, ...uri, via: via("first") }));
    const first = sentRequest(stage.one("INVITE"));
    const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
    const answer = { tag: "alice", headers, body: audio("192.168.1.20") };
    if (earlyFirst) stage.inside(answerText(first, 180, { tag: "alice", headers }));
    stage.take();
    const own = { call, from: "<sip:alice@example.com>;tag=alice", to: carol };
    const there = { uri: `sip:carol@${PROVIDER}`, body: audio("192.168.1.20") };
    stage.inside(requestText({ ...own, ...there, contact: `<sip:alice@${ALICE}>` }));
    const second = sentRequest(stage.one("INVITE"));
    const contact = [["Contact", `<sip:carol@${PROVIDER}>`]] as const;
    stage.outside(
      answerText(second, 200, { tag: "carol", headers: contact, body: audio("198.51.100.10") }),
    );
    stage.inside(answerText(first, 200, answer));
    assertEquals(stage.calls.map(({ state }) => state).includes("ringing"), false);
    stage.take();
    const to = "<sip:alice@example.com>;tag=alice";
    stage.outside(
      requestText({ ...party, method: "BYE", uri: masked, to, cseq: 2, via: via("bye") }),
    );
    stage.inside(answerText(sentRequest(stage.one("BYE")), 200));
    assertEquals(stage.calls, []);
    const { media } = stage.core.snapshot() as { media: { sessions: unknown[] } };
    assertEquals(media.sessions, []);
  }
});
