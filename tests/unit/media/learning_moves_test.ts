import { assertEquals } from "@std/assert";
import { called, row, STRANGER } from "./learning_stage.ts";
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

Deno.test("L3: another IP with the same stream is taken after two seconds", () => {
  const { stage, inside, outside } = called();
  stage.send(FAR_RTP, outside, rtp({ ssrc: 5, sequence: 65_535 }));
  stage.pass(1_999);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 90 })), undefined);
  stage.pass(1);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 6, sequence: 90 })), undefined);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 65_535 })), undefined);
  assertEquals(stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 9_000 })), undefined);
  assertEquals(
    stage.send(STRANGER, outside, rtp({ ssrc: 5, sequence: 90 })),
    `${inside} > ${PHONE_RTP}`,
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
    stage.send(FAR_RTP, outside, rtp({ ssrc: 5 }));
    stage.pass(4_999);
    assertEquals(stage.send(source, outside, rtp({ ssrc: 6 })), undefined, source);
    stage.pass(1);
    assertEquals(stage.send(source, outside, rtp({ ssrc: 6 })) !== undefined, taken, source);
    assertEquals(stage.send(source, outside, new Uint8Array(4)) !== undefined, taken, source);
  }
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
  stage.send("198.51.100.77:1", outside, rtp());
  stage.send(`${FAR_IP}:7`, outside);
  stage.send(`${PHONE_IP}:4444`, inside);
  stage.pass(20_000);
  reoffer(stage, FAR_RTP);
  assertEquals(stage.send(`${PHONE_IP}:4444`, inside), `${outside} > ${FAR_IP}:7`);
  assertEquals(stage.send(PHONE_RTP, inside), undefined);
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
