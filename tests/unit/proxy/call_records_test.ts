import { assert, assertEquals } from "@std/assert";
import { takeCallRecords, touchCall } from "../../../src/proxy/call_records.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import { VALUE_BYTES_MAX } from "../../../src/store/records.ts";
import { answerText, audio, requestText } from "./messages.ts";
import { callIn, callOut, register, restart, type Sent, sentRequest, Stage } from "./stage.ts";
import { ALICE, makeWorld, PROVIDER } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

const CALL: Call = {
  id: "call\ntag\ninside",
  number: 1,
  phones: ["192.168.1.20"],
  server: undefined,
  acknowledged: false,
  callId: "call",
  callerTag: "tag",
  callerSide: "inside",
  holder: ANYBODY,
  from: "a",
  to: "b",
  startedAt: 0,
  answeredAt: undefined,
  touchedAt: 0,
  quiet: undefined,
  invites: new Set(),
  pending: new Set(),
  dialogs: new Set(),
};

Deno.test("a call is written once a turn, as soon as the most urgent change wants it", () => {
  const world = makeWorld();
  world.calls.add(CALL);
  for (const when of ["soon", "urgent", "soon"] as const) touchCall(world, CALL, when);
  touchCall(world, undefined, "urgent");
  const effects = takeCallRecords(world);
  assertEquals(effects.map((effect) => effect.type === "store.set" && effect.when), ["urgent"]);
  assertEquals(takeCallRecords(world), []);
});

Deno.test("the record of a call that is over is taken out, once", () => {
  const world = makeWorld();
  world.calls.add(CALL);
  touchCall(world, CALL, "urgent");
  takeCallRecords(world);
  world.calls.delete(CALL);
  touchCall(world, CALL, "soon");
  const [effect] = takeCallRecords(world);
  assertEquals(effect?.type === "store.set" && effect.value, undefined);
  touchCall(world, CALL, "urgent");
  assertEquals(takeCallRecords(world), []);
});

Deno.test("a call that was refused at once has no record to take out", () => {
  const world = makeWorld();
  touchCall(world, CALL, "urgent");
  assertEquals(takeCallRecords(world), []);
});

Deno.test("of a call's life nothing stays in the store", () => {
  const stage = new Stage();
  callOut(stage);
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.pass(120_000);
  const kept = new Map<string, unknown>();
  for (const effect of stage.effects) {
    if (effect.type === "store.set") kept.set(effect.key.join(" "), effect.value);
  }
  assertEquals([...kept.values()].filter((value) => value !== undefined), []);
  assertEquals(kept.size > 0, true);
});

const CALL_IN = {
  via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in`,
  from: "<sip:carol@example.com>;tag=carol",
  to: "<sip:alice@example.com>",
  call: "call-in",
  contact: `<sip:carol@${PROVIDER}>`,
};

const FORKS = ["192.168.1.31:5060", "192.168.1.32:5060", "192.168.1.33:5060", "192.168.1.34:5060"]
  .flatMap((first) => [first, first.replace(".3", ".4")]);

/** A call to eight phones of one account, with the largest description that a message can hold. */
function largeFork(): { stage: Stage; offered: Sent[] } {
  const stage = new Stage();
  for (const phone of FORKS) {
    stage.pass(10);
    register(stage, "alice", phone);
  }
  const lines = Array.from({ length: 850 }, (_, number) => `a=x-${number}:${"y".repeat(24)}\r\n`);
  const body = audio("198.51.100.10") + lines.join("");
  stage.outside(requestText({ ...CALL_IN, uri: "sip:alice@203.0.113.5", body }));
  return { stage, offered: stage.take().filter(({ text }) => text.startsWith("INVITE")) };
}

/** Each record of a call that was stored, as text. */
function records(stage: Stage): string[] {
  return stage.effects.flatMap((effect) =>
    effect.type === "store.set" && effect.key[1] === "call" && effect.value !== undefined
      ? [JSON.stringify(effect.value)]
      : []
  );
}

Deno.test("a large offer to eight phones is stored, and sent again as it was to those that had not answered", () => {
  const { stage: first, offered } = largeFork();
  assertEquals(offered.length, 8);
  const ringing = offered[0]!;
  first.inside(answerText(sentRequest(ringing), 180, { tag: "a0" }), ringing.to);
  const largest = Math.max(...records(first).map((text) => new TextEncoder().encode(text).length));
  assert(largest < VALUE_BYTES_MAX, `${largest} bytes`);
  const stage = restart(first);
  const again = stage.take().filter(({ text }) => text.startsWith("INVITE"));
  assertEquals(
    again.map(({ to, text }) => [to, text]),
    offered.slice(1).map(({ to, text }) => [to, text]),
  );
});

Deno.test("of eight phones that ring with media one answers after a restart, and the others stop (X1)", () => {
  const { stage: first, offered } = largeFork();
  const answer = (one: Sent, status: number) => {
    const headers = [["Contact", `<sip:alice@${one.to}>`]] as const;
    return answerText(sentRequest(one), status, {
      tag: `at-${one.to}`,
      headers,
      body: audio(one.to.split(":")[0]!),
    });
  };
  for (const one of offered) first.inside(answer(one, 183), one.to);
  // None is sent again, so the offer need not be written with each of their answers.
  assertEquals(records(first).at(-1)!.includes("a=x-1:"), false);
  const stage = restart(first);
  const winner = offered[3]!;
  stage.inside(answer(winner, 200), winner.to);
  const lines = stage.lines();
  assertEquals(lines.filter((line) => line.startsWith("SIP/2.0 200")), [
    `SIP/2.0 200 OK > ${PROVIDER}`,
  ]);
  assertEquals(lines.filter((line) => line.startsWith("CANCEL")).length, 7);
  assertEquals(lines.filter((line) => line.startsWith("INVITE")), []);
});

Deno.test("an ACK or BYE is written only when it shows its sender or Contact elsewhere", () => {
  const to = "<sip:bob@example.com>;tag=bob";
  const moved = "192.168.1.77:5060";
  const cases: [method: string, from: string, contact: string, written: number][] = [
    ["ACK", ALICE, "", 0],
    ["BYE", ALICE, "", 0],
    ["ACK", ALICE, `<sip:alice@${ALICE}>`, 0],
    ["ACK", moved, "", 1],
    ["BYE", moved, "", 1],
    ["ACK", ALICE, `<sip:alice@${moved}>`, 1],
    // Any other may be the last before a restart, and tells how far its numbers are.
    ["INFO", ALICE, "", 1],
  ];
  for (const [method, from, contact, written] of cases) {
    const stage = new Stage();
    register(stage);
    callOut(stage);
    // A phone is followed to where it registers from.
    register(stage, "alice", moved);
    const before = records(stage).length;
    const uri = `sip:bob@${PROVIDER}`;
    stage.inside(requestText({ method, uri, to, contact, cseq: 2 }), from);
    const since = records(stage).slice(before);
    assertEquals(since.length, written, `${method} from ${from} ${contact}`);
    if (from !== ALICE || contact.includes(moved)) assert(since[0]!.includes(moved.split(":")[0]!));
  }
});

Deno.test("what the outside party's ACK or BYE shows of it is written too", () => {
  const other = "198.51.100.11:5060";
  const cases: [method: string, from: string, contact: string, written: number][] = [
    ["ACK", PROVIDER, "", 0],
    ["BYE", PROVIDER, "", 0],
    ["BYE", other, "", 1],
    ["ACK", PROVIDER, `<sip:carol@${other}>`, 1],
  ];
  for (const [method, from, contact, written] of cases) {
    const stage = new Stage();
    const masked = register(stage);
    callIn(stage, masked);
    const before = records(stage).length;
    const via = `SIP/2.0/UDP ${from};branch=z9hG4bK-${method}`;
    const to = "<sip:alice@example.com>;tag=alice";
    stage.outside(
      requestText({ ...CALL_IN, uri: masked, method, to, via, contact, cseq: 2 }),
      from,
    );
    assertEquals(records(stage).length - before, written, `${method} from ${from} ${contact}`);
  }
});

Deno.test("an answer in an ACK is written, though the ACK alone would not be", () => {
  const stage = new Stage();
  stage.inside(requestText());
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  stage.outside(
    answerText(invite, 200, { tag: "bob", headers, body: audio("198.51.100.10") }),
  );
  const before = records(stage).length;
  const to = "<sip:bob@example.com>;tag=bob";
  const ack = { method: "ACK", uri: `sip:bob@${PROVIDER}`, to };
  stage.inside(requestText({ ...ack, body: audio("192.168.1.20", 4444) }));
  const since = records(stage).slice(before);
  assertEquals([since.length, since[0]?.includes("4444")], [1, true]);
});
