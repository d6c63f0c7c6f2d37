import { assertEquals } from "@std/assert";
import {
  firstInterval,
  nextInterval,
  type TimerName,
  TIMERS,
} from "../../../src/transaction/timers.ts";

// RFC 3261 table 4, RFC 6026 §8.4; over UDP and over a connection.
const INTERVALS: [name: TimerName, udp: number, reliable: number | undefined][] = [
  ["A", 500, undefined],
  ["B", 32_000, 32_000],
  ["D", 32_000, 0],
  ["E", 500, undefined],
  ["F", 32_000, 32_000],
  ["G", 500, undefined],
  ["H", 32_000, 32_000],
  ["I", 5000, 0],
  ["J", 32_000, 0],
  ["K", 5000, 0],
  ["L", 32_000, 32_000],
  ["M", 32_000, 32_000],
  ["trying", 3500, 3500],
  ["lifetime", 37_000, 32_000],
  ["abandoned", 32_000, 32_000],
];

Deno.test("Every timer has the interval of its RFC on either kind of transport", () => {
  for (const [name, udp, reliable] of INTERVALS) {
    assertEquals([firstInterval(name, false), firstInterval(name, true)], [udp, reliable], name);
  }
  assertEquals(INTERVALS.map(([name]) => name).sort(), Object.keys(TIMERS).sort());
});

Deno.test("Timer A doubles without end, E and G up to four seconds", () => {
  const series = (name: TimerName) => {
    const intervals = [500];
    while (intervals.length < 6) intervals.push(nextInterval(name, intervals.at(-1)!));
    return intervals;
  };
  assertEquals(series("A"), [500, 1000, 2000, 4000, 8000, 16_000]);
  assertEquals(series("E"), [500, 1000, 2000, 4000, 4000, 4000]);
  assertEquals(series("G"), [500, 1000, 2000, 4000, 4000, 4000]);
});
