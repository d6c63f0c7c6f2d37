import { assertEquals } from "@std/assert";
import { at, DOMAIN, SmallWorld } from "./small_world.ts";

Deno.test("a call out is challenged, rings, is answered and is hung up by the phone", () => {
  const world = new SmallWorld();
  const id = world.callOut();
  assertEquals(world.kinds("phone"), ["challenged", "ringing", "answered"]);
  assertEquals(world.kinds("party"), ["invited", "established"]);
  assertEquals(world.phone.calls[0]?.farMedia, at("198.51.100.7", 6000));
  assertEquals(world.party.calls[0]?.farMedia, at("192.0.2.10", 4000));
  world.phone.hangUp(id, world.now);
  world.exchange.run();
  assertEquals(world.kinds("phone").at(-1), "ended");
  assertEquals(world.kinds("party").at(-1), "ended");
  assertEquals([world.phone.calls.length, world.party.calls.length], [0, 0]);
});

Deno.test("every message of a call passes the provider, which records its route", () => {
  const world = new SmallWorld();
  const id = world.callOut();
  world.phone.hangUp(id, world.now);
  world.exchange.run();
  assertEquals(world.trace(), [
    ..."phone INVITE,provider 407,phone ACK,phone INVITE".split(","),
    ..."provider INVITE,party 180,provider 180,party 200,provider 200".split(","),
    ..."phone ACK,provider ACK,phone BYE,provider BYE,party 200,provider 200".split(","),
  ]);
});

Deno.test("a registered phone is called, answers, and either side hangs up", () => {
  for (const side of ["phone", "party"] as const) {
    const world = new SmallWorld();
    world.register();
    const id = world.callIn();
    assertEquals(world.kinds("party"), ["ringing", "answered"]);
    assertEquals(world.kinds("phone").slice(2), ["invited", "established"]);
    world[side].hangUp(id, world.now);
    world.exchange.run();
    assertEquals(world.kinds("phone").at(-1), "ended");
    assertEquals(world.kinds("party").at(-1), "ended");
  }
});

Deno.test("a phone that is not registered is not called", () => {
  const world = new SmallWorld();
  world.party.call(`sip:100@${DOMAIN}`, world.now);
  world.exchange.run();
  assertEquals(world.kinds("phone"), []);
  const [failed] = world.heard.party;
  assertEquals(failed?.kind === "failed" && failed.status, 404);
});

Deno.test("every message may be lost once and the call comes about all the same", () => {
  const seen = new Set<string>();
  const pass = ({ text }: { text: string }) => {
    if (seen.has(text)) return true;
    seen.add(text);
    return false;
  };
  const world = new SmallWorld({ pass });
  world.phone.register(300, world.now);
  world.exchange.run(10_000);
  assertEquals(world.kinds("phone").at(-1), "registered");
  const id = world.phone.call(`sip:200@${DOMAIN}`, world.now);
  world.exchange.run(10_000);
  world.party.accept(id, world.now);
  world.exchange.run(10_000);
  assertEquals(world.kinds("party").includes("established"), true);
  world.party.hangUp(id, world.now);
  world.exchange.run(20_000);
  assertEquals(world.kinds("phone").at(-1), "ended");
});

Deno.test("a dropped phone sends nothing any more", () => {
  const world = new SmallWorld({ pass: () => false });
  world.phone.register(300, world.now);
  world.exchange.run(600);
  const sent = world.exchange.sent.length;
  assertEquals(sent, 2);
  world.phone.drop();
  world.exchange.run(60_000);
  assertEquals(world.exchange.sent.length, sent);
});
