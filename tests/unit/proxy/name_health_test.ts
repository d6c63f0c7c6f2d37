import { assertEquals } from "@std/assert";
import { nameFailed, nameFound } from "../../../src/proxy/name_health.ts";
import type { Passage } from "../../../src/proxy/contexts.ts";
import type { World } from "../../../src/proxy/world.ts";
import { request } from "./messages.ts";
import { ALICE, flow, makeBinding, makeWorld } from "./world_fixture.ts";

const PASSAGE = {
  request: request({ from: "<sip:zoe@example.com>;tag=1" }),
  side: "inside",
  source: flow("inside", ALICE),
} as Passage;

function said(world: World): string[] {
  return world.takeEffects().flatMap((effect) =>
    effect.type === "note" ? [`${effect.note.level}: ${effect.note.text}`] : []
  );
}

Deno.test("a name that leads nowhere is said once, and when it is found again", () => {
  const world = makeWorld();
  for (const name of ["a", "b", "c"]) world.bindings.set(makeBinding(name));
  const failed = { reason: "no such name", pinned: undefined, passage: PASSAGE };
  nameFailed(world, "example.com", failed);
  nameFailed(world, "example.com", failed);
  world.now = 240_000;
  nameFound(world, "example.com");
  nameFound(world, "example.com");
  nameFound(world, "example.net");
  assertEquals(said(world), [
    "warn: Cannot find the server of example.com: no such name; it is looked up again with the " +
    "next request; phones concerned: zoe@example.com, a@example.com, b@example.com and 1 more",
    "info: The server of example.com is found again after 4 min",
  ]);
});
