import { assert, assertEquals } from "@std/assert";
import type { MediaParty } from "../../../src/media/party.ts";
import {
  addressIn,
  audio,
  cidr,
  ENVIRONMENT,
  FAR_IP,
  FAR_RTP,
  INSIDE_LOCAL,
  OUTSIDE_LOCAL,
  PHONE,
  PHONE_IP,
  PHONE_RTP,
  PROVIDER,
  rtcp,
  rtp,
  Stage,
} from "./stage.ts";

Deno.test("a packet to a socket that no session has goes nowhere", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  const socket = stage.socket(inside);
  stage.media.end("call", stage.now);
  assertEquals(stage.media.table.route(socket, PHONE_IP, 4000, rtp(), stage.now), undefined);
  assertEquals(stage.media.table.route(99_999, PHONE_IP, 4000, rtp(), stage.now), undefined);
  assertEquals(stage.news(), []);
});

Deno.test("the hop is one object, used again", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  const socket = stage.socket(inside);
  const hops = [1, 2].map(() => stage.media.table.route(socket, PHONE_IP, 4000, rtp(), stage.now));
  assert(hops[0] !== undefined && hops[0] === hops[1]);
});

Deno.test("a refused source is told once a second and socket, and counted always", () => {
  const stage = new Stage();
  const { outside } = stage.call();
  for (let count = 0; count < 5; count++) stage.send("192.0.2.1:1", outside, new Uint8Array(4));
  stage.send("192.0.2.1:1", rtcp(outside));
  stage.send("192.0.2.2:1", outside);
  const once = ["refused 192.0.2.1:1", "refused 192.0.2.1:1", "refused 192.0.2.2:1"];
  assertEquals(stage.news(), once);
  stage.pass(999);
  stage.send("192.0.2.1:1", outside);
  assertEquals(stage.news(), []);
  stage.pass(1);
  stage.send("192.0.2.1:1", outside);
  assertEquals(stage.news(), ["refused 192.0.2.1:1"]);
});

Deno.test("a flood of sources does not fill the news", () => {
  const stage = new Stage();
  const { outside } = stage.call();
  for (let second = 0; second < 9; second++) {
    for (let port = 1; port <= 2_000; port++) stage.send(`192.0.2.1:${port}`, outside);
    stage.pass(1_000);
  }
  assertEquals(stage.media.table.news.length <= 1_024, true);
  assertEquals(stage.media.table.news.length > 255, true);
  stage.send(FAR_RTP, outside);
  assertEquals(stage.news().at(-1), `first ${FAR_RTP}`);
});

Deno.test("P3: before a dialog is confirmed the latest that sends is heard, and gets the phone's audio", () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  const inside = addressIn(early(stage, "a", "198.51.100.21:1"));
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.21:1`);
  assertEquals(addressIn(early(stage, "b", "198.51.100.22:2")), inside);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.22:2`);
  assertEquals(stage.send("198.51.100.21:1", outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.21:1`);
  stage.pass(20);
  assertEquals(stage.send("198.51.100.22:2", outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send("198.51.100.21:1", outside), undefined);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.22:2`);
  for (let count = 0; count < 60; count++) {
    stage.pass(20);
    stage.send("198.51.100.21:1", outside);
  }
  assertEquals(stage.send("198.51.100.21:1", outside), `${inside} > ${PHONE_RTP}`);
});

Deno.test("P3: who sends is not interrupted by another answer, nor taken for another fork", () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  const inside = addressIn(early(stage, "a", `${FAR_IP}:1`));
  early(stage, "b", `${FAR_IP}:2`);
  stage.send(`${FAR_IP}:1`, outside);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:1`);
  early(stage, "c", `${FAR_IP}:3`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:1`);
  stage.media.confirmed("call", "b", stage.now);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:2`);
});

Deno.test("P3: once a dialog is confirmed it alone is heard", () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  const inside = addressIn(early(stage, "a", "198.51.100.21:1"));
  early(stage, "b", "198.51.100.22:2");
  stage.send("198.51.100.22:2", outside);
  stage.media.confirmed("call", "a", stage.now);
  assertEquals(stage.send("198.51.100.22:2", outside), undefined);
  assertEquals(stage.send("198.51.100.21:1", outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.21:1`);
  stage.media.confirmed("call", "b", stage.now);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.21:1`);
  stage.media.forkEnded("call", "a");
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.22:2`);
  stage.media.forkEnded("call", "b");
  assertEquals(stage.send(PHONE_RTP, inside), undefined);
});

Deno.test("P3: forks that share an address are served, whichever is confirmed", () => {
  for (const winner of ["a", "b"]) {
    const stage = new Stage();
    const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
    const inside = addressIn(early(stage, "a", FAR_RTP));
    early(stage, "b", FAR_RTP);
    assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
    stage.media.confirmed("call", winner, stage.now);
    assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`, winner);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`, winner);
  }
});

function early(stage: Stage, dialog: string, far: string): string {
  return stage.say({ caller: false, dialog, early: true, body: audio(far) });
}

/** A local call through the provider: phone → provider as call `out`, provider → second phone as call `in`. */
function localCall(stage: Stage, options: { shown: string }): {
  firstInside: string;
  secondInside: string;
} {
  const outside: MediaParty = { ...PROVIDER, shown: options.shown };
  const second: MediaParty = { ...PHONE, sipIp: "192.168.1.51" };
  const out = stage.say({ session: "out", to: outside, body: audio(PHONE_RTP) });
  const offered = stage.say({ session: "in", from: outside, to: second, body: out });
  const answer = stage.say({
    session: "in",
    caller: false,
    dialog: "z",
    from: second,
    to: outside,
    body: audio("192.168.1.51:5000"),
  });
  const back = stage.say({
    session: "out",
    caller: false,
    dialog: "z",
    from: outside,
    body: answer,
  });
  for (const session of ["out", "in"]) stage.media.confirmed(session, "z", stage.now);
  return { firstInside: addressIn(back), secondInside: addressIn(offered) };
}

const SHOWN: [name: string, shown: string][] = [
  ["its own address", OUTSIDE_LOCAL],
  ["the address of the NAT in front", "203.0.113.200"],
];

Deno.test("L5: the two relays of a local call are joined, no packet touches the outside", () => {
  for (const [name, shown] of SHOWN) {
    const stage = new Stage({}, { ...ENVIRONMENT, advertised: shown });
    const { firstInside, secondInside } = localCall(stage, { shown });
    for (const socketOf of [(text: string) => text, rtcp]) {
      const [first, second] = [socketOf(PHONE_RTP), socketOf("192.168.1.51:5000")];
      const [near, far] = [socketOf(firstInside), socketOf(secondInside)];
      assertEquals(stage.send(first, near), `${far} > ${second}`, name);
      assertEquals(stage.send(second, far), `${near} > ${first}`, name);
    }
    assertEquals(stage.media.flowing("out", stage.now - 1), true);
    assertEquals(stage.media.flowing("in", stage.now - 1), true);
  }
});

Deno.test("L5: nobody gets into a joined call from outside", () => {
  const stage = new Stage();
  localCall(stage, { shown: OUTSIDE_LOCAL });
  const legs = [10_000, 10_199];
  for (let port = legs[0]!; port <= legs[1]!; port += 2) {
    for (let sequence = 1; sequence < 9; sequence++) {
      const socket = `${OUTSIDE_LOCAL}:${port}`;
      if (!isBound(stage, socket)) continue;
      assertEquals(stage.send("192.0.2.66:5", socket, rtp({ sequence })), undefined);
      assertEquals(stage.send(`${OUTSIDE_LOCAL}:${port}`, socket, rtp({ sequence })), undefined);
    }
  }
});

function isBound(stage: Stage, address: string): boolean {
  try {
    return stage.socket(address) >= 0;
  } catch {
    return false;
  }
}

Deno.test("L5: relays are joined only when each names the other", () => {
  const stage = new Stage();
  const out = stage.say({ session: "out", body: audio(PHONE_RTP) });
  const other = stage.say({ session: "other", body: audio("192.168.1.52:6000") });
  const second: MediaParty = { ...PHONE, sipIp: "192.168.1.51" };
  stage.say({ session: "in", from: PROVIDER, to: second, body: other });
  const answer = stage.say({
    session: "in",
    caller: false,
    from: second,
    to: PROVIDER,
    body: audio("192.168.1.51:5000"),
  });
  const back = stage.say({ session: "out", caller: false, body: answer });
  assertEquals(stage.send(PHONE_RTP, addressIn(back)), undefined);
  assertEquals(addressIn(out) === addressIn(other), false);
});

Deno.test("L5: a join ends with either call, also when the port has a new owner", () => {
  const stage = new Stage({ ports: { low: 10_000, high: 10_003 }, spare: 2 });
  const { firstInside } = localCall(stage, { shown: OUTSIDE_LOCAL });
  stage.media.end("in", stage.now);
  stage.settle();
  assertEquals(stage.send(PHONE_RTP, firstInside), undefined);
  stage.say({ session: "next", body: audio("192.168.1.52:6000") });
  assertEquals(stage.send(PHONE_RTP, firstInside), undefined);
});

Deno.test("L5: our own packets are nobody's media, and inside addresses nobody's target outside", () => {
  const stage = new Stage({}, {
    ...ENVIRONMENT,
    insideNetworks: [cidr("192.168.1.0/24"), cidr("10.0.0.0/8")],
  });
  const { inside, outside } = stage.call({ far: "10.1.1.1:30000" });
  assertEquals(stage.send(PHONE_RTP, inside), undefined);
  assertEquals(stage.send("10.1.1.1:30000", outside), undefined);
  assertEquals(stage.send(outside, inside), undefined);
  const loop = new Stage();
  const own = loop.call({ phone: `${INSIDE_LOCAL}:10010` });
  for (let port = 10_000; port < 10_200; port++) {
    const source = `${INSIDE_LOCAL}:${port}`;
    if (isBound(loop, source) && source === own.inside) {
      assertEquals(loop.send(source, own.inside), undefined);
    }
  }
});
