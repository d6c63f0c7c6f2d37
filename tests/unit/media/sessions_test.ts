import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
  poolOf,
  PROVIDER,
  rtcp,
  sdp,
  Stage,
} from "./stage.ts";
import { ANYBODY } from "../base/anybody.ts";

Deno.test("P1: an offer and its answer show our ports, and audio crosses both ways", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  assertStringIncludes(outside, `${OUTSIDE_LOCAL}:`);
  assertStringIncludes(inside, `${INSIDE_LOCAL}:`);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${rtcp(FAR_RTP)}`);
});

Deno.test("P1: a call that comes from outside works the same", () => {
  const stage = new Stage();
  const inside = addressIn(stage.say({ from: PROVIDER, to: PHONE, body: audio(FAR_RTP) }));
  const answer = stage.say({ caller: false, from: PHONE, to: PROVIDER, body: audio(PHONE_RTP) });
  const outside = addressIn(answer);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
});

Deno.test("P1: several streams have a pair each, and each goes to its own address", () => {
  const stage = new Stage();
  const lines = [
    "m=audio 4000 RTP/AVP 0",
    "m=video 4002 RTP/AVP 96",
    "c=IN IP4 192.168.1.51",
    "m=image 0 udptl t38",
    "m=message 4004 TCP/MSRP *",
  ];
  const offer = stage.say({ body: sdp(PHONE_IP, ...lines) });
  const far = ["m=audio 5 RTP/AVP 0", "m=video 6 RTP/AVP 96", "m=image 0 udptl t38"];
  const answer = stage.say({ caller: false, body: sdp(FAR_IP, ...far, "m=message 0 TCP/MSRP *") });
  assertEquals(stage.send(PHONE_RTP, addressIn(answer, 0)), `${addressIn(offer, 0)} > ${FAR_IP}:5`);
  assertEquals(
    stage.send(`${FAR_IP}:6`, addressIn(offer, 1)),
    `${addressIn(answer, 1)} > 192.168.1.51:4002`,
  );
  assertEquals([addressIn(offer, 2), addressIn(offer, 3)], [
    `${OUTSIDE_LOCAL}:0`,
    `${OUTSIDE_LOCAL}:0`,
  ]);
  assertEquals(poolOf(stage, OUTSIDE_LOCAL).taken, 2);
});

Deno.test("P1: a=rtcp is written in its own syntax and listened to", () => {
  const stage = new Stage();
  const outside = addressIn(
    stage.say({ body: audio(PHONE_RTP, `a=rtcp:4500 IN IP4 ${PHONE_IP}`) }),
  );
  const answer = stage.say({ caller: false, body: audio(FAR_RTP, "a=rtcp:31000") });
  const inside = addressIn(answer);
  assertStringIncludes(answer, `a=rtcp:${rtcp(inside).split(":")[1]}\r\n`);
  assertEquals(
    stage.send(`${FAR_IP}:31000`, rtcp(outside)),
    `${rtcp(inside)} > ${PHONE_IP}:4500`,
  );
});

Deno.test("P1: bodies without a description pass, unreadable ones are refused", () => {
  const stage = new Stage();
  assertEquals(stage.say({ body: "hello", contentType: "text/plain" }), "hello");
  assertEquals(stage.say({ body: "", contentType: "" }), "");
  assertEquals(stage.media.has("call"), false);
  assertEquals(stage.say({ body: "v=0\r\nm=audio x RTP/AVP 0\r\n" }), "malformed");
  assertEquals(stage.media.has("call"), false);
});

Deno.test("P1: a multipart body keeps its other parts", () => {
  const stage = new Stage();
  const wrap = (text: string) =>
    `--b\r\nContent-Type: application/sdp\r\n\r\n${text}\r\n--b\r\n\r\nother\r\n--b--\r\n`;
  const contentType = "multipart/mixed; boundary=b";
  const body = stage.say({ contentType, body: wrap(audio(PHONE_RTP)) });
  assertEquals(body, wrap(audio(addressIn(body))));
});

Deno.test("P1: whether a stream is live is told", () => {
  const stage = new Stage();
  const media = (line: string) => {
    const described = stage.media.describe({
      session: "call",
      holder: ANYBODY,
      exchange: line,
      caller: true,
      dialog: undefined,
      from: PHONE,
      to: PROVIDER,
      early: false,
      contentType: "application/sdp",
      body: sdp(PHONE_IP, line),
      now: stage.now,
    });
    return described.ok && described.value.media;
  };
  assertEquals(media("m=audio 0 RTP/AVP 0"), false);
  assertEquals(media("m=message 4004 TCP/MSRP *"), false);
  assertEquals(media("m=audio 4000 RTP/AVP 0"), true);
});

Deno.test("P3: the same body gives the same bytes and takes no further port", () => {
  const stage = new Stage();
  const body = sdp(PHONE_IP, "m=audio 4000 RTP/AVP 0", "m=video 4002 RTP/AVP 96");
  const first = stage.say({ body });
  assertEquals(stage.say({ body }), first);
  const answer = audio(FAR_RTP, "m=video 6 RTP/AVP 96");
  const second = stage.say({ caller: false, early: true, body: answer });
  assertEquals(stage.say({ caller: false, body: answer }), second);
  assertEquals(stage.say({ caller: false, dialog: "b", body: answer }), second);
  assertEquals([poolOf(stage, INSIDE_LOCAL).taken, poolOf(stage, OUTSIDE_LOCAL).taken], [2, 2]);
});

Deno.test("P3: ports never change, whatever is offered later", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  for (let turn = 2; turn < 9; turn++) {
    const exchange = `INVITE ${turn}`;
    const offer = stage.say({
      caller: false,
      exchange,
      request: true,
      body: audio(`${FAR_IP}:${30_000 + turn}`),
    });
    const answer = stage.say({ exchange, dialog: "a", request: false, body: audio(PHONE_RTP) });
    assertEquals([addressIn(offer), addressIn(answer)], [inside, outside]);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:${30_000 + turn}`);
  }
});

Deno.test("P3: a rejected or challenged re-INVITE changes nothing", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  const offer = {
    caller: false,
    exchange: "INVITE 2",
    request: true,
    body: audio("198.51.100.30:1"),
  };
  const shown = stage.say(offer);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  stage.media.failed("call", "INVITE 2", stage.now);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.say({ ...offer, exchange: "INVITE 3" }), shown);
  stage.say({ exchange: "INVITE 3", dialog: "a", request: false, body: audio(PHONE_RTP) });
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.30:1`);
});

Deno.test("P3: a stream that a re-INVITE adds and removes comes and goes, on one pair", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  const turn = (exchange: string, phoneVideo: number, farVideo: number) => {
    const offer = stage.say({
      exchange,
      dialog: "a",
      request: true,
      body: audio(PHONE_RTP, `m=video ${phoneVideo} RTP/AVP 96`),
    });
    const answer = stage.say({
      exchange,
      caller: false,
      request: false,
      body: audio(FAR_RTP, `m=video ${farVideo} RTP/AVP 96`),
    });
    return { offer, answer };
  };
  const added = turn("INVITE 2", 4002, 6);
  const video = addressIn(added.answer, 1);
  assertEquals(
    stage.send(`${PHONE_IP}:4002`, video),
    `${addressIn(added.offer, 1)} > ${FAR_IP}:6`,
  );
  turn("INVITE 3", 0, 0);
  assertEquals(stage.send(`${PHONE_IP}:4002`, video), undefined);
  assertEquals(stage.send(PHONE_RTP, inside) !== undefined, true);
  const again = turn("INVITE 4", 4002, 6);
  assertEquals(addressIn(again.answer, 1), video);
  assertEquals(stage.send(`${PHONE_IP}:4002`, video) !== undefined, true);
  const refused = turn("INVITE 5", 4002, 0);
  assertEquals(addressIn(refused.answer, 1), `${INSIDE_LOCAL}:0`);
  assertEquals(stage.send(`${PHONE_IP}:4002`, video), undefined);
});

Deno.test("L5: a network that becomes an inside one is out of bounds for running calls too", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  stage.send(FAR_RTP, outside);
  const insideNetworks = [...ENVIRONMENT.insideNetworks, cidr("198.51.100.0/24")];
  stage.media.setEnvironment({ ...ENVIRONMENT, insideNetworks }, stage.now);
  assertEquals(stage.send(PHONE_RTP, inside), undefined);
  assertEquals(stage.send(FAR_RTP, outside), undefined);
});

Deno.test("X3: a session ends with the failure of the first INVITE, not with others'", () => {
  const stage = new Stage();
  stage.say({ body: audio(PHONE_RTP) });
  stage.media.failed("call", "PRACK 2", stage.now);
  assertEquals(stage.media.has("call"), true);
  stage.media.failed("call", "INVITE 1", stage.now);
  assertEquals(stage.media.has("call"), false);
  stage.call();
  stage.media.failed("call", "INVITE 1", stage.now);
  assertEquals(stage.media.has("call"), true);
  stage.media.failed("nobody", "INVITE 1", stage.now);
});

Deno.test("early media that flows is seen", () => {
  const stage = new Stage();
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  stage.say({ caller: false, early: true, body: audio(FAR_RTP) });
  assertEquals(stage.media.flowing("call", 0), false);
  stage.pass(500);
  stage.send("192.0.2.9:1", outside);
  assertEquals(stage.media.flowing("call", 0), false);
  stage.send(FAR_RTP, outside);
  assertEquals([stage.media.flowing("call", 1_499), stage.media.flowing("call", 1_500)], [
    true,
    false,
  ]);
  assertEquals(stage.media.flowing("nobody", 0), false);
});

Deno.test("sessions that changed are named once", () => {
  const stage = new Stage();
  const { outside } = stage.call();
  assertEquals(stage.media.dirty(), ["call"]);
  assertEquals(stage.media.dirty(), []);
  stage.send("192.0.2.9:1", outside);
  stage.news();
  assertEquals(stage.media.dirty(), []);
  stage.send(FAR_RTP, outside);
  stage.news();
  assertEquals(stage.media.dirty(), ["call"]);
  stage.media.confirmed("call", "a", stage.now);
  assertEquals(stage.media.dirty(), []);
});

Deno.test("a body that is no offer is shown with the ports there are", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  stage.media.dirty();
  const body = audio(FAR_RTP, "m=video 9 RTP/AVP 96");
  const show = (session: string | undefined, to: MediaParty, caller: boolean) => {
    const shown = stage.media.show({ session, caller, to, contentType: "application/sdp", body });
    assert(shown.ok);
    return [addressIn(shown.value.body), addressIn(shown.value.body, 1), shown.value.media];
  };
  assertEquals(show("call", PHONE, false), [inside, `${INSIDE_LOCAL}:0`, true]);
  assertEquals(show("call", PROVIDER, true), [outside, `${OUTSIDE_LOCAL}:0`, true]);
  assertEquals(show(undefined, PHONE, false), [`${INSIDE_LOCAL}:0`, `${INSIDE_LOCAL}:0`, false]);
  assertEquals(stage.media.dirty(), []);
  const broken = { contentType: "application/sdp", body: "m=\r\n" };
  assertEquals(
    stage.media.show({ session: undefined, caller: true, to: PHONE, ...broken }).ok,
    false,
  );
});
