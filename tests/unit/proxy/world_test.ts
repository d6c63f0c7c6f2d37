import { assertEquals } from "@std/assert";
import { makeWorld } from "./world_fixture.ts";

Deno.test("what is emitted is taken once, in order", () => {
  const world = makeWorld();
  world.note("info", "one", "First");
  world.send({ kind: "reply", id: 1 }, "text");
  assertEquals(world.takeEffects(), [
    { type: "note", note: { level: "info", kind: "one", text: "First" } },
    { type: "sip.send", owner: { kind: "reply", id: 1 }, text: "text", committed: false },
  ]);
  assertEquals(world.takeEffects(), []);
});

Deno.test("numbers are never given twice, tags have 64 bits", () => {
  const world = makeWorld({ draws: [0, 0.999999, 0.5, 0.25] });
  assertEquals([world.nextNumber(), world.nextNumber()], [1, 2]);
  assertEquals(world.newTag(), "0000ffff80004000");
});

Deno.test("refusals are counted by kind, and by source up to a limit", () => {
  const refusedSources = 10;
  const world = makeWorld({ limits: { refusedSources } });
  for (let source = 0; source <= refusedSources; source++) world.refuse("x", `${source}`);
  world.refuse("x", "9");
  assertEquals(world.counters.get("refused.x"), refusedSources + 2);
  assertEquals([world.refused.size, world.refused.get("9 x")], [refusedSources, 2]);
});
