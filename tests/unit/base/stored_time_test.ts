import { assertEquals } from "@std/assert";
import { absenceSince, remainingAfter } from "../../../src/base/stored_time.ts";

const DAY = 24 * 3600 * 1000;
const BUILD = Date.UTC(2025, 0, 1);
const SAVED = Date.UTC(2025, 5, 1);

// What the clock says at the restart, and what is left of an hour.
const CASES: [what: string, savedAt: number, now: number, left: number][] = [
  ["at once", SAVED, SAVED, 3_600_000],
  ["ten minutes later", SAVED, SAVED + 600_000, 3_000_000],
  ["long after it was over", SAVED, SAVED + 2 * DAY, 0],
  ["a clock set back by a second", SAVED, SAVED - 1000, 3_600_000],
  ["thirty days later", SAVED, SAVED + 30 * DAY, 0],
  ["more than thirty days later", SAVED, SAVED + 30 * DAY + 1, 3_600_000],
  ["booted in 1970", SAVED, 100_000, 3_600_000],
  ["saved and booted in 1970", 50_000, 100_000, 3_600_000],
  ["saved in 1970, the clock set since", 50_000, SAVED, 3_600_000],
  ["a clock older than the program", BUILD - 2000, BUILD - 1000, 3_600_000],
];

Deno.test("Time since the save is subtracted only when the clock can be believed", () => {
  for (const [what, savedAtWallMs, now, left] of CASES) {
    const stored = { remainingMs: 3_600_000, savedAtWallMs };
    assertEquals(remainingAfter(stored, now, BUILD), left, what);
  }
});

Deno.test("What was over when it was saved stays over", () => {
  assertEquals(remainingAfter({ remainingMs: -5, savedAtWallMs: SAVED }, 0, BUILD), 0);
});

Deno.test("Nobody knows how long something without a time was away", () => {
  assertEquals(absenceSince(SAVED, SAVED + 7, BUILD), 7);
  assertEquals(absenceSince(NaN, SAVED, BUILD), 0);
});
