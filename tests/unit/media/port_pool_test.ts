import { assert, assertEquals } from "@std/assert";
import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";
import { pairsIn } from "../../../src/media/local_pool.ts";
import { type MediaEffect, PortPool } from "../../../src/media/port_pool.ts";
import { ANYBODY } from "../base/anybody.ts";

const IP = "192.0.2.1";

class Bench {
  readonly heap = new DeadlineHeap();
  readonly asked: MediaEffect[] = [];
  readonly pool: PortPool;

  constructor(
    options: { low?: number; high?: number; spare?: number; random?: () => number } = {},
  ) {
    this.pool = new PortPool({
      ports: { low: options.low ?? 100, high: options.high ?? 109 },
      heap: this.heap,
      random: options.random ?? (() => 0.999),
      effect: (effect) => this.asked.push(effect),
      spare: options.spare ?? 2,
    });
  }

  /** Takes what was asked since the last call, as text. */
  take(): string[] {
    return this.asked.splice(0).map((effect) =>
      effect.type === "media.bind" ? `bind ${effect.pair.port}` : `close ${effect.pair}`
    );
  }

  /** Binds all that was asked for. */
  bind(): void {
    for (const effect of this.asked.splice(0)) {
      if (effect.type === "media.bind") this.pool.bound(effect.pair.pair);
    }
  }
}

Deno.test("a range holds one pair for each even port whose neighbour is in it", () => {
  const ranges: [low: number, high: number, pairs: number][] = [
    [10000, 10999, 500],
    [10001, 10999, 499],
    [10000, 10000, 0],
    [10000, 10001, 1],
    [10001, 10002, 0],
    [10001, 10003, 1],
  ];
  for (const [low, high, pairs] of ranges) assertEquals(pairsIn({ low, high }), pairs);
});

Deno.test("spare pairs are bound ahead, and one that is taken is replaced at once", () => {
  const bench = new Bench();
  const { pool } = bench;
  pool.setLocals([IP]);
  assertEquals(bench.take(), ["bind 100", "bind 102"]);
  assertEquals(pool.take(IP, ANYBODY), undefined);
  pool.bound(0);
  const pair = pool.take(IP, ANYBODY);
  assertEquals([pair?.ip, pair?.port], [IP, 100]);
  assertEquals(bench.take(), ["bind 104"]);
  assertEquals(pool.take(IP, ANYBODY), undefined);
  assertEquals(pool.take("192.0.2.99", ANYBODY), undefined);
});

Deno.test("the first order is shuffled, later the longest rested is bound next", () => {
  const bench = new Bench({ random: () => 0 });
  bench.pool.setLocals([IP]);
  const first = bench.take();
  assert(first[0] !== "bind 100");
  bench.pool.setLocals([IP]);
  assertEquals(bench.take(), []);

  const rest = new Bench({ spare: 1 });
  rest.pool.setLocals([IP]);
  const ports: number[] = [];
  for (let round = 0; round < 12; round++) {
    rest.bind();
    const pair = rest.pool.take(IP, ANYBODY)!;
    ports.push(pair.port);
    rest.bind();
    rest.pool.release(pair.pair);
    rest.pool.closed(pair.pair);
  }
  assertEquals(ports, [100, 102, 104, 106, 108, 100, 102, 104, 106, 108, 100, 102]);
});

Deno.test("a port that cannot be bound is passed over, and comes last", () => {
  const bench = new Bench({ spare: 1 });
  bench.pool.setLocals([IP]);
  assertEquals(bench.take(), ["bind 100"]);
  bench.pool.gone(0, 0);
  assertEquals(bench.take(), ["bind 102"]);
  bench.pool.bound(1);
  for (const next of ["bind 104", "bind 106", "bind 108", "bind 100"]) {
    bench.pool.take(IP, ANYBODY);
    const asked = bench.asked.at(-1)!;
    assertEquals(bench.take(), [next]);
    if (asked.type === "media.bind") bench.pool.bound(asked.pair.pair);
  }
});

Deno.test("when nothing can be bound the pool waits before it tries on", () => {
  const bench = new Bench({ spare: 1, low: 100, high: 1099 });
  bench.pool.setLocals([IP]);
  let tries = 0;
  for (let asked = bench.asked.shift(); asked !== undefined; asked = bench.asked.shift()) {
    tries++;
    if (asked.type === "media.bind") bench.pool.gone(asked.pair.pair, 0);
  }
  assertEquals(tries, 32);
  bench.heap.runDue(999);
  assertEquals(bench.take(), []);
  bench.heap.runDue(1_000);
  assertEquals(bench.take().length, 1);
});

Deno.test("a pair that is closed ends the wait: what it held can be had now", () => {
  const bench = new Bench({ high: 199, spare: 1 });
  bench.pool.setLocals([IP]);
  bench.bind();
  const pair = bench.pool.take(IP, ANYBODY)!;
  for (let tries = 0; tries < 32; tries++) {
    const [effect] = bench.asked.splice(0);
    assert(effect?.type === "media.bind");
    bench.pool.gone(effect.pair.pair, 0);
  }
  assertEquals(bench.take(), []);
  bench.pool.release(pair.pair);
  bench.take();
  bench.pool.closed(pair.pair);
  assertEquals(bench.take().length, 1);
});

Deno.test("a pair is free again only when it is closed", () => {
  const bench = new Bench({ low: 100, high: 101, spare: 1 });
  bench.pool.setLocals([IP]);
  bench.bind();
  const pair = bench.pool.take(IP, ANYBODY)!;
  bench.pool.release(pair.pair);
  bench.pool.release(pair.pair);
  assertEquals(bench.take(), ["close 0"]);
  bench.pool.closed(pair.pair);
  assertEquals(bench.take(), ["bind 100"]);
  bench.pool.closed(pair.pair);
  assertEquals(bench.take(), []);
});

Deno.test("a claimed port is bound, taken over from the spare ones, or waited for", () => {
  const bench = new Bench({ spare: 1 });
  assertEquals(bench.pool.claim(IP, 104, ANYBODY)?.port, 104);
  assertEquals(bench.take(), ["bind 104"]);
  bench.pool.setLocals([IP]);
  assertEquals(bench.take(), ["bind 100"]);
  bench.pool.claim(IP, 100, ANYBODY);
  assertEquals(bench.take(), []);
  bench.pool.bound(0);
  bench.pool.bound(2);
  bench.pool.setLocals([IP]);
  bench.bind();
  assertEquals(bench.pool.claim(IP, 102, ANYBODY)?.port, 102);
  for (const port of [102, 104, 100, 103, 98, 110, 100.5]) {
    assertEquals(bench.pool.claim(IP, port, ANYBODY), undefined, String(port));
  }
});

Deno.test("a claimed pair whose session ends before it is bound is closed when it is", () => {
  const bench = new Bench();
  const pair = bench.pool.claim(IP, 100, ANYBODY)!;
  bench.take();
  bench.pool.release(pair.pair);
  assertEquals(bench.take(), []);
  bench.pool.bound(pair.pair);
  assertEquals(bench.take(), ["close 0"]);
  const other = bench.pool.claim(IP, 102, ANYBODY)!;
  bench.take();
  bench.pool.release(other.pair);
  bench.pool.gone(other.pair, 0);
  assertEquals(bench.take(), []);
});

Deno.test("a pair in use that breaks is bound again, soon at first, then less often", () => {
  const bench = new Bench();
  const pair = bench.pool.claim(IP, 100, ANYBODY)!;
  bench.take();
  for (const at of [250, 750, 1_750]) {
    bench.pool.gone(pair.pair, bench.heap.next() ?? at - 250);
    bench.heap.runDue(bench.heap.next()!);
    assertEquals(bench.take(), ["bind 100"]);
  }
  bench.pool.bound(pair.pair);
  bench.pool.gone(pair.pair, 10_000);
  assertEquals(bench.heap.next(), 10_250);
  bench.pool.release(pair.pair);
  bench.heap.runDue(10_250);
  assertEquals(bench.take(), []);
});

Deno.test("at the file limit a spare pair gives way to the pair of a call that outlived a restart", () => {
  const bench = new Bench();
  bench.pool.setLocals([IP]);
  bench.bind();
  const pair = bench.pool.claim(IP, 108, ANYBODY)!;
  assertEquals(bench.take(), ["bind 108"]);
  bench.pool.gone(pair.pair, 0);
  assertEquals(bench.take(), []);
  bench.heap.runDue(250);
  assertEquals(bench.take(), ["close 1"]);
  // Its file goes to the call before another spare pair may have it.
  bench.pool.closed(1);
  assertEquals(bench.take(), ["bind 108", "bind 104"]);
  bench.pool.bound(pair.pair);
  assertEquals(bench.heap.next(), undefined);
  assertEquals(bench.pool.take(IP, ANYBODY)?.port, 100);
});

Deno.test("no spare pair gives way to a pair whose port another program has: that would free nothing", () => {
  const bench = new Bench();
  bench.pool.setLocals([IP]);
  bench.bind();
  const pair = bench.pool.claim(IP, 108, ANYBODY)!;
  for (let now = 0; now < 10_000;) {
    bench.take();
    bench.pool.gone(pair.pair, now, true);
    now = bench.heap.next()!;
    bench.heap.runDue(now);
    assertEquals(bench.take(), ["bind 108"]);
  }
});

Deno.test("a spare pair that gave way to a call which ended meanwhile is replaced by a spare one", () => {
  const bench = new Bench({ spare: 1 });
  bench.pool.setLocals([IP]);
  bench.bind();
  const pair = bench.pool.claim(IP, 108, ANYBODY)!;
  bench.pool.gone(pair.pair, 0);
  bench.heap.runDue(250);
  bench.take();
  bench.pool.release(pair.pair);
  bench.pool.closed(0);
  assertEquals(bench.take(), ["bind 102"]);
});

Deno.test("an address that is no longer ours keeps the pairs in use, and is forgotten after them", () => {
  const bench = new Bench();
  bench.pool.setLocals([IP]);
  bench.bind();
  const pair = bench.pool.take(IP, ANYBODY)!;
  assertEquals(bench.take(), ["bind 104"]);
  bench.pool.setLocals(["192.0.2.2"]);
  assertEquals(bench.take(), ["close 1", "bind 100", "bind 102"]);
  bench.pool.bound(2);
  assertEquals(bench.take(), ["close 2"]);
  bench.pool.closed(1);
  bench.pool.closed(2);
  assertEquals(bench.pool.snapshot().length, 2);
  bench.pool.release(pair.pair);
  assertEquals(bench.take(), ["close 0"]);
  bench.pool.closed(0);
  assertEquals(bench.pool.snapshot().map((one) => one.ip), ["192.0.2.2"]);
  bench.pool.setLocals([IP, "192.0.2.2"]);
  assertEquals(bench.take(), ["bind 100", "bind 102"]);
});
