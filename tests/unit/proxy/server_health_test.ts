import { assertEquals } from "@std/assert";
import { downSince, isDead, markDown, markUp } from "../../../src/proxy/server_health.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import type { World } from "../../../src/proxy/world.ts";
import { at, flow, makeBinding, makeWorld, PROVIDER } from "./world_fixture.ts";

const SERVER = flow("outside", PROVIDER);

function said(world: World): string[] {
  return world.takeEffects().flatMap((effect) =>
    effect.type === "note" ? [`${effect.note.level}: ${effect.note.text}`] : []
  );
}

function fail(world: World, afterMs = 0): void {
  world.now += afterMs;
  markDown(world, { flow: SERVER, trouble: { kind: "silent" } });
}

function answer(world: World, afterMs = 0): void {
  world.now += afterMs;
  markUp(world, SERVER);
}

Deno.test("a server that failed is dead for a minute, or until it answers (N4)", () => {
  const world = makeWorld();
  fail(world);
  assertEquals([isDead(world, SERVER), downSince(world, at(PROVIDER))], [true, -TIMES.silence]);
  world.now = TIMES.dead;
  assertEquals([isDead(world, SERVER), downSince(world, at(PROVIDER))], [false, -TIMES.silence]);
  fail(world);
  answer(world);
  assertEquals([isDead(world, SERVER), downSince(world, at(PROVIDER))], [false, undefined]);
});

Deno.test("the way down names the phones that are registered there, the way back how long it took", () => {
  const world = makeWorld();
  for (const name of ["a", "b", "c", "d"]) world.bindings.set(makeBinding(name));
  fail(world);
  fail(world, 60_000);
  answer(world, 180_000);
  answer(world, 1_000);
  assertEquals(said(world), [
    `warn: Server ${PROVIDER} kept silent for 4 s: no other server is known, it is asked again ` +
    "with the next request; phones concerned: a@example.com, b@example.com, c@example.com and 1 more",
    `info: Server ${PROVIDER} is reached again after 4 min 4 s`,
  ]);
});

Deno.test("what goes on is said once an hour, what comes and goes once in ten minutes", () => {
  const world = makeWorld();
  fail(world);
  for (let minutes = 0; minutes < 60; minutes++) fail(world, 60_000);
  assertEquals(said(world).map((text) => / for (1 h[^:]*): /.exec(text)?.[1]), [undefined, "1 h"]);
  for (let times = 0; times < 10; times++) {
    answer(world, 1_000);
    fail(world, 59_000);
  }
  assertEquals(said(world).filter((text) => !text.startsWith("debug")).length, 2);
});
