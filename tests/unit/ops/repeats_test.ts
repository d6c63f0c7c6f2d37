import { assertEquals } from "@std/assert";
import { Repeats } from "../../../src/ops/repeats.ts";
import type { Note } from "../../../src/proxy/events.ts";

const FULL: Note = { level: "warn", kind: "ports", text: "No port left" };

function bench(limit = 10) {
  let now = 0;
  const lines: string[] = [];
  const log = (level: string, text: string) => void lines.push(`${level} ${text}`);
  const repeats = new Repeats({ log, now: () => now, limit });
  return { repeats, lines, at: (ms: number) => void (now = ms) };
}

Deno.test("the first note of a kind is told at once, equal ones as a number after a minute", () => {
  const { repeats, lines, at } = bench();
  for (let count = 0; count < 5; count++) repeats.note(FULL);
  assertEquals(lines, ["warn No port left"]);
  at(59_999);
  repeats.flush();
  assertEquals(lines.length, 1);
  at(60_000);
  repeats.flush();
  assertEquals(lines.slice(1), ["warn No port left (repeated 4 times)"]);
});

Deno.test("a note that goes on repeating gives one line a minute", () => {
  const { repeats, lines, at } = bench();
  for (let second = 0; second < 600; second++) {
    at(second * 1_000);
    repeats.note(FULL);
    repeats.flush();
  }
  assertEquals(lines.length, 10);
});

Deno.test("notes that differ in level, kind or text are all told", () => {
  const { repeats, lines } = bench();
  for (
    const note of [FULL, { ...FULL, text: "Other" }, { ...FULL, kind: "dns" as const }, {
      ...FULL,
      level: "info" as const,
    }]
  ) {
    repeats.note(note);
  }
  assertEquals(lines.length, 4);
});

Deno.test("calls and registrations are told one by one, however alike", () => {
  const { repeats, lines, at } = bench();
  const kinds = [
    "call.started",
    "call.ended",
    "call.failed",
    "registered",
    "unregistered",
  ] as const;
  for (const kind of kinds) {
    for (let count = 0; count < 3; count++) repeats.note({ level: "info", kind, text: kind });
  }
  at(120_000);
  repeats.finish();
  assertEquals(lines, kinds.flatMap((kind) => Array(3).fill(`info ${kind}`)));
});

Deno.test("a note that comes again after its minute is told again, with what was held back", () => {
  const { repeats, lines, at } = bench();
  repeats.note(FULL);
  at(61_000);
  repeats.note(FULL);
  repeats.note(FULL);
  at(130_000);
  repeats.note(FULL);
  assertEquals(lines, [
    "warn No port left",
    "warn No port left",
    "warn No port left (repeated 2 times)",
  ]);
});

Deno.test("at the end all numbers are told", () => {
  const { repeats, lines } = bench();
  repeats.note(FULL);
  repeats.note(FULL);
  repeats.finish();
  assertEquals(lines.at(-1), "warn No port left (repeated once)");
});

Deno.test("beyond the limit notes pass unfiltered, so memory is bounded and nothing is lost", () => {
  const { repeats, lines } = bench(2);
  for (const text of ["a", "b", "c", "c"]) repeats.note({ ...FULL, text });
  assertEquals(lines, ["warn a", "warn b", "warn c", "warn c"]);
});
