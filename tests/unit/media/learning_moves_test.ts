import { assertEquals } from "@std/assert";
import { called, NEIGHBOUR, row, STRANGER } from "./learning_stage.ts";
import {
  addressIn,
  audio,
  FAR_IP,
  FAR_RTP,
  PHONE_IP,
  PHONE_RTP,
  PROXY_IP,
  rtcp,
  rtp,
  Stage,
} from "./stage.ts";

Deno.test("L3: the same IP may go on from another port after one second of silence", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR_RTP, outside);
  stage.pass(999);
  assertEquals(stage.send(`${FAR_IP}:8`, outside), undefined);
  stage.pass(1);
  assertEquals(stage.send(`${FAR_IP}:8`, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.news(), [`first ${FAR_RTP}`, `refused ${FAR_IP}:8`, `moved ${FAR_IP}:8`]);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:8`);
});

Deno.test("L3: the signalled address wins back at once, whoever was accepted before", () => {
  const accepted: [source: string, learns: boolean][] = [
    [NEIGHBOUR, false],
    [STRANGER, true],
    [`${PROXY_IP}:5`, false],
    [`${FAR_IP}:9`, false],
  ];
  for (const [source, learns] of accepted) {
    const { stage, inside, outside } = called({ learns });
    assertEquals(row(stage, { from: source, to: outside, count: 4 }) > 0, true, source);
    stage.pass(60_000);
    assertEquals(row(stage, { from: source, to: outside, count: 1, first: 5 }), 1, source);
    assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`, source);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`, source);
    assertEquals(row(stage, { from: source, to: outside, count: 9, first: 6 }), 0, source);
  }
});

Deno.test("L3: from another IP the signalled IP wins back with any port and packet, from its own with RTP of the very port", () => {
  const { stage, inside, outside } = called();
  row(stage, { from: NEIGHBOUR, to: outside, count: 4 });
  assertEquals(
    stage.send(`${FAR_IP}:9`, outside, new Uint8Array(20)),
    `${inside} > ${PHONE_RTP}`,
  );
  assertEquals(stage.send(`${FAR_IP}:8`, outside), undefined);
  assertEquals(stage.send(FAR_RTP, outside, new Uint8Array(20)), undefined);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(`${FAR_IP}:9`, outside), undefined);
});

Deno.test("L3: inside the signalled address wins back too", () => {
  const { stage, inside, outside } = called({ phone: "192.168.1.60:8" });
  stage.send(PHONE_RTP, inside);
  assertEquals(stage.send("192.168.1.60:9", inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > 192.168.1.60:9`);
});

Deno.test("L3: the same stream of a neighbour is taken after two seconds", () => {
  const { stage, inside, outside } = called();
  const send = (ssrc: number, sequence: number, from = NEIGHBOUR) =>
    stage.send(from, outside, rtp({ ssrc, sequence }));
  stage.send(FAR_RTP, outside, rtp({ ssrc: 5, sequence: 65_535 }));
  stage.pass(1_999);
  assertEquals(send(5, 90), undefined);
  stage.pass(1);
  assertEquals([send(6, 90), send(5, 65_535), send(5, 9_000)], [undefined, undefined, undefined]);
  assertEquals(send(5, 90, STRANGER), undefined);
  assertEquals(send(5, 90), `${inside} > ${PHONE_RTP}`);
});

Deno.test("L3: the same stream of anybody is taken only where L2 would learn it", () => {
  const places: [options: Parameters<typeof called>[0], after: number, taken: boolean][] = [
    [{ learns: true }, 2_000, true],
    [{ learns: true }, 10_000, false],
    [{}, 2_000, false],
    [{ far: "10.9.8.7:30000" }, 60_000, true],
  ];
  for (const [options, after, taken] of places) {
    const { stage, outside } = called(options);
    stage.send(`${PROXY_IP}:7`, outside, rtp({ ssrc: 5, sequence: 1 }));
    stage.pass(after);
    const moved = stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 2 }));
    assertEquals(moved !== undefined, taken, JSON.stringify(options));
  }
});

Deno.test("L3: inside no other address takes a stream over", () => {
  const { stage, inside } = called();
  stage.send(PHONE_RTP, inside, rtp({ ssrc: 5, sequence: 1 }));
  stage.pass(60_000);
  assertEquals(stage.send("192.168.1.60:8", inside, rtp({ ssrc: 5, sequence: 2 })), undefined);
});

const SILENT: [source: string, after: number, taken: boolean][] = [
  [`${PROXY_IP}:5`, 1_999, false],
  [`${PROXY_IP}:5`, 2_000, true],
  [NEIGHBOUR, 600_000, false],
  ["198.51.100.11:5", 600_000, false],
  [STRANGER, 600_000, false],
];

Deno.test("L3: another stream is taken from the SIP peer after two seconds, and never because of silence alone", () => {
  for (const [source, after, taken] of SILENT) {
    const { stage, outside } = called({ learns: true });
    stage.send(FAR_RTP, outside, rtp({ ssrc: 5 }));
    stage.pass(Math.min(after, 299_999));
    stage.pass(Math.max(0, after - 299_999));
    assertEquals(row(stage, { from: source, to: outside, count: 9, ssrc: 6 }) > 0, taken, source);
  }
});

Deno.test("L3: who was learned in place of an unreachable address yields to the SIP peer's RTP at once", () => {
  for (const [far, yields] of [["10.9.8.7:30000", true], [FAR_RTP, false]] as const) {
    const { stage, outside } = called({ far, learns: true });
    assertEquals(row(stage, { from: STRANGER, to: outside, count: 4 }) > 0, true, far);
    assertEquals(stage.send(`${PROXY_IP}:5`, outside, new Uint8Array(20)), undefined, far);
    assertEquals(row(stage, { from: `${PROXY_IP}:5`, to: outside, count: 4 }) > 0, yields, far);
    const back = row(stage, { from: STRANGER, to: outside, count: 9, first: 5 }) > 0;
    assertEquals(back, !yields, far);
    // From there it moves as any source does.
    assertEquals(stage.send(`${PROXY_IP}:6`, outside), undefined, far);
  }
});

Deno.test("L3: each move tells the source before", () => {
  const { stage, outside } = called();
  stage.send(`${PROXY_IP}:7`, outside);
  stage.send(FAR_RTP, outside);
  const [first, moved] = stage.media.table.news;
  assertEquals([first?.kind, first?.before], ["first", undefined]);
  assertEquals([moved?.kind, moved?.before], ["moved", { ip: PROXY_IP, port: 7 }]);
});

Deno.test("L3: what is no RTP moves no RTP stream to another IP", () => {
  const { stage, outside } = called();
  stage.send(FAR_RTP, outside);
  stage.pass(5_000);
  assertEquals(stage.send(`${PROXY_IP}:5`, outside, new Uint8Array(20)), undefined);
});

Deno.test("L3: a source moves only while the descriptions let that side send", () => {
  for (const line of ["a=recvonly", "a=inactive"]) {
    const stage = new Stage();
    const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
    stage.say({ caller: false, body: audio(FAR_RTP, line) });
    stage.media.confirmed("call", "a", stage.now);
    stage.send(FAR_RTP, outside);
    stage.pass(60_000);
    assertEquals(stage.send(`${FAR_IP}:8`, outside), undefined, line);
    assertEquals(stage.send(FAR_RTP, outside) !== undefined, true, line);
  }
  const held = new Stage();
  const outside = addressIn(held.say({ body: audio(PHONE_RTP, "a=sendonly") }));
  held.say({ caller: false, body: audio(FAR_RTP) });
  held.send(FAR_RTP, outside);
  held.pass(60_000);
  assertEquals(held.send(`${FAR_IP}:8`, outside), undefined);
});

/** A re-INVITE of the far end and the phone's answer. */
function reoffer(stage: Stage, far: string): void {
  stage.say({ caller: false, exchange: "INVITE 2", request: true, body: audio(far) });
  stage.say({ exchange: "INVITE 2", dialog: "a", request: false, body: audio(PHONE_RTP) });
}

Deno.test("L4: a new description re-opens learning only for the leg whose address it changes", () => {
  const { stage, inside, outside } = called();
  stage.send(`${FAR_IP}:7`, outside);
  stage.send(`${PHONE_IP}:4444`, inside);
  stage.pass(20_000);
  reoffer(stage, FAR_RTP);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:7`);
  assertEquals(stage.send(`${PHONE_IP}:4445`, inside), undefined);
  reoffer(stage, `${FAR_IP}:30002`);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:30002`);
  assertEquals(stage.send(`${FAR_IP}:9`, outside), `${inside} > ${PHONE_IP}:4444`);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:9`);
});

Deno.test("L4: the last accepted source is served while the new address is unreachable", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR_RTP, outside);
  reoffer(stage, "10.9.8.7:30000");
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(row(stage, { from: STRANGER, to: outside, count: 4, first: 50 }), 1);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${STRANGER}`);
  assertEquals(stage.send(FAR_RTP, outside), undefined);
});

Deno.test("L4: RTCP comes from the accepted RTP IP or from what a=rtcp says", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE_RTP) });
  stage.say({ caller: false, body: audio(FAR_RTP, "a=rtcp:31000 IN IP4 198.51.100.44") });
  const socket = rtcp(addressIn(offer));
  assertEquals(stage.send(`${FAR_IP}:1`, socket), undefined);
  assertEquals(stage.send(`${PROXY_IP}:1`, socket), undefined);
  assertEquals(stage.send("198.51.100.44:31000", socket) !== undefined, true);
  stage.send(FAR_RTP, addressIn(offer));
  assertEquals(stage.send(`${FAR_IP}:1`, socket), undefined);
  stage.pass(2_000);
  assertEquals(stage.send(`${FAR_IP}:1`, socket) !== undefined, true);
});

Deno.test("L4: RTCP follows at once when RTP has moved to another IP", () => {
  const stage = new Stage();
  const offer = stage.say({ body: audio(PHONE_RTP) });
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

Deno.test("L3: whoever had to yield has no RTCP left either", () => {
  const { stage, inside, outside } = called();
  const neighbour = "198.51.100.99:6";
  row(stage, { from: NEIGHBOUR, to: outside, count: 4 });
  assertEquals(stage.send(neighbour, rtcp(outside)) !== undefined, true);
  assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${neighbour}`);
  stage.send(FAR_RTP, outside);
  assertEquals(stage.send(neighbour, rtcp(outside)), undefined);
  assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${rtcp(FAR_RTP)}`);
});

Deno.test("L3: the signalled RTCP address wins back at once", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR_RTP, outside);
  stage.send(`${FAR_IP}:9`, rtcp(outside));
  assertEquals(stage.send(rtcp(FAR_RTP), rtcp(outside)), `${rtcp(inside)} > ${rtcp(PHONE_RTP)}`);
  assertEquals(stage.send(`${FAR_IP}:9`, rtcp(outside)), undefined);
});
