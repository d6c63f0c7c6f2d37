import { assertEquals } from "@std/assert";
import type { Side } from "../../../src/base/side.ts";
import { ALICE, BOB, flow, makeWorld, NETWORK, STRANGER } from "./world_fixture.ts";

Deno.test("what is emitted is taken once, in order", () => {
  const world = makeWorld();
  world.note("info", "dns", "First");
  world.send({ kind: "reply", id: 1 }, "text");
  assertEquals(world.takeEffects(), [
    { type: "note", note: { level: "info", kind: "dns", text: "First" } },
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
  assertEquals([world.refused.size, world.refused.get("9 x")?.count], [refusedSources, 2]);
});

Deno.test("a note says which peer caused it, and whether it is one that we know (V7)", () => {
  const world = makeWorld();
  world.network = NETWORK;
  world.budgets.earn("192.168.1.21", 0);
  const by = (side: Side, from: string) => {
    world.note("info", "dns", "x", flow(side, from));
    const [effect] = world.takeEffects();
    return effect?.type === "note" ? effect.note.by : undefined;
  };
  assertEquals(by("inside", BOB), { ip: "192.168.1.21", known: true });
  assertEquals(by("inside", ALICE), { ip: "192.168.1.20", known: false });
  assertEquals(by("outside", STRANGER), { ip: "192.0.2.66", known: false });
});

Deno.test("a sentence for debug is made only when somebody asks for it", () => {
  const world = makeWorld();
  world.debug("dns", () => {
    throw new Error("made");
  });
  world.note("debug", "dns", "x");
  assertEquals(world.takeEffects(), []);
  world.settings = { ...world.settings, log: { level: "debug" } };
  world.debug("dns", () => ({ text: "x", detail: "y" }));
  assertEquals(world.takeEffects(), [
    { type: "note", note: { level: "debug", kind: "dns", text: "x", detail: "y" } },
  ]);
});
