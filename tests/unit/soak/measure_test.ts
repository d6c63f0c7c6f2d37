import { assertEquals } from "@std/assert";
import { statisticsText } from "../../../src/ops/statistics.ts";
import type { CallRow, CoreSnapshot } from "../../../src/proxy/snapshot.ts";
import { NOTHING } from "../app/fake_core.ts";
import { differences, readTables, type Sample, slope, slopeFaults } from "../../soak/measure.ts";

/** Statistics as the program writes them while so many calls go on. */
function statistics(calls: number, taken: number, dialogs: number): string {
  const call = { ...CALL, id: "x" };
  const core: CoreSnapshot = {
    ...NOTHING,
    calls: Array.from({ length: calls }, () => call),
    media: { pools: [{ ip: "127.0.8.1", spare: 16, taken, free: 1_484 }], sessions: [] },
    limits: [
      { table: "dialogs", entries: dialogs, limit: 20_000 },
      { table: "pins", entries: calls, limit: 20_000 },
      { table: "refusedSources", entries: calls, limit: 1_024 },
    ],
    counters: { keepalive: calls * 7 },
  };
  const rest = { listeners: {}, loop: {}, sends: {}, store: {}, dns: {} };
  const lines = statisticsText({ core, ...rest, media: { pairs: 32 + taken } });
  return [
    "2026-01-01T00:00:00.000+01:00 info  Statistics",
    ...lines.map((line) => `    ${line}`),
    "",
  ]
    .join("\n");
}

const CALL: CallRow = {
  id: "",
  number: 1,
  from: "a",
  to: "b",
  callId: "c",
  direction: "out",
  state: "answered",
  forMs: 0,
  dialogs: 1,
};

Deno.test("the last statistics of a log are read, without what only counts", () => {
  const other = "2026-01-01T00:00:01.000+01:00 info  Call 1 out\n";
  const log = statistics(9, 9, 9) + other + statistics(0, 1_002, 3) + other;
  assertEquals(Object.fromEntries(readTables(log)), {
    "Phones": 0,
    "Calls": 0,
    "Streams": 0,
    "spare pairs on 127.0.8.1": 16,
    "taken pairs on 127.0.8.1": 1_002,
    "entries of dialogs": 3,
    "entries of pins": 0,
    "pairs of media sockets that are open": 1_034,
  });
});

Deno.test("what is left over, or missing, at the end is named", () => {
  const tables = (calls: number, taken: number, dialogs: number) =>
    readTables(statistics(calls, taken, dialogs));
  assertEquals(differences(tables(0, 0, 0), tables(0, 0, 0)), []);
  assertEquals(differences(tables(0, 0, 0), tables(0, 1, 2)), [
    "taken pairs on 127.0.8.1: 0 before, 1 after",
    "entries of dialogs: 0 before, 2 after",
    "pairs of media sockets that are open: 32 before, 33 after",
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
