import { assertEquals } from "@std/assert";
import { answerText, audio, requestText } from "./messages.ts";
import { callOut, register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, makeWorld, PROVIDER, SETTINGS } from "./world_fixture.ts";

const INVITE = { contact: `<sip:alice@${ALICE}>` };

Deno.test("a call is told from its start to its end", () => {
  const stage = new Stage();
  callOut(stage);
  stage.pass(61_000);
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  const who = "Call 1 out from alice@example.com (192.168.1.20) to bob@example.com";
  const by = `${who} by 198.51.100.10`;
  assertEquals(stage.notes("call.started"), [`${who} started`]);
  assertEquals(stage.notes("call.answered"), [`${by} answered after 0 s`]);
  assertEquals(stage.notes("call.ended"), [
    `${by} ended after 61 s: hung up from inside; 0 packets from the phone, 0 from the provider`,
  ]);
  assertEquals(stage.calls, []);
});

const FAILURES: [status: number, level: string][] = [[486, "info"], [407, "debug"], [401, "debug"]];

Deno.test("a call that fails says why; a challenge is said in a low voice", () => {
  for (const [status, level] of FAILURES) {
    const stage = new Stage({ settings: { ...SETTINGS, log: { level: "debug" } } });
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

const CROSSING = { call: "crossing", from: "<sip:carol@example.com>;tag=carol" };

/** Two calls of one dialog: alice invites carol before she answers carol's own INVITE. */
function crossing(stage: Stage, earlyFirst: boolean): string {
  const masked = register(stage);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-first`;
  const party = { ...CROSSING, via, contact: `<sip:carol@${PROVIDER}>` };
  const offer = { to: "<sip:alice@example.com>", body: audio("198.51.100.10") };
  stage.outside(requestText({ ...party, ...offer, uri: masked }));
  const first = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  if (earlyFirst) stage.inside(answerText(first, 180, { tag: "alice", headers }));
  stage.take();
  const own = { from: "<sip:alice@example.com>;tag=alice", to: CROSSING.from };
  const there = { uri: `sip:carol@${PROVIDER}`, body: audio("192.168.1.20") };
  stage.inside(requestText({ ...CROSSING, ...own, ...there, contact: `<sip:alice@${ALICE}>` }));
  const second = sentRequest(stage.one("INVITE"));
  const contact = [["Contact", `<sip:carol@${PROVIDER}>`]] as const;
  const answer = { headers: contact, body: audio("198.51.100.10") };
  stage.outside(answerText(second, 200, { ...answer, tag: "carol" }));
  stage.inside(answerText(first, 200, { tag: "alice", headers, body: audio("192.168.1.20") }));
  return masked;
}

const WAYS: [earlyFirst: boolean, restarted: boolean][] = [
  [false, false],
  [true, false],
  [false, true],
];

Deno.test("a called party that invites before it answers makes two calls of one dialog: both end with it (X3)", () => {
  for (const [earlyFirst, restarted] of WAYS) {
    const before = new Stage();
    const masked = crossing(before, earlyFirst);
    const stage = restarted ? restart(before) : before;
    // Once a 180 has made the dialog known her INVITE is one of that dialog.
    const states = earlyFirst ? ["answered"] : ["answered", "answered"];
    assertEquals(stage.calls.map(({ state }) => state), states);
    stage.take();
    const to = "<sip:alice@example.com>;tag=alice";
    const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-bye`;
    stage.outside(requestText({ ...CROSSING, method: "BYE", uri: masked, to, cseq: 2, via }));
    stage.inside(answerText(sentRequest(stage.one("BYE")), 200));
    assertEquals(stage.calls, []);
    const { media } = stage.core.snapshot() as { media: { sessions: unknown[] } };
    assertEquals(media.sessions, []);
    stage.pass(70_000);
    assertEquals([stage.tables.dialogs, stage.tables.insideParties], [0, 0]);
  }
});

Deno.test("sentences about a call take the share of whoever holds it (V7)", () => {
  const by = (registered: boolean) => {
    const stage = new Stage();
    if (registered) register(stage);
    callOut(stage);
    return stage.effects.flatMap((effect) =>
      effect.type === "note" && effect.note.kind === "call.started" ? [effect.note.by] : []
    );
  };
  assertEquals(by(true), [{ ip: "192.168.1.20", known: true }]);
  assertEquals(by(false), [{ ip: "192.168.1.20", known: false }]);
  const world = makeWorld();
  const pbx = { name: "192.168.1.30", part: 1, guest: true };
  world.budgets.earn(pbx.name, 0);
  world.note("info", "call.started", "Call 1", pbx);
  const [said] = world.takeEffects();
  assertEquals(said?.type === "note" && said.note.by, { ip: pbx.name, known: true });
});
