import { assert, assertEquals } from "@std/assert";
import { LOG_BUDGETS } from "../../../src/base/limits.ts";
import { type Log, Repeats } from "../../../src/ops/repeats.ts";
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
  assertEquals(lines.slice(1), ["warn No port left (4 more times in 60 s)"]);
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
    "warn No port left (2 more times in 69 s)",
  ]);
});

Deno.test("at the end all numbers are told", () => {
  const { repeats, lines, at } = bench();
  repeats.note(FULL);
  at(20_000);
  repeats.note(FULL);
  repeats.finish();
  assertEquals(lines.at(-1), "warn No port left (once more in 20 s)");
});

Deno.test("beyond the limit notes pass unfiltered, so memory is bounded and nothing is lost", () => {
  const { repeats, lines } = bench(2);
  for (const text of ["a", "b", "c", "c"]) repeats.note({ ...FULL, text });
  assertEquals(lines, ["warn a", "warn b", "warn c", "warn c"]);
});

Deno.test("a flood of distinct sentences is capped, and one line a minute says how many were left out", () => {
  const { repeats, lines, at } = bench();
  for (let index = 0; index < 60_000; index++) {
    at(index * 2);
    repeats.note({ level: "warn", kind: "refused", text: `About ${index} ${"x".repeat(200)}` });
    if (index % 5_000 === 0) repeats.flush();
  }
  const { burst, perSecond } = LOG_BUDGETS.strangers.all;
  assert(lines.join("\n").length < burst + 120 * perSecond + 2_000);
  const told = lines.filter((line) => / sentences about strangers .* left out/.test(line));
  assertEquals(told.length, 2);
  repeats.note({ level: "info", kind: "call.ended", text: "Call out" });
  assertEquals(lines.at(-1), "info Call out");
});

Deno.test("a level that is not logged takes no place, and what is left out of it is no news", () => {
  const lines: string[] = [];
  const repeats = new Repeats({
    log: (_, text) => void lines.push(text),
    now: () => 0,
    wants: (level) => level === "warn",
  });
  for (let count = 0; count < 1_000; count++) {
    repeats.note({ level: "info", kind: "refused", text: `${count} ${"x".repeat(200)}` });
  }
  repeats.note({ level: "warn", kind: "refused", text: "Heard" });
  repeats.finish();
  assertEquals(lines, ["Heard"]);
});

Deno.test("details of a note follow its sentence", () => {
  const details: (string | undefined)[] = [];
  const log: Log = (_level, _text, detail) => void details.push(detail);
  const repeats = new Repeats({ log, now: () => 0 });
  repeats.note({ ...FULL, detail: "a\r\nb" });
  assertEquals(details, ["a\r\nb"]);
});
