import { assertEquals } from "@std/assert";
import { audio, FAR_RTP, PHONE_RTP, rtcp, rtp, Stage } from "./stage.ts";
import { ANYBODY } from "../base/anybody.ts";

const STRANGER = "192.0.2.9:4000";
const IDLE = 300_000;

Deno.test("totals count what crossed and what was refused, each side apart", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  for (const sequence of [1, 2, 3]) stage.send(PHONE_RTP, inside, rtp({ sequence }));
  stage.send(FAR_RTP, outside);
  stage.send(rtcp(FAR_RTP), rtcp(outside));
  stage.send(STRANGER, outside);
  stage.send("192.0.2.10:7", outside);
  assertEquals(stage.media.totals("call", stage.now), {
    fromInside: 3,
    fromOutside: 1,
    refusedInside: { packets: 0, last: undefined },
    refusedOutside: { packets: 2, last: { ip: "192.0.2.10", port: 7 } },
    sendFailures: { packets: 0, reason: undefined },
    complete: true,
    twoWayMs: 0,
    unheard: false,
  });
  assertEquals(stage.media.totals("another", stage.now), undefined);
});

Deno.test("what has nowhere to go is not counted as relayed", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE_RTP) });
  stage.say({ caller: false, body: audio("0.0.0.0:30000") });
  assertEquals(offer.includes("m=audio"), true);
  const { fromInside } = stage.media.totals("call", stage.now)!;
  assertEquals(fromInside, 0);
});

Deno.test("totals are incomplete after a restart", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  stage.send(PHONE_RTP, inside);
  const record = JSON.parse(JSON.stringify(stage.media.record("call")));
  const next = new Stage();
  assertEquals(next.media.restore("call", record, { holder: ANYBODY, now: next.now }), true);
  const totals = next.media.totals("call", next.now)!;
  assertEquals([totals.fromInside, totals.complete], [0, false]);
});

Deno.test("X2: a packet that cannot be sent has crossed nothing, and is told once", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  for (let turn = 0; turn < 4; turn++) {
    stage.pass(IDLE / 4);
    stage.send(PHONE_RTP, inside, rtp({ sequence: turn + 1 }));
    stage.fail(inside, FAR_RTP);
  }
  assertEquals(stage.idle, ["call"]);
  assertEquals(stage.media.flowing("call", 0), false);
  assertEquals(stage.news(), [`first ${PHONE_RTP}`, `unsent ${FAR_RTP}`]);
  const { fromInside, sendFailures } = stage.media.totals("call", stage.now)!;
  assertEquals(fromInside, 4);
  assertEquals(sendFailures, { packets: 4, reason: "network is unreachable" });
});

Deno.test("X2: a failed packet takes back only itself", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  stage.pass(IDLE / 2);
  stage.send(FAR_RTP, outside);
  stage.pass(IDLE / 4);
  stage.send(PHONE_RTP, inside);
  stage.fail(inside, FAR_RTP);
  stage.pass(IDLE / 2);
  assertEquals(stage.idle, []);
  stage.pass(IDLE / 4);
  assertEquals(stage.idle, ["call"]);
});

Deno.test("a failure on a socket that no session has any more is nobody's", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  const socket = stage.socket(inside);
  stage.media.end("call", stage.now);
  stage.media.table.failed(socket, { ip: "198.51.100.20", port: 1 }, "no");
  assertEquals(stage.news(), []);
});
