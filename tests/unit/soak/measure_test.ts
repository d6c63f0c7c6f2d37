import { assertEquals } from "@std/assert";
import { differences, readTables, type Sample, slope, slopeFaults } from "../../soak/measure.ts";

function logOf(lines: readonly string[]): string {
  return lines.map((line) => `2026-01-01T00:00:00.000Z info  ${line}\n`).join("");
}

function statistics(calls: number, taken: number, dialogs: number): string[] {
  return [
    "core network",
    "  advertised  127.0.9.1",
    `core phones (1)`,
    "  aor           contact",
    "  sip:1@a       sip:1@b",
    `core calls (${calls})`,
    "core media pools (1)",
    "  ip         spare  taken  free",
    `  127.0.8.1  16     ${taken}      484`,
    "core tables",
    `  dialogs             ${dialogs}`,
    `  pins                ${calls}`,
    "media",
    `  pairs            ${32 + taken}`,
    `  oversized        ${calls}`,
    "loop",
    `  events    ${calls * 7}`,
  ];
}

Deno.test("the last statistics of a log are read, without what only counts", () => {
  const log = logOf([...statistics(9, 9, 9), "Call out", ...statistics(0, 2, 3)]);
  assertEquals(Object.fromEntries(readTables(log)), {
    "core phones": 1,
    "core calls": 0,
    "spare pairs on 127.0.8.1": 16,
    "taken pairs on 127.0.8.1": 2,
    "core tables dialogs": 3,
    "core tables pins": 0,
    "media pairs": 34,
  });
});

Deno.test("what is left over, or missing, at the end is named", () => {
  const tables = (calls: number, taken: number, dialogs: number) =>
    readTables(logOf(statistics(calls, taken, dialogs)));
  assertEquals(differences(tables(0, 0, 0), tables(0, 0, 0)), []);
  assertEquals(differences(tables(0, 0, 0), tables(0, 1, 2)), [
    "taken pairs on 127.0.8.1: 0 before, 1 after",
    "core tables dialogs: 0 before, 2 after",
    "media pairs: 32 before, 33 after",
  ]);
  assertEquals(differences(tables(0, 0, 0), readTables("")).length > 0, true);
});

/** Four minutes of samples: what calls take comes and goes, `leak` MB a minute never go. */
function samples(leak: number): Sample[] {
  return Array.from({ length: 48 }, (_, index) => {
    const calls = 1.5 * (1 + Math.sin(index * 1.7));
    return { atMs: index * 5000, megabytes: 10 + calls + leak * index / 12 };
  });
}

Deno.test("memory that comes and goes has no slope, however much it is at a moment", () => {
  const found = slope(samples(0))!;
  assertEquals([found.first < 10.2, Math.abs(found.last - found.first) < 0.2], [true, true]);
  assertEquals(slopeFaults(found), []);
});

Deno.test("memory that is never given back shows, if only a kilobyte of each call", () => {
  const found = slope(samples(0.5))!;
  assertEquals([found.first < 10.3, found.last > 11.4], [true, true]);
  assertEquals(slopeFaults(found), ["1.3 MB are not given back, 28 MB in an hour"]);
});

Deno.test("a time too short to say has no slope", () => {
  assertEquals(slope(samples(1).slice(0, 11)), undefined);
  assertEquals(slope(samples(1).slice(0, 12)) !== undefined, true);
});
