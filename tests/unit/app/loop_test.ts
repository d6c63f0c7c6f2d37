import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describeEvent, Loop } from "../../../src/app/loop.ts";
import type { CoreEffect, CoreEvent } from "../../../src/proxy/events.ts";
import { FakeCore } from "./fake_core.ts";

function closed(pair: number): CoreEvent {
  return { type: "media.closed", pair };
}

function bench(now: () => number = () => performance.now()) {
  const core = new FakeCore();
  const log: string[] = [];
  const loop = new Loop({
    core,
    now,
    perform: (effects: readonly CoreEffect[]) => {
      for (const effect of effects) log.push(effect.type);
    },
    endTurn: () => void log.push("end"),
    failed: (reason, cause) => void log.push(`failed ${reason} by ${cause}`),
  });
  return { core, loop, log };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("an event is handled after its sender is done, its effects before the next event", async () => {
  const { core, loop, log } = bench();
  core.answer = (event) => {
    log.push(`handle ${event.type === "media.closed" ? event.pair : "?"}`);
    return [{ type: "media.close", pair: 1 }];
  };
  loop.push(closed(1));
  loop.push(closed(2));
  assertEquals(log, []);
  await turn();
  assertEquals(log, ["handle 1", "media.close", "handle 2", "media.close", "end"]);
  loop.stop();
});

Deno.test("a fault of the core is told with its event, and the loop goes on", async () => {
  const { core, loop, log } = bench();
  core.answer = (event) => {
    if (event.type === "media.closed" && event.pair === 1) throw new Error("Never here");
    return [];
  };
  loop.push(closed(1));
  loop.push(closed(2));
  await turn();
  assertEquals([core.events.length, loop.counters.failures], [2, 1]);
  assertStringIncludes(log[0]!, "failed Error: Never here");
  assertStringIncludes(log[0]!, `by {"type":"media.closed","pair":1}`);
  loop.stop();
});

Deno.test("what the relay learned is one event a turn", async () => {
  const { core, loop } = bench();
  const news = [
    { kind: "first", socket: 1, ip: "192.0.2.1", port: 4000 },
    { kind: "moved", socket: 2, ip: "192.0.2.2", port: 4000 },
  ] as const;
  core.relay.news.push(...news);
  loop.wake();
  loop.wake();
  await turn();
  assertEquals(core.events, [{ type: "media.news", news: [...news] }]);
  assertEquals([core.relay.news.length, loop.counters.turns], [0, 1]);
  loop.stop();
});

Deno.test("a timeout runs when it is due, not before", async () => {
  const { core, loop } = bench();
  core.due = performance.now() + 20;
  const { due } = core;
  loop.push(closed(1));
  while (core.timeouts.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert(core.timeouts[0]! >= due);
  assertEquals(core.timeouts.length, 1);
  loop.stop();
});

Deno.test("an earlier timeout moves the timer, a later one does not", async () => {
  const { core, loop } = bench();
  core.due = performance.now() + 3_600_000;
  loop.push(closed(1));
  await turn();
  core.due = performance.now() + 5;
  loop.push(closed(2));
  while (core.timeouts.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  loop.stop();
});

Deno.test("a timeout that goes wrong does not stop the clock", async () => {
  const { core, loop } = bench();
  let rounds = 0;
  core.due = performance.now();
  core.onTimeout = () => {
    core.due = ++rounds < 3 ? performance.now() : undefined;
    throw new Error("Broken timer");
  };
  loop.wake();
  while (rounds < 3) await turn();
  assertEquals(loop.counters.failures, 3);
  loop.stop();
});

Deno.test("a long queue is handled in turns, so that sockets are served in between", async () => {
  const { core, loop } = bench();
  for (let pair = 0; pair < 600; pair++) loop.push(closed(pair));
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(core.events.length, 256);
  while (core.events.length < 600) await turn();
  assertEquals(core.events, Array.from({ length: 600 }, (_, pair) => closed(pair)));
  assertEquals(loop.counters.turns, 3);
  loop.stop();
});

Deno.test("a stopped loop takes nothing and forgets what waited", async () => {
  const { core, loop } = bench();
  core.due = performance.now() + 1;
  loop.push(closed(1));
  loop.stop();
  loop.push(closed(2));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals([core.events.length, core.timeouts.length], [0, 0]);
});

Deno.test("the start runs at once, and its end of turn too", () => {
  const { core, loop, log } = bench();
  loop.runNow((one) => one.handle(closed(1), 0), "the start");
  assertEquals([core.events.length, log], [1, ["end"]]);
  loop.stop();
});

Deno.test("an event in the log is one line of bounded length", () => {
  const address = { family: 4, ip: "192.0.2.1", port: 5060 } as const;
  const flow = { listener: "x", transport: "udp", local: address, remote: address } as const;
  const text = describeEvent({ type: "sip.received", flow, text: "\r\n".repeat(30_000) });
  assertEquals([text.length, text.includes("\n")], [2_001, false]);
});
