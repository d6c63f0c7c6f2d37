import { assertEquals } from "@std/assert";
import { addressIn, audio, FAR_IP, PHONE_IP, rtcp, rtp, sdp, Stage } from "./stage.ts";

const FAR = `${FAR_IP}:30000`;
const PHONE = `${PHONE_IP}:4000`;
const IDLE = 300_000;
const HOLD = 7_200_000;

Deno.test("X2: a call is dead after so much silence, and that is told once", () => {
  const stage = new Stage();
  stage.call();
  stage.pass(IDLE - 1);
  assertEquals(stage.idle, []);
  stage.pass(1);
  assertEquals(stage.idle, ["call"]);
  stage.pass(HOLD);
  assertEquals(stage.idle, ["call"]);
});

Deno.test("X2: one direction alone keeps a call alive, RTCP too; refused packets do not", () => {
  const senders: [
    name: string,
    from: string,
    to: (call: { inside: string; outside: string }) => string,
    alive: boolean,
  ][] = [
    ["far end", FAR, (call) => call.outside, true],
    ["phone", PHONE, (call) => call.inside, true],
    ["phone's RTCP", rtcp(PHONE), (call) => rtcp(call.inside), true],
    ["stranger", "192.0.2.9:1", (call) => call.outside, false],
  ];
  for (const [name, from, to, alive] of senders) {
    const stage = new Stage();
    const call = stage.call();
    stage.send(FAR, call.outside);
    for (let turn = 0; turn < 4; turn++) {
      stage.pass(IDLE / 2);
      stage.send(from, to(call), rtp({ ssrc: 99, sequence: 9 }));
    }
    assertEquals(stage.idle.length === 0, alive, name);
  }
});

Deno.test("X2: what reaches nobody does not count", () => {
  const stage = new Stage();
  const { inside } = stage.call({ far: "10.9.8.7:30000" });
  stage.pass(IDLE / 2);
  assertEquals(stage.send(PHONE, inside), undefined);
  stage.pass(IDLE / 2);
  assertEquals([stage.idle, stage.media.flowing("call", 0)], [["call"], false]);
});

Deno.test("X2: a dead call stays dead, whatever is said about it", () => {
  const stage = new Stage();
  stage.call();
  stage.pass(IDLE);
  const exchange = "INVITE 2";
  stage.say({ caller: false, exchange, request: true, body: audio(FAR) });
  stage.say({ exchange, dialog: "a", request: false, body: audio(PHONE) });
  stage.pass(IDLE);
  assertEquals(stage.idle, ["call"]);
});

Deno.test("X2: silence counts from the last packet", () => {
  const stage = new Stage();
  const { outside } = stage.call();
  stage.pass(1_000);
  stage.send(FAR, outside);
  stage.pass(IDLE - 1);
  assertEquals(stage.idle, []);
  stage.pass(1);
  assertEquals(stage.idle, ["call"]);
});

Deno.test("X2: an unanswered call is Timer C's", () => {
  const stage = new Stage();
  stage.say({ body: audio(PHONE) });
  stage.say({ caller: false, early: true, body: audio(FAR) });
  stage.pass(HOLD * 2);
  assertEquals(stage.idle, []);
});

Deno.test("X2: while every stream is on hold the longer limit holds, and resuming starts anew", () => {
  const holds = [
    audio(FAR, "a=sendonly"),
    audio(FAR, "a=inactive"),
    sdp("0.0.0.0", "m=audio 30000 RTP/AVP 0"),
  ];
  for (const hold of holds) {
    const stage = new Stage();
    stage.call();
    const turn = (exchange: string, body: string, answer: string) => {
      stage.say({ caller: false, exchange, request: true, body });
      stage.say({ exchange, dialog: "a", request: false, body: answer });
    };
    turn("INVITE 2", hold, audio(PHONE, "a=recvonly"));
    stage.pass(HOLD - 1);
    assertEquals(stage.idle, []);
    turn("INVITE 3", audio(FAR), audio(PHONE));
    stage.pass(IDLE - 1);
    assertEquals(stage.idle, []);
    stage.pass(1);
    assertEquals(stage.idle, ["call"]);
  }
});

Deno.test("X2: a hold without end ends too", () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE, "a=inactive") }));
  stage.say({ caller: false, body: audio(FAR, "a=inactive") });
  stage.media.confirmed("call", "a", stage.now);
  stage.pass(HOLD - 1);
  stage.send(FAR, outside);
  stage.pass(HOLD - 1);
  assertEquals(stage.idle, []);
  stage.pass(1);
  assertEquals(stage.idle, ["call"]);
});

Deno.test("X2: a call without a stream of ours, or that has ended, is not watched", () => {
  const stage = new Stage();
  stage.say({ body: sdp(PHONE_IP, "m=message 7 TCP/MSRP *") });
  stage.say({ caller: false, body: sdp(FAR_IP, "m=message 7 TCP/MSRP *") });
  stage.media.confirmed("call", "a", stage.now);
  stage.call({ session: "other" });
  stage.media.end("other", stage.now);
  stage.pass(HOLD * 2);
  assertEquals(stage.idle, []);
});

Deno.test("X2: an answer given early says nothing of silence: it counts from the 2xx", () => {
  const stage = new Stage();
  stage.say({ body: audio(PHONE) });
  stage.say({ caller: false, early: true, body: audio(FAR) });
  stage.pass(IDLE - 1);
  stage.media.confirmed("call", "a", stage.now);
  stage.pass(IDLE - 1);
  assertEquals(stage.idle, []);
  stage.pass(1);
  assertEquals(stage.idle, ["call"]);
});
