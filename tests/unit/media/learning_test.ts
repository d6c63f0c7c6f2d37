import { Tally } from "../../../src/media/tally.ts";
import { assertEquals } from "@std/assert";
import { FarEnd, type Leg } from "../../../src/media/far_end.ts";
import { judge } from "../../../src/media/learning.ts";
import { streamOf } from "../../../src/media/stream.ts";
import { called, row, STRANGER } from "./learning_stage.ts";
import {
  addressIn,
  audio,
  ENVIRONMENT,
  FAR_IP,
  FAR_RTP,
  INSIDE_LOCAL,
  PHONE_IP,
  PHONE_RTP,
  PROXY_IP,
  rtcp,
  rtp,
  sdp,
  Stage,
} from "./stage.ts";

Deno.test("L1: nothing is relayed from or to anyone but the signalled and accepted addresses", () => {
  const { stage, inside, outside } = called();
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 50 }), 0);
  assertEquals(row(stage, { from: "192.168.1.99:5", to: inside, count: 50 }), 0);
});

Deno.test("L1: the SSRC never rejects a packet from the accepted source, nor does its kind", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR_RTP, outside, rtp({ ssrc: 1, sequence: 100 }));
  for (const bytes of [rtp({ ssrc: 2, sequence: 9 }), new Uint8Array(3), new Uint8Array(0)]) {
    assertEquals(stage.send(FAR_RTP, outside, bytes), `${inside} > ${PHONE_RTP}`);
  }
});

Deno.test("L1: RTP and RTCP sockets learn apart", () => {
  const { stage, inside, outside } = called();
  stage.send(`${FAR_IP}:7`, outside);
  assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${rtcp(FAR_RTP)}`);
  stage.send(`${FAR_IP}:8`, rtcp(outside));
  assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${FAR_IP}:8`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:7`);
});

Deno.test("L2: outside, the signalled IP is accepted at once from any port, and so is the SIP peer", () => {
  for (const source of [FAR_RTP, `${FAR_IP}:9`, `${PROXY_IP}:77`]) {
    const { stage, inside, outside } = called();
    stage.pass(60_000);
    assertEquals(stage.send(source, outside), `${inside} > ${PHONE_RTP}`, source);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${source}`, source);
    assertEquals(stage.news()[0], `first ${source}`);
  }
});

Deno.test("L2: outside, another IP needs four packets in a row", () => {
  const { stage, inside, outside } = called();
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 3 }), 0);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 1, first: 4 }), 1);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${STRANGER}`);
});

Deno.test("P3: outside, within ten seconds, the signalled address takes over from another port of its IP", () => {
  const { stage, inside, outside } = called();
  stage.send(`${FAR_IP}:9`, outside);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:9`);
  // A STUN check from there is no reason.
  assertEquals(stage.send(FAR_RTP, outside, new Uint8Array(20)), undefined);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(`${FAR_IP}:9`, outside), undefined);
});

Deno.test("L3: after ten seconds it has to wait for silence as any other port", () => {
  const { stage, outside } = called();
  stage.pass(9_999);
  stage.send(`${FAR_IP}:9`, outside);
  stage.pass(1);
  assertEquals(stage.send(FAR_RTP, outside), undefined);
});

const BROKEN_ROWS: [name: string, packets: Uint8Array[]][] = [
  ["changing SSRC", [1, 2, 3, 4].map((ssrc) => rtp({ ssrc, sequence: ssrc }))],
  ["standing sequence", [5, 5, 5, 5].map((sequence) => rtp({ sequence }))],
  ["falling sequence", [9, 8, 7, 6].map((sequence) => rtp({ sequence }))],
  ["jumping sequence", [1, 9000, 20000, 31000].map((sequence) => rtp({ sequence }))],
  ["type not negotiated", [1, 2, 3, 4].map((sequence) => rtp({ sequence, type: 96 }))],
  ["no RTP", [1, 2, 3, 4].map(() => new Uint8Array(20))],
  ["RTCP", [1, 2, 3, 4].map((sequence) => rtp({ sequence, type: 200 }))],
  ["one alien in between", [
    rtp({ sequence: 1 }),
    rtp({ sequence: 2 }),
    rtp({ sequence: 3, type: 96 }),
    rtp({ sequence: 4 }),
  ]],
];

Deno.test("L2: a row has one SSRC, rising sequence and a negotiated payload type", () => {
  for (const [name, packets] of BROKEN_ROWS) {
    const { stage, outside } = called();
    const crossed = packets.filter((bytes) => stage.send(STRANGER, outside, bytes) !== undefined);
    assertEquals(crossed.length, 0, name);
  }
});

Deno.test("L2: each source has its own row, and RTCP in between does not break it", () => {
  const { stage, outside } = called();
  for (let sequence = 1; sequence <= 3; sequence++) {
    assertEquals(stage.send(STRANGER, outside, rtp({ sequence })), undefined);
    for (let port = 1; port <= 7; port++) {
      stage.send(`192.0.2.67:${port + sequence * 10}`, outside, rtp({ sequence }));
    }
    assertEquals(stage.send(STRANGER, outside, rtp({ sequence: 1, type: 200 })), undefined);
  }
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 1, first: 4 }), 1);
});

Deno.test("L2: ten seconds after the answer no other IP is taken any more", () => {
  const { stage, outside } = called();
  stage.pass(9_999);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1);
  const late = called();
  late.stage.pass(10_000);
  assertEquals(row(late.stage, { from: STRANGER, to: late.outside, count: 40 }), 0);
});

Deno.test("L2: the 2xx is an answer too, however long it rang", () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  stage.say({ caller: false, early: true, body: audio(FAR_RTP) });
  stage.pass(30_000);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 9 }), 0);
  stage.media.confirmed("call", "a", stage.now);
  stage.pass(9_999);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1);
});

Deno.test("L2: before the answer no other IP is taken", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE_RTP) });
  assertEquals(row(stage, { from: STRANGER, to: addressIn(offer), count: 40 }), 0);
});

Deno.test("L2: nobody else is taken once something came from the signalled IP", () => {
  const { stage, outside } = called();
  stage.send(FAR_RTP, outside);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 40 }), 0);
});

const UNREACHABLE = ["10.9.8.7", "0.0.0.0", "192.168.1.77", "203.0.113.1", "far.example.org"];

Deno.test("L2: an unreachable signalled address is learned without time limit", () => {
  for (const ip of UNREACHABLE) {
    const { stage, inside, outside } = called({ far: `${ip}:30000` });
    assertEquals(stage.send(PHONE_RTP, inside), undefined, ip);
    stage.pass(60_000);
    assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1, ip);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${STRANGER}`, ip);
  }
});

Deno.test("L2: T.38 is learned by four packets of any kind", () => {
  const stage = new Stage();
  const offer = stage.say({ body: sdp(PHONE_IP, "m=image 4000 udptl t38") });
  stage.say({ caller: false, body: sdp(FAR_IP, "m=image 30000 udptl t38") });
  const outside = addressIn(offer);
  const sent = [1, 2, 3, 4].map((byte) => stage.send(STRANGER, outside, new Uint8Array([0, byte])));
  assertEquals(sent.map((hop) => hop !== undefined), [false, false, false, true]);
});

Deno.test("L2: inside, any other inside address is taken within ten seconds, the signalled one first", () => {
  const { stage, inside, outside } = called();
  assertEquals(stage.send("192.168.1.60:8", inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send("192.168.1.60:8", inside), undefined);
  const late = called();
  late.stage.pass(10_000);
  assertEquals(late.stage.send("192.168.1.60:8", late.inside), undefined);
  assertEquals(late.stage.send(`${PHONE_IP}:9`, late.inside), `${late.outside} > ${FAR_RTP}`);
  const alien = called();
  assertEquals(row(alien.stage, { from: STRANGER, to: alien.inside, count: 9 }), 0);
});

Deno.test("a verdict depends on the address first: what must not be reached is never accepted", () => {
  const media = {
    line: 0,
    kind: "audio",
    port: 4000,
    protocol: "RTP/AVP",
    formats: ["0"],
    connection: { ip: PHONE_IP, unspecified: false },
    rtcp: undefined,
    rtcpMux: false,
    direction: "sendrecv" as const,
  };
  const hearing = { heard: "a", settled: true, heardAt: 0, hear: () => {} };
  const base = {
    stream: 0,
    pair: 0,
    port: 0,
    hearing,
    shown: new Set<string>(),
    ends: [],
    tally: new Tally(),
  };
  const legs: [leg: Leg, verdict: string][] = [
    [{ ...base, role: "caller", side: "inside", local: INSIDE_LOCAL }, "accept"],
    [{ ...base, role: "called", side: "outside", local: "203.0.113.1" }, "refuse"],
  ];
  for (const [leg, verdict] of legs) {
    const signal = { stream: streamOf(media), sipIp: PHONE_IP, environment: ENVIRONMENT };
    const end = new FarEnd(leg, "a", signal);
    const approach = { ip: PHONE_IP, port: 4000, bytes: rtp(), now: 0 };
    for (const part of [0, 1] as const) {
      assertEquals(judge(end, part, { approach, environment: ENVIRONMENT }), verdict, leg.side);
    }
  }
});
