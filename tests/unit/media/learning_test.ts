import { assertEquals } from "@std/assert";
import { FarEnd, type Leg } from "../../../src/media/far_end.ts";
import { judge } from "../../../src/media/learning.ts";
import { streamOf } from "../../../src/media/stream.ts";
import {
  addressIn,
  audio,
  ENVIRONMENT,
  FAR_IP,
  INSIDE_LOCAL,
  PHONE_IP,
  PROXY_IP,
  rtcp,
  rtp,
  sdp,
  Stage,
} from "./stage.ts";

const PHONE = `${PHONE_IP}:4000`;
const FAR = `${FAR_IP}:30000`;
const STRANGER = "192.0.2.66:5";

/** Sends `count` RTP packets with rising sequence; how many crossed. */
function row(
  stage: Stage,
  options: {
    from: string;
    to: string;
    count: number;
    ssrc?: number;
    first?: number;
    type?: number;
  },
): number {
  let crossed = 0;
  for (let index = 0; index < options.count; index++) {
    const sequence = (options.first ?? 1) + index;
    const bytes = rtp({ sequence, ssrc: options.ssrc ?? 7, type: options.type ?? 0 });
    if (stage.send(options.from, options.to, bytes) !== undefined) crossed++;
  }
  return crossed;
}

function called(options: { far?: string } = {}): { stage: Stage; inside: string; outside: string } {
  const stage = new Stage();
  return { stage, ...stage.call(options) };
}

Deno.test("L1: nothing is relayed from or to anyone but the signalled and accepted addresses", () => {
  const { stage, inside, outside } = called();
  assertEquals(stage.send(FAR, outside), `${inside} > ${PHONE}`);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 50 }), 0);
  assertEquals(row(stage, { from: "192.168.1.99:5", to: inside, count: 50 }), 0);
});

Deno.test("L1: the SSRC never rejects a packet from the accepted source, nor does its kind", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR, outside, rtp({ ssrc: 1, sequence: 100 }));
  for (const bytes of [rtp({ ssrc: 2, sequence: 9 }), new Uint8Array(3), new Uint8Array(0)]) {
    assertEquals(stage.send(FAR, outside, bytes), `${inside} > ${PHONE}`);
  }
});

Deno.test("L1: RTP and RTCP sockets learn apart", () => {
  const { stage, inside, outside } = called();
  stage.send(`${FAR_IP}:7`, outside);
  assertEquals(stage.send(rtcp(PHONE), rtcp(inside)), `${rtcp(outside)} > ${rtcp(FAR)}`);
  stage.send(`${FAR_IP}:8`, rtcp(outside));
  assertEquals(stage.send(rtcp(PHONE), rtcp(inside)), `${rtcp(outside)} > ${FAR_IP}:8`);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR_IP}:7`);
});

Deno.test("L2: outside, the signalled IP is accepted at once from any port, and so is the SIP peer", () => {
  for (const source of [FAR, `${FAR_IP}:9`, `${PROXY_IP}:77`]) {
    const { stage, inside, outside } = called();
    stage.pass(60_000);
    assertEquals(stage.send(source, outside), `${inside} > ${PHONE}`, source);
    assertEquals(stage.send(PHONE, inside), `${outside} > ${source}`, source);
    assertEquals(stage.news()[0], `first ${source}`);
  }
});

Deno.test("L2: outside, another IP needs four packets in a row", () => {
  const { stage, inside, outside } = called();
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 3 }), 0);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 1, first: 4 }), 1);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${STRANGER}`);
});

Deno.test("P3: outside, within ten seconds, the signalled address takes over from another port of its IP", () => {
  const { stage, inside, outside } = called();
  stage.send(`${FAR_IP}:9`, outside);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR_IP}:9`);
  // A STUN check from there is no reason.
  assertEquals(stage.send(FAR, outside, new Uint8Array(20)), undefined);
  assertEquals(stage.send(FAR, outside), `${inside} > ${PHONE}`);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR}`);
  assertEquals(stage.send(`${FAR_IP}:9`, outside), undefined);
});

Deno.test("L3: after ten seconds it has to wait for silence as any other port", () => {
  const { stage, outside } = called();
  stage.pass(9_999);
  stage.send(`${FAR_IP}:9`, outside);
  stage.pass(1);
  assertEquals(stage.send(FAR, outside), undefined);
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
  const outside = addressIn(stage.say({ body: audio(PHONE) }));
  stage.say({ caller: false, early: true, body: audio(FAR) });
  stage.pass(30_000);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 9 }), 0);
  stage.media.confirmed("call", "a", stage.now);
  stage.pass(9_999);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1);
});

Deno.test("L2: before the answer no other IP is taken", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE) });
  assertEquals(row(stage, { from: STRANGER, to: addressIn(offer), count: 40 }), 0);
});

Deno.test("L2: nobody else is taken once something came from the signalled IP", () => {
  const { stage, outside } = called();
  stage.send(FAR, outside);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 40 }), 0);
});

const UNREACHABLE = ["10.9.8.7", "0.0.0.0", "192.168.1.77", "203.0.113.1", "far.example.org"];

Deno.test("L2: an unreachable signalled address is learned without time limit", () => {
  for (const ip of UNREACHABLE) {
    const { stage, inside, outside } = called({ far: `${ip}:30000` });
    assertEquals(stage.send(PHONE, inside), undefined, ip);
    stage.pass(60_000);
    assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }), 1, ip);
    assertEquals(stage.send(PHONE, inside), `${outside} > ${STRANGER}`, ip);
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
  assertEquals(stage.send("192.168.1.60:8", inside), `${outside} > ${FAR}`);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR}`);
  assertEquals(stage.send("192.168.1.60:8", inside), undefined);
  const late = called();
  late.stage.pass(10_000);
  assertEquals(late.stage.send("192.168.1.60:8", late.inside), undefined);
  assertEquals(late.stage.send(`${PHONE_IP}:9`, late.inside), `${late.outside} > ${FAR}`);
  const alien = called();
  assertEquals(row(alien.stage, { from: STRANGER, to: alien.inside, count: 9 }), 0);
});

Deno.test("L3: the same IP may go on from another port after one second of silence", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR, outside);
  stage.pass(999);
  assertEquals(stage.send(`${FAR_IP}:8`, outside), undefined);
  stage.pass(1);
  assertEquals(stage.send(`${FAR_IP}:8`, outside), `${inside} > ${PHONE}`);
  assertEquals(stage.news(), [`first ${FAR}`, `refused ${FAR_IP}:8`, `moved ${FAR_IP}:8`]);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR_IP}:8`);
});

Deno.test("L3: another IP with the same stream is taken after two seconds", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR, outside, rtp({ ssrc: 5, sequence: 65_535 }));
  stage.pass(1_999);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 90 })), undefined);
  stage.pass(1);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 6, sequence: 90 })), undefined);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 65_535 })), undefined);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 9_000 })), undefined);
  assertEquals(
    stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 90 })),
    `${inside} > ${PHONE}`,
  );
});

const NEIGHBOURS: [source: string, taken: boolean][] = [
  ["198.51.100.99:5", true],
  [`${PROXY_IP}:5`, true],
  ["198.51.101.20:5", false],
  ["192.0.2.66:5", false],
];

Deno.test("L3: another stream is taken after five seconds, from the signalled /24 or the SIP peer", () => {
  for (const [source, taken] of NEIGHBOURS) {
    const { stage, outside } = called();
    stage.send(FAR, outside, rtp({ ssrc: 5 }));
    stage.pass(4_999);
    assertEquals(stage.send(source, outside, rtp({ ssrc: 6 })), undefined, source);
    stage.pass(1);
    assertEquals(stage.send(source, outside, rtp({ ssrc: 6 })) !== undefined, taken, source);
    assertEquals(stage.send(source, outside, new Uint8Array(4)) !== undefined, taken, source);
  }
});

Deno.test("L3: what is no RTP moves no RTP stream to another IP", () => {
  const { stage, outside } = called();
  stage.send(FAR, outside);
  stage.pass(5_000);
  assertEquals(stage.send(`${PROXY_IP}:5`, outside, new Uint8Array(20)), undefined);
});

Deno.test("L3: a source moves only while the descriptions let that side send", () => {
  for (const line of ["a=recvonly", "a=inactive"]) {
    const stage = new Stage();
    const outside = addressIn(stage.say({ body: audio(PHONE) }));
    stage.say({ caller: false, body: audio(FAR, line) });
    stage.media.confirmed("call", "a", stage.now);
    stage.send(FAR, outside);
    stage.pass(60_000);
    assertEquals(stage.send(`${FAR_IP}:8`, outside), undefined, line);
    assertEquals(stage.send(FAR, outside) !== undefined, true, line);
  }
  const held = new Stage();
  const outside = addressIn(held.say({ body: audio(PHONE, "a=sendonly") }));
  held.say({ caller: false, body: audio(FAR) });
  held.send(FAR, outside);
  held.pass(60_000);
  assertEquals(held.send(`${FAR_IP}:8`, outside), undefined);
});

/** A re-INVITE of the far end and the phone's answer. */
function reoffer(stage: Stage, far: string): void {
  stage.say({ caller: false, exchange: "INVITE 2", request: true, body: audio(far) });
  stage.say({ exchange: "INVITE 2", dialog: "a", request: false, body: audio(PHONE) });
}

Deno.test("L4: a new description re-opens learning only for the leg whose address it changes", () => {
  const { stage, inside, outside } = called();
  stage.send("198.51.100.77:1", outside, rtp());
  stage.send(`${FAR_IP}:7`, outside);
  stage.send(`${PHONE_IP}:4444`, inside);
  stage.pass(20_000);
  reoffer(stage, FAR);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:7`);
  assertEquals(stage.send(PHONE, inside), undefined);
  reoffer(stage, `${FAR_IP}:30002`);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:30002`);
  assertEquals(stage.send(`${FAR_IP}:9`, outside), `${inside} > ${PHONE_IP}:4444`);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:9`);
});

Deno.test("L4: the last accepted source is served while the new address is unreachable", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR, outside);
  reoffer(stage, "10.9.8.7:30000");
  assertEquals(stage.send(PHONE, inside), `${outside} > ${FAR}`);
  assertEquals(stage.send(FAR, outside), `${inside} > ${PHONE}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4, first: 50 }), 1);
  assertEquals(stage.send(PHONE, inside), `${outside} > ${STRANGER}`);
  assertEquals(stage.send(FAR, outside), undefined);
});

Deno.test("L4: RTCP comes from the accepted RTP IP or from what a=rtcp says", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE) });
  stage.say({ caller: false, body: audio(FAR, "a=rtcp:31000 IN IP4 198.51.100.44") });
  const socket = rtcp(addressIn(offer));
  assertEquals(stage.send(`${FAR_IP}:1`, socket), undefined);
  assertEquals(stage.send(`${PROXY_IP}:1`, socket), undefined);
  assertEquals(stage.send("198.51.100.44:31000", socket) !== undefined, true);
  stage.send(FAR, addressIn(offer));
  assertEquals(stage.send(`${FAR_IP}:1`, socket), undefined);
  stage.pass(2_000);
  assertEquals(stage.send(`${FAR_IP}:1`, socket) !== undefined, true);
});

Deno.test("L4: RTCP follows at once when RTP has moved to another IP", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE) });
  stage.say({ caller: false, body: audio("10.9.8.7:30000") });
  const outside = addressIn(offer);
  row(stage, { from: "192.0.2.66:5", to: outside, count: 4, ssrc: 3 });
  assertEquals(stage.send("192.0.2.66:6", rtcp(outside)) !== undefined, true);
  stage.pass(1_500);
  assertEquals(stage.send("192.0.2.66:6", rtcp(outside)) !== undefined, true);
  stage.pass(500);
  stage.send("192.0.2.67:5", outside, rtp({ ssrc: 3, sequence: 100 }));
  assertEquals(stage.send("192.0.2.67:6", rtcp(outside)) !== undefined, true);
  assertEquals(stage.send("192.0.2.66:6", rtcp(outside)), undefined);
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
  const hearing = { heard: "a", settled: true, heardAt: 0, crossedAt: 0, hear: () => {} };
  const base = {
    stream: 0,
    pair: 0,
    port: 0,
    hearing,
    shown: new Set<string>(),
    ends: [],
    refused: 0,
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
