import { assertEquals } from "@std/assert";
import { statisticsText } from "../../../src/ops/statistics.ts";
import { NOTHING } from "../app/fake_core.ts";
import { dropProblems, type Drops, readDrops } from "../../load/drop_judge.ts";

const none: Drops = { total: 0, bySource: new Map(), unseenMost: 0 };

function logOf(refused: { source: string; kind: string; count: number }[], total: number): string {
  const core = {
    ...NOTHING,
    counters: { "refused.budget": total },
    refused: refused.map((row) => ({ ...row, lastMs: 1_000 })),
  };
  const rest = { listeners: {}, loop: {}, sends: {}, media: {}, store: {}, dns: {} };
  const lines = statisticsText({ core, ...rest });
  return ["12:00:00 info  Statistics", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

function many(count: number, each: number): { source: string; kind: string; count: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const source = `127.0.${6 + index % 2}.${10 + (index >> 1)}`;
    return { source, kind: "budget", count: each };
  });
}

Deno.test("drops are read by source, without those of phones and other refusals", () => {
  const log = logOf([
    { source: "127.0.6.10", kind: "budget", count: 90 },
    { source: "127.0.7.10", kind: "budget", count: 70 },
    { source: "127.0.6.2", kind: "budget", count: 3 },
    { source: "127.0.7.10", kind: "unknown sender", count: 2 },
  ], 163);
  const bySource = new Map([["127.0.6.10", 90], ["127.0.7.10", 70]]);
  assertEquals(readDrops(log), { total: 163, bySource, unseenMost: 0 });
});

Deno.test("a source that is not shown may have as much as the least that is", () => {
  assertEquals(readDrops(logOf(many(60, 25), 1_500)).unseenMost, 25);
  assertEquals(readDrops(logOf(many(60, 25), 1_500)).bySource.size, 50);
});

// In 10 s from one source each: inside 1,200 may pass, outside 600; from 200 each, 3,000 and 12,000.
const one = { inside: 50_000, outside: 50_000, seconds: 10, sourcesPerSide: 1 };
const of200 = { ...one, sourcesPerSide: 200 };

function drops(total: number, bySource: Iterable<[string, number]>, unseenMost = 0): Drops {
  return { total, bySource: new Map(bySource), unseenMost };
}

Deno.test("one source on each side is counted with all that its budget did not allow", () => {
  const right = drops(98_200, [["127.0.6.10", 48_800], ["127.0.7.10", 49_400]]);
  assertEquals(dropProblems(none, right, one), []);
  assertEquals(dropProblems(right, right, one), [
    "0 drops were counted, not 88380 or more",
    "0 drops were counted of 127.0.6.10, not 43920 or more",
    "0 drops were counted of 127.0.7.10, not 44460 or more",
  ]);
  const unnamed = drops(98_200, [["127.0.6.10", 48_800]]);
  assertEquals(dropProblems(none, unnamed, one), [
    "0 drops were counted of 127.0.7.10, not 44460 or more",
  ]);
  assertEquals(dropProblems(none, { ...right, total: 100_001 }, one), [
    "100001 drops are more than came",
  ]);
});

Deno.test("many sources are named, as many as statistics show, and what they sent before does not count", () => {
  const round = (number: number, sources: number): Drops =>
    drops(
      85_000 * number,
      many(sources, 220 * number).map(({ source, count }): [string, number] => [source, count]),
      220 * number,
    );
  assertEquals(dropProblems(none, round(1, 48), of200), []);
  assertEquals(dropProblems(round(1, 48), round(2, 48), of200), []);
  assertEquals(dropProblems(round(1, 48), round(2, 20), of200), [
    "20 sources are named with 171 drops, not 40",
  ]);
  const stale = { ...round(1, 48), total: 170_000 };
  assertEquals(dropProblems(round(1, 48), stale, of200), [
    "0 sources are named with 171 drops, not 40",
  ]);
});
