import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Engine, makeEngine } from "../../../src/app/engine.ts";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import { Listeners } from "../../../src/net/listeners.ts";
import { Resolver } from "../../../src/net/resolver.ts";
import type { CoreEffect } from "../../../src/proxy/events.ts";
import { FakeCore } from "./fake_core.ts";
import { until } from "./small_world.ts";
import { SELF } from "../../../src/base/shares.ts";

/** An engine without listeners, whose clock and store the test sets. */
function bench() {
  const core = new FakeCore();
  const notes: string[] = [];
  let now = 0;
  let answer: Result<readonly string[]> = ok([]);
  const nothing = () => Promise.resolve(refuse("No such name"));
  const engine = makeEngine({
    core,
    store: { commit: () => Promise.resolve(answer), secret: () => "", close: () => {} },
    listeners: new Listeners({ maxBytes: 100, received: () => {} }),
    resolver: new Resolver({ dns: { a: nothing, srv: nothing, naptr: nothing }, now: () => 0 }),
    note: ({ level, kind, text }) => void notes.push(`${level} ${kind} ${text}`),
    files: undefined,
    now: () => now,
  });
  const at = (ms: number) => void (now = ms);
  return {
    core,
    engine,
    notes,
    at,
    stores: (next: Result<readonly string[]>) => void (answer = next),
  };
}

/** Lets the core answer one event with effects. */
function want(core: FakeCore, engine: Engine, effects: readonly CoreEffect[]): void {
  core.answer = (event) => event.type === "media.closed" && event.pair < 0 ? effects : [];
  engine.loop.push({ type: "media.closed", pair: -1 });
}

Deno.test("what sockets and resolver find out comes back to the core as events", async () => {
  const { core, engine } = bench();
  want(core, engine, [
    { type: "media.bind", pair: { pair: 7, ip: "127.0.0.1", port: 1 << 17 } },
    { type: "media.close", pair: 8 },
    {
      type: "dns.resolve",
      ticket: 3,
      query: { host: "a.example", port: 1, transport: undefined },
      holder: SELF,
    },
  ]);
  await until(() => core.events.length === 4);
  const types = core.events.map((event) => event.type).toSorted();
  assertEquals(types, ["dns.answer", "media.closed", "media.closed", "media.gone"]);
  engine.loop.stop();
});

Deno.test("a store that goes on failing is told once an hour", async () => {
  const { engine, notes, at, stores } = bench();
  stores(refuse("No space left on device"));
  const fail = async (ms: number) => {
    at(ms);
    engine.writer.set({ key: ["a"], value: ms }, "urgent");
    await engine.writer.flush();
  };
  for (const ms of [0, 1_000, 3_599_999]) await fail(ms);
  assertEquals(notes.length, 1);
  assertStringIncludes(
    notes[0]!,
    "warn store Could not save the state: No space left on device; calls go on",
  );
  await fail(3_600_000);
  assertEquals(notes.length, 2);
  engine.writer.drop();
});

Deno.test("a record that is too large is told, in words of its own", async () => {
  const { engine, notes, stores } = bench();
  stores(ok(["Cannot store record v1/call/7: 61441 bytes, more than 61440"]));
  for (const value of [1, 2]) {
    engine.writer.set({ key: ["a"], value }, "urgent");
    await engine.writer.flush();
  }
  assertEquals(notes, [
    "warn store Cannot store record v1/call/7: 61441 bytes, more than 61440; " +
    "nothing else is lost, but a restart would find an earlier state of it",
  ]);
  engine.writer.drop();
});

Deno.test("a fault of the core is an error note with the event that caused it", async () => {
  const { core, engine, notes } = bench();
  core.answer = () => {
    throw new Error("Broken rule");
  };
  engine.loop.push({ type: "media.closed", pair: 4 });
  await until(() => notes.length === 1);
  assertStringIncludes(
    notes[0]!,
    "error fault A fault of sipmasq itself, please report it: Error: Broken rule",
  );
  assertStringIncludes(notes[0]!, `; by {"type":"media.closed","pair":4}`);
  engine.loop.stop();
});
