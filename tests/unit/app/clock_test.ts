import { assertEquals } from "@std/assert";
import { ClockWatch } from "../../../src/app/clock.ts";

const TRUE_WALL = Date.UTC(2026, 10, 22, 2);
const AFTER = "; registrations and calls do not depend on it";

/** What is said when the clock starts at `wall` and stands `steps` ms apart from the time that went by, look by look. */
function said(wall: number, steps: readonly number[]): string[] {
  const lines: string[] = [];
  const world = { wall, now: 1000 };
  const watch = new ClockWatch({
    log: (level, sentence) => lines.push(`${level}: ${sentence}`),
    wall: () => world.wall,
    now: () => world.now,
  });
  watch.start();
  for (const step of steps) {
    world.now += 5000;
    world.wall += 5000 + step;
    watch.look();
  }
  watch.stop();
  return lines;
}

Deno.test("a clock that runs, is slewed or is adjusted by less than a minute is nothing to tell", () => {
  assertEquals(said(TRUE_WALL, [0, 30, -30, 59_000, -59_000]), []);
});

Deno.test("a clock from before the program was made is told once", () => {
  assertEquals(said(10_000, [0, 0]), [
    "warn: The clock says 1970-01-01T00:00:10Z, which is before this program was made: the times in this log are " +
    `wrong until it is set${AFTER}`,
  ]);
});

Deno.test("each time the clock is set is told, with way, span and new time", () => {
  const HOUR = 3_600_000;
  assertEquals(said(TRUE_WALL, [0, 90_000, 0, -HOUR, 3 * HOUR, -400 * 24 * HOUR]), [
    `info: The clock was set forward by 90 s, to 2026-11-22T02:01:40Z${AFTER}`,
    `info: The clock was set back by 60 min, to 2026-11-22T01:01:50Z${AFTER}`,
    `info: The clock was set forward by 3 h, to 2026-11-22T04:01:55Z${AFTER}`,
    `info: The clock was set back by 400 days, to 2025-10-18T04:02:00Z${AFTER}`,
  ]);
});
