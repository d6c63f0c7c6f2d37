import { assertEquals } from "@std/assert";
import { readRecord } from "../../../src/media/record.ts";
import { audio, FAR_IP, FAR_RTP, PHONE_IP, PHONE_RTP, sdp, Stage } from "./stage.ts";
import { ANYBODY } from "../base/anybody.ts";

/** Replaces the value at a path of a record. */
function spoiled(record: unknown, path: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(record));
  const keys = path.split(".");
  let at = copy;
  for (const key of keys.slice(0, -1)) at = at[key];
  at[keys.at(-1)!] = value;
  return copy;
}

const SPOILED: [path: string, value: unknown][] = [
  ["version", 2],
  ["confirmed", "a"],
  ["confirmed.0", 5],
  ["heard", {}],
  ["legs", null],
  ["legs.0.port", "10000"],
  ["legs.0.port", 10_001],
  ["legs.0.port", 60_000],
  ["legs.1.port", 60_000],
  ["legs.0.local", "not an address"],
  ["legs.0.role", "callee"],
  ["legs.0.side", "left"],
  ["legs.0.stream", 32],
  ["legs.0.shown", [5]],
  ["sources.0.port", 0],
  ["sources.0.ip", "x"],
  ["sources.0.part", 2],
  ["held.0.ip", "0.0.0"],
  ["held.1.part", -1],
  ["negotiation.dialogs.0", ["a"]],
  ["negotiation.dialogs.0.1.offers.caller.statement.streams.0.types", [128]],
  ["negotiation.dialogs.0.1.applied.called.party", {}],
  ["negotiation.first.statement", []],
];

Deno.test("a record of another shape is not read, and leaves no port behind", () => {
  const before = new Stage();
  before.send(FAR_RTP, before.call().outside);
  const hold = sdp("0.0.0.0", "m=audio 30000 RTP/AVP 0 101");
  before.say({ caller: false, exchange: "INVITE 2", request: true, body: hold });
  before.say({ exchange: "INVITE 2", dialog: "a", request: false, body: audio(PHONE_RTP) });
  const record = before.media.record("call");
  assertEquals(readRecord(record)?.held.length, 2);
  const stage = new Stage();
  const pools = () => JSON.stringify(stage.media.snapshot());
  const fresh = pools();
  for (const [path, value] of SPOILED) {
    const bad = spoiled(record, path, value);
    assertEquals(
      stage.media.restore("call", bad, { holder: ANYBODY, now: stage.now }),
      false,
      path,
    );
    stage.settle();
    assertEquals(pools(), fresh, path);
  }
  for (const bad of [undefined, null, "text", 5, [], {}]) {
    assertEquals(stage.media.restore("call", bad, { holder: ANYBODY, now: stage.now }), false);
  }
});

Deno.test("a call with video takes a few kilobytes at most", () => {
  const stage = new Stage();
  const video = ["m=audio 4000 RTP/AVP 0 8 9 101", "m=video 4002 RTP/AVP 96 97 98"];
  stage.say({ body: sdp(PHONE_IP, ...video) });
  stage.say({ caller: false, body: sdp(FAR_IP, ...video) });
  assertEquals(JSON.stringify(stage.media.record("call")).length < 4_096, true);
});
