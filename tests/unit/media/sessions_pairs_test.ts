import { assertEquals, assertStringIncludes } from "@std/assert";
import type { MediaParty } from "../../../src/media/party.ts";
import {
  addressIn,
  audio,
  ENVIRONMENT,
  FAR_RTP,
  INSIDE_LOCAL,
  OUTSIDE_LOCAL,
  PHONE,
  PHONE_IP,
  PHONE_RTP,
  poolOf,
  PROVIDER,
  sdp,
  Stage,
} from "./stage.ts";

Deno.test("a fork to phones behind two of our addresses has a pair on each", () => {
  const vlan = "192.168.2.1";
  const stage = new Stage({}, {
    ...ENVIRONMENT,
    locals: [...ENVIRONMENT.locals, { side: "inside", ip: vlan }],
    insideNetworks: [{ family: 4, network: "192.168.0.0", bits: 16 }],
  });
  const other: MediaParty = { side: "inside", local: vlan, shown: vlan, sipIp: "192.168.2.50" };
  const first = addressIn(stage.say({ from: PROVIDER, to: PHONE, body: audio(FAR_RTP) }));
  const second = addressIn(stage.say({ from: PROVIDER, to: other, body: audio(FAR_RTP) }));
  assertEquals([first.split(":")[0], second.split(":")[0]], [INSIDE_LOCAL, vlan]);
  const answer = stage.say({
    caller: false,
    from: other,
    to: PROVIDER,
    body: audio("192.168.2.50:7000"),
  });
  stage.media.confirmed("call", "a", stage.now);
  const outside = addressIn(answer);
  assertEquals(stage.send(FAR_RTP, outside), `${second} > 192.168.2.50:7000`);
  assertEquals(stage.send("192.168.2.50:7000", second), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send("192.168.2.50:7000", first), undefined);
  assertEquals(poolOf(stage, OUTSIDE_LOCAL).taken, 1);
});

Deno.test("with one interface both sides have pairs on one address", () => {
  const stage = new Stage({}, {
    ...ENVIRONMENT,
    locals: [{ side: "inside", ip: INSIDE_LOCAL }, { side: "outside", ip: INSIDE_LOCAL }],
  });
  const provider: MediaParty = { ...PROVIDER, local: INSIDE_LOCAL, shown: "203.0.113.200" };
  const offer = stage.say({ to: provider, body: audio(PHONE_RTP) });
  const answer = stage.say({ caller: false, from: provider, body: audio(FAR_RTP) });
  const outside = `${INSIDE_LOCAL}:${addressIn(offer).split(":")[1]}`;
  assertStringIncludes(offer, "c=IN IP4 203.0.113.200");
  assertEquals(stage.send(PHONE_RTP, addressIn(answer)), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${addressIn(answer)} > ${PHONE_RTP}`);
  assertEquals(poolOf(stage, INSIDE_LOCAL).taken, 2);
});

Deno.test("the address type follows the party: a phone on IPv4, a far end on IPv6", () => {
  const local = "2001:db8::1";
  const stage = new Stage({}, {
    ...ENVIRONMENT,
    locals: [{ side: "inside", ip: INSIDE_LOCAL }, { side: "outside", ip: local }],
  });
  const provider: MediaParty = { side: "outside", local, shown: local, sipIp: "2001:db8:5::1" };
  const offer = stage.say({ to: provider, body: audio(PHONE_RTP) });
  assertStringIncludes(offer, `c=IN IP6 ${local}\r\n`);
  const answer = stage.say({
    caller: false,
    from: provider,
    body: sdp("2001:db8:5::9", "m=audio 5 RTP/AVP 0"),
  });
  assertStringIncludes(answer, `c=IN IP4 ${INSIDE_LOCAL}\r\n`);
  assertEquals(
    stage.send(PHONE_RTP, addressIn(answer)),
    `${addressIn(offer)} > 2001:db8:5::9:5`,
  );
});

Deno.test("P4: a port is named only when its socket is bound", () => {
  const stage = new Stage({ spare: 2 });
  stage.binds = false;
  assertEquals(addressIn(stage.say({ body: audio(PHONE_RTP) })) !== "", true);
  stage.say({ session: "two", body: audio(PHONE_RTP) });
  assertEquals(stage.say({ session: "three", body: audio(PHONE_RTP) }), "ports");
  stage.binds = true;
  stage.settle();
  assertEquals(stage.say({ session: "three", body: audio(PHONE_RTP) }) === "ports", false);
});

Deno.test("P4: when the pool runs out nothing is half done", () => {
  const stage = new Stage({ ports: { low: 10_000, high: 10_005 } });
  stage.call();
  const before = [poolOf(stage, INSIDE_LOCAL), poolOf(stage, OUTSIDE_LOCAL)];
  const three = ["m=audio 1 RTP/AVP 0", "m=video 3 RTP/AVP 96", "m=image 5 udptl t38"];
  assertEquals(stage.say({ session: "two", body: sdp(PHONE_IP, ...three) }), "ports");
  assertEquals(stage.media.has("two"), false);
  assertEquals([poolOf(stage, INSIDE_LOCAL), poolOf(stage, OUTSIDE_LOCAL)], before);
  assertEquals(
    stage.say({ session: "two", body: sdp(PHONE_IP, ...three.slice(1)) }) !== "ports",
    true,
  );
  assertEquals(stage.say({ session: "three", body: audio(PHONE_RTP) }), "ports");
});

Deno.test("P4: without an address on a side there is no port", () => {
  const stage = new Stage({}, { ...ENVIRONMENT, locals: [{ side: "inside", ip: INSIDE_LOCAL }] });
  assertEquals(stage.say({ body: audio(PHONE_RTP) }), "ports");
  stage.media.setEnvironment(ENVIRONMENT, stage.now);
  stage.settle();
  assertEquals(stage.say({ body: audio(PHONE_RTP) }) === "ports", false);
});

Deno.test("a call goes on with a new pair when our outside address changes", () => {
  const stage = new Stage();
  const { inside } = stage.call();
  const local = "203.0.113.77";
  stage.media.setEnvironment({
    ...ENVIRONMENT,
    locals: [{ side: "inside", ip: INSIDE_LOCAL }, { side: "outside", ip: local }],
    advertised: local,
  }, stage.now);
  stage.settle();
  const provider = { ...PROVIDER, local, shown: local };
  const exchange = "INVITE 2";
  const offer = stage.say({
    exchange,
    dialog: "a",
    request: true,
    to: provider,
    body: audio(PHONE_RTP),
  });
  stage.say({ exchange, caller: false, request: false, from: provider, body: audio(FAR_RTP) });
  assertEquals(addressIn(offer).split(":")[0], local);
  assertEquals(stage.send(PHONE_RTP, inside), `${addressIn(offer)} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, addressIn(offer)), `${inside} > ${PHONE_RTP}`);
});

Deno.test("X3: at the end every pair is closed, and free when it is", () => {
  const stage = new Stage();
  const fresh = [poolOf(stage, INSIDE_LOCAL), poolOf(stage, OUTSIDE_LOCAL)];
  stage.call();
  stage.binds = false;
  stage.media.end("call", stage.now);
  stage.media.end("call", stage.now);
  assertEquals(stage.effects.map(({ type }) => type), ["media.close", "media.close"]);
  assertEquals(poolOf(stage, INSIDE_LOCAL).free, fresh[0]!.free - 1);
  stage.binds = true;
  stage.settle();
  assertEquals([poolOf(stage, INSIDE_LOCAL), poolOf(stage, OUTSIDE_LOCAL)], fresh);
  assertEquals([stage.media.dirty(), stage.media.record("call")], [[], undefined]);
});
