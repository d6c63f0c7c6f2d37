import { assertEquals } from "@std/assert";
import {
  bindingKey,
  removeBinding,
  saveBinding,
  storeBinding,
} from "../../../src/proxy/binding_life.ts";
import type { CoreEffect } from "../../../src/proxy/events.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import type { World } from "../../../src/proxy/world.ts";
import { at, BOB, flow, makeBinding, makeWorld } from "./world_fixture.ts";

function stores(world: World) {
  return world.takeEffects().filter((effect): effect is CoreEffect & { type: "store.set" } =>
    effect.type === "store.set"
  );
}

const CHANGES: [what: string, change: object, when: string][] = [
  ["nothing", {}, "lazy"],
  ["the expiry", { expiresAt: 7_200_000 }, "lazy"],
  ["the flow", { flow: flow("inside", BOB) }, "urgent"],
  ["the Contact", { uri: "sip:new@192.168.1.20" }, "urgent"],
  ["our address", { masked: "sip:alice@203.0.113.9" }, "urgent"],
];

Deno.test("what changes a phone's identity is on disk before it is told, a new expiry can wait (X1)", () => {
  for (const [what, change, when] of CHANGES) {
    const world = makeWorld();
    const binding = makeBinding("alice");
    saveBinding(world, binding, { seconds: 3600 });
    assertEquals(stores(world)[0]?.when, "urgent");
    saveBinding(world, { ...binding, ...change }, { seconds: 3600 });
    assertEquals(stores(world)[0]?.when, when, what);
  }
});

Deno.test("a binding ends a minute after its grant, and not at all if it was refreshed (C2)", () => {
  const world = makeWorld();
  const binding = makeBinding("alice", { expiresAt: 1_000 });
  saveBinding(world, binding, { seconds: 1 });
  saveBinding(world, { ...binding, expiresAt: 5_000 }, { seconds: 5 });
  world.heap.runDue(1_000 + TIMES.bindingGrace);
  assertEquals(world.bindings.size, 1);
  world.heap.runDue(5_000 + TIMES.bindingGrace - 1);
  assertEquals(world.bindings.size, 1);
  world.heap.runDue(5_000 + TIMES.bindingGrace);
  assertEquals(world.bindings.size, 0);
  assertEquals(stores(world).at(-1)?.value, undefined);
});

Deno.test("however often a phone refreshes, it has one timer, and none when it is gone", () => {
  const world = makeWorld();
  const binding = makeBinding("alice");
  for (let count = 0; count < 10; count++) saveBinding(world, { ...binding }, { seconds: 3600 });
  assertEquals([world.heap.size, world.expiries.size], [1, 1]);
  removeBinding(world, binding.token, "unregistered");
  assertEquals([world.heap.size, world.expiries.size], [0, 0]);
});

Deno.test("removing what is not there does nothing", () => {
  const world = makeWorld();
  removeBinding(world, "gone", "unregistered");
  assertEquals(world.takeEffects(), []);
});

Deno.test("a record says what is left, not when it ends", () => {
  const world = makeWorld();
  const binding = makeBinding("alice", { expiresAt: 5_000, registrar: at("198.51.100.10:5060") });
  world.now = 2_000;
  storeBinding(world, binding, "lazy");
  const { expiresAt: _, ...rest } = binding;
  assertEquals(stores(world), [{
    type: "store.set",
    key: bindingKey(binding.token),
    value: { binding: rest, remainingMs: 3_000, savedAtWallMs: 0, ageMs: 0 },
    when: "lazy",
  }]);
});
