import { assert, assertEquals } from "@std/assert";
import { PARTY_USER, Scene } from "../../../src/selftest/scene.ts";

// A phone straight at its provider, without sipmasq: on loopback everything works, but nothing is hidden.
async function withScene(test: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = new Scene({
    phoneIp: "127.0.3.2",
    providerIp: "127.0.3.4",
    patienceMs: 500,
    packets: 10,
    secret: "127.0.3.2",
  });
  try {
    await test(scene);
  } finally {
    await scene.close();
  }
}

Deno.test("a call straight to the provider is heard both ways, and the scene sees the inside leak", () =>
  withScene(async (scene) => {
    const { phone, party } = scene;
    phone.socket.act((now) => phone.agent.register(300, now));
    assert((await scene.expect(phone, "registered")).ok);
    assertEquals(scene.registeredContact, `sip:100@127.0.3.2:${phone.socket.address.port}`);
    const called = await scene.call(phone, party, `sip:${PARTY_USER}@${scene.domain}`);
    assertEquals(called, { ok: true, value: "rang, answered, acknowledged" });
    const talked = await scene.talk();
    assertEquals(talked, {
      ok: true,
      value: "phone heard 10 of 10 packets of 700 Hz; " +
        "provider's party heard 10 of 10 packets of 400 Hz",
    });
    assert((await scene.hangUp(party, phone)).ok);
    assert(scene.leaks.some((line) => line.startsWith("Contact:")));
    assert(scene.leaks.some((line) => line.startsWith("c=IN IP4 ")));
  }));

Deno.test("audio that never arrives is said, with what was expected", () =>
  withScene(async (scene) => {
    const { phone, party } = scene;
    assert((await scene.call(phone, party, `sip:${PARTY_USER}@${scene.domain}`)).ok);
    phone.farMedia = { ...party.line.address, ip: "127.0.3.9" };
    const talked = await scene.talk();
    assert(!talked.ok);
    assert(talked.reason.includes("provider's party heard 0 of 10 packets; expected 90 % filled"));
  }));

Deno.test("what was refused, and what never came, is said", () =>
  withScene(async (scene) => {
    const { phone, party } = scene;
    const refused = await scene.call(party, phone, phone.agent.aor);
    assertEquals(refused, {
      ok: false,
      reason:
        "expected the provider's party to be ringing within 0.5 s, came 404 Not Found to its INVITE",
    });
    assertEquals(await scene.expect(phone, "ended"), {
      ok: false,
      reason: "expected the phone to be ended within 0.5 s, came nothing",
    });
    assertEquals(await scene.hangUp(phone, party), {
      ok: false,
      reason: "expected a call at the phone, there is none",
    });
  }));

Deno.test("a post rings before it answers, and a caller that gives up gets 487", () =>
  withScene(async (scene) => {
    const { phone, party } = scene;
    const uri = `sip:${PARTY_USER}@${scene.domain}`;
    const rung = await scene.ring(phone, party, uri);
    assertEquals(rung, { ok: true, value: "the provider's party rings, the phone hears it" });
    assertEquals((await scene.answer(phone, party)).ok, true);
    assertEquals((await scene.hangUp(phone, party)).ok, true);
    assertEquals((await scene.ring(phone, party, uri)).ok, true);
    const cancelled = await scene.cancel(phone, party);
    assertEquals(cancelled, {
      ok: true,
      value: "CANCEL passed through, the INVITE ended with 487",
    });
    assertEquals(await scene.cancel(phone, party), {
      ok: false,
      reason: "expected a call at the phone, there is none",
    });
    assertEquals((await scene.answer(phone, party)).ok, false);
  }));

Deno.test("a break in a talk is told by what is missing, and fails it when one end hears nothing", () =>
  withScene(async (scene) => {
    const { phone, party } = scene;
    assert((await scene.call(phone, party, `sip:${PARTY_USER}@${scene.domain}`)).ok);
    let broken = 0;
    const whole = await scene.talkOver(() => Promise.resolve(broken++));
    assertEquals([broken, whole.ok], [1, true]);
    phone.farMedia = { ...party.line.address, ip: "127.0.3.9" };
    const deaf = await scene.talkOver(() => Promise.resolve());
    assert(!deaf.ok && deaf.reason.includes("expected audio to the end"));
  }));
