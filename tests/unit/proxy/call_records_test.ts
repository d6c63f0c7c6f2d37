import { assertEquals } from "@std/assert";
import { takeCallRecords, touchCall } from "../../../src/proxy/call_records.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import {
  answerText,
  callOut,
  makeWorld,
  PROVIDER,
  requestText,
  sentRequest,
  Stage,
} from "./world_fixture.ts";

const CALL: Call = {
  id: "call\ntag\ninside",
  callId: "call",
  callerTag: "tag",
  callerSide: "inside",
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

Deno.test("the record of a call that is over is taken out", () => {
  const world = makeWorld();
  touchCall(world, CALL, "soon");
  const [effect] = takeCallRecords(world);
  assertEquals(effect?.type === "store.set" && effect.value, undefined);
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
