import { assertEquals } from "@std/assert";
import { noteOutside, noteWaiting } from "../../../src/proxy/outside_notes.ts";
import type { World } from "../../../src/proxy/world.ts";
import { request } from "./messages.ts";
import { ALICE, flow, makeBinding, makeWorld } from "./world_fixture.ts";

function said(world: World): string[] {
  return world.takeEffects().flatMap((effect) => effect.type === "note" ? [effect.note.text] : []);
}

function advertise(world: World, advertised: string | undefined): void {
  world.network = { ...world.network, advertised };
  noteOutside(world);
}

Deno.test("another outside address is told with the phones that are behind", () => {
  const world = makeWorld();
  advertise(world, "203.0.113.5");
  advertise(world, "203.0.113.6");
  assertEquals(said(world), []);
  world.bindings.set(makeBinding("alice"));
  advertise(world, undefined);
  advertise(world, "203.0.113.6");
  assertEquals(said(world), []);
  advertise(world, "203.0.113.7");
  assertEquals(said(world), [
    "Our outside address is 203.0.113.7 now, no longer 203.0.113.6: alice@example.com can be " +
    "called again when they next register, in 5 min at most",
  ]);
});

Deno.test("that REGISTERs wait for our address is told once each time", () => {
  const world = makeWorld();
  const waits = () =>
    noteWaiting(world, flow("inside", ALICE), request({ to: "<sip:a@b.example>" }));
  advertise(world, undefined);
  for (let times = 0; times < 3; times++) waits();
  assertEquals(said(world), [
    "Registrations wait until our outside address is known, first that of a@b.example, from " +
    "192.168.1.20: is the outside interface up, and [outside] advertise right",
  ]);
  advertise(world, "203.0.113.5");
  advertise(world, undefined);
  waits();
  assertEquals(said(world).length, 1);
});
