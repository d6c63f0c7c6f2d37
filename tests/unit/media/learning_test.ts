import { Tally } from "../../../src/media/tally.ts";
import { assertEquals } from "@std/assert";
import { FarEnd, type Leg } from "../../../src/media/far_end.ts";
import { judge } from "../../../src/media/learning.ts";
import { streamOf } from "../../../src/media/stream.ts";
import { called, NEIGHBOUR, row, STRANGER } from "./learning_stage.ts";
import {
  addressIn,
  audio,
  ENVIRONMENT,
  FAR_IP,
  FAR_RTP,
  INSIDE_LOCAL,
  PHONE_IP,
  PHONE_RTP,
  PROVIDER,
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

const NEAR = ["198.51.100.99:5", "198.51.100.11:5", "192.0.2.8:5"];

Deno.test("L2: outside, neighbours of the signalled IP and the SIP peer need four packets in a row", () => {
  for (const source of NEAR) {
    const stage = new Stage();
    const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
    const from = { ...PROVIDER, sipIp: "192.0.2.9" };
    const inside = addressIn(stage.say({ caller: false, from, body: audio(FAR_RTP) }));
    stage.pass(60_000);
    assertEquals(row(stage, { from: source, to: outside, count: 3 }), 0, source);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`, source);
    assertEquals(row(stage, { from: source, to: outside, count: 1, first: 4 }), 1, source);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${source}`, source);
  }
});

Deno.test("L2: outside, nobody else is taken, right after the answer or ever", () => {
  for (const source of [STRANGER, "198.51.101.20:30000", "198.51.99.20:30000"]) {
    const { stage, inside, outside } = called();
    assertEquals(row(stage, { from: source, to: outside, count: 40 }), 0, source);
    stage.pass(9_000);
    assertEquals(row(stage, { from: source, to: outside, count: 40 }), 0, source);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`, source);
  }
});

Deno.test('L2: with media = "learn" another IP needs four packets in a row', () => {
  const { stage, inside, outside } = called({ learns: true });
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 3 }), 0);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 1, first: 4 }), 1);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${STRANGER}`);
  assertEquals(stage.send("192.168.1.60:8", inside), undefined);
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
    const crossed = packets.filter((bytes) => stage.send(NEIGHBOUR, outside, bytes) !== undefined);
    assertEquals(crossed.length, 0, name);
  }
});

Deno.test("L2: each source has its own row, and RTCP in between does not break it", () => {
  const { stage, outside } = called();
  for (let sequence = 1; sequence <= 3; sequence++) {
    assertEquals(stage.send(NEIGHBOUR, outside, rtp({ sequence })), undefined);
    for (let port = 1; port <= 7; port++) {
      stage.send(`198.51.100.67:${port + sequence * 10}`, outside, rtp({ sequence }));
    }
    assertEquals(stage.send(NEIGHBOUR, outside, rtp({ sequence: 1, type: 200 })), undefined);
  }
  assertEquals(row(stage, { from: NEIGHBOUR, to: outside, count: 1, first: 4 }), 1);
});

Deno.test('L2: with media = "learn" no other IP is taken ten seconds after the answer', () => {
  const { stage, outside } = called({ learns: true });
  stage.pass(9_999);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1);
  const late = called({ learns: true });
  late.stage.pass(10_000);
  assertEquals(row(late.stage, { from: STRANGER, to: late.outside, count: 40 }), 0);
});

Deno.test('L2: with media = "learn" the 2xx is an answer too, however long it rang', () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  const from = { ...PROVIDER, learns: true };
  stage.say({ caller: false, early: true, from, body: audio(FAR_RTP) });
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
  for (const learns of [false, true]) {
    const { stage, outside } = called({ learns });
    stage.send(FAR_RTP, outside);
    assertEquals(row(stage, { from: STRANGER, to: outside, count: 40, ssrc: 9 }), 0);
    stage.pass(5_000);
    assertEquals(row(stage, { from: NEIGHBOUR, to: outside, count: 40, ssrc: 9 }), 0);
  }
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

Deno.test("L5: one of our own ports is nobody outside, even when no leg of ours has it any more", () => {
  for (const port of [10_000, 10_150, 10_199]) {
    const { stage, outside } = called({ far: `203.0.113.1:${port}`, learns: true });
    for (const from of [STRANGER, NEIGHBOUR, `${PROXY_IP}:5`]) {
      assertEquals(row(stage, { from, to: outside, count: 9 }), 0, `${port} ${from}`);
    }
  }
  const { stage, outside } = called({ far: "203.0.113.1:10200" });
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1);
});

Deno.test("L2: T.38 is learned by four packets of any kind", () => {
  const stage = new Stage();
  const offer = stage.say({ body: sdp(PHONE_IP, "m=image 4000 udptl t38") });
  stage.say({ caller: false, body: sdp(FAR_IP, "m=image 30000 udptl t38") });
  const outside = addressIn(offer);
  const udptl = (from: string) =>
    [1, 2, 3, 4].map((byte) => stage.send(from, outside, new Uint8Array([0, byte])) !== undefined);
  assertEquals(udptl(STRANGER), [false, false, false, false]);
  assertEquals(udptl(NEIGHBOUR), [false, false, false, true]);
});

Deno.test("L2: inside, the signalled IP and the SIP peer are taken, no other while the signalled one is inside", () => {
  const { stage, inside, outside } = called();
  assertEquals(row(stage, { from: "192.168.1.60:8", to: inside, count: 40 }), 0);
  assertEquals(stage.send(`${PHONE_IP}:9`, inside), `${outside} > ${FAR_RTP}`);
  const proxied = called({ phone: "192.168.1.60:8" });
  assertEquals(proxied.stage.send(PHONE_RTP, proxied.inside), `${proxied.outside} > ${FAR_RTP}`);
  assertEquals(row(proxied.stage, { from: "192.168.1.61:8", to: proxied.inside, count: 40 }), 0);
});

const NOT_INSIDE = ["198.51.100.77:4000", "0.0.0.0:4000", "phone.example.org:4000"];

Deno.test("L2: inside, any other inside address is taken by four packets while the signalled one is not inside", () => {
  for (const phone of NOT_INSIDE) {
    const { stage, inside, outside } = called({ phone });
    stage.pass(60_000);
    assertEquals(row(stage, { from: STRANGER, to: inside, count: 9 }), 0, phone);
    assertEquals(row(stage, { from: "198.51.100.77:4000", to: inside, count: 9 }), 0, phone);
    assertEquals(row(stage, { from: "192.168.1.60:8", to: inside, count: 4 }), 1, phone);
    assertEquals(stage.send(FAR_RTP, outside), `${inside} > 192.168.1.60:8`, phone);
  }
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
    trickle: false,
    direction: "sendrecv" as const,
  };
  const hearing = {
    id: "call",
    heard: "a",
    settled: true,
    heardAt: 0,
    told: new Set<never>(),
    hear: () => {},
  };
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
