import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  isLogged,
  type LineStart,
  lineStart,
  localTime,
  logLines,
  setUpLog,
} from "../../../src/ops/log.ts";
import type { LogLevel } from "../../../src/proxy/settings.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d /;

/** A log, and what it has written; times are taken off. */
function bench(level: LogLevel, start: LineStart = "time") {
  const written: string[] = [];
  const log = setUpLog({ level, start, write: (line) => void written.push(line) });
  return { log, written, lines: () => written.map((line) => line.replace(TIME, "")) };
}

Deno.test("a level lets through itself and what is graver", () => {
  const said = (level: LogLevel) => {
    const { log, lines } = bench(level);
    for (const one of ["error", "warn", "info", "debug"] as const) log(one, `About ${one}`);
    return lines();
  };
  assertEquals(said("error"), ["error About error"]);
  assertEquals(said("info"), ["error About error", "warn  About warn", "info  About info"]);
  assertEquals(said("debug").length, 4);
});

Deno.test("which levels are logged is known without logging", () => {
  const levels = ["error", "warn", "info", "debug"] as const;
  assertEquals(levels.map((level) => isLogged(level, "warn")), [true, true, false, false]);
  assertEquals(levels.map((level) => isLogged(level, "debug")), [true, true, true, true]);
});

Deno.test("a line begins with the local time and its offset", () => {
  const { log, written } = bench("error");
  log("error", "About error");
  assertMatch(written[0]!, TIME);
  const noon = new Date("2026-07-14T12:00:00.123Z");
  const text = localTime(noon);
  assertEquals(new Date(text).getTime(), noon.getTime());
  assertEquals(text.slice(11, 13), String(noon.getHours()).padStart(2, "0"));
});

Deno.test("for journald a line begins with its priority instead, details too", () => {
  const { log, written } = bench("debug", "priority");
  for (const level of ["error", "warn", "info", "debug"] as const) log(level, "Said");
  log("debug", "Received", "one\r\ntwo\r\n");
  assertEquals(written, [
    "<3>error Said",
    "<4>warn  Said",
    "<6>info  Said",
    "<7>debug Said",
    "<7>debug Received\n<7>    one\n<7>    two",
  ]);
});

Deno.test("text from messages can neither forge a line nor steer a terminal", () => {
  const { log, lines } = bench("info");
  log("info", "Call from a\r\nerror forged \x1b[2J\u009b\u202e");
  assertEquals(lines(), ["info  Call from a\\x0d\\x0aerror forged \\x1b[2J\\x9b\\u{202e}"]);
});

Deno.test("lines of a message are indented, so that none passes for one of ours", () => {
  const { log, written } = bench("debug");
  log("debug", "Received", "a\r\n2026-07-14T12:00:00.123+02:00 error forged\n<3>b\rc\x1b\r\n\r\nd");
  const [first, ...rest] = written[0]!.split("\n");
  assertMatch(first!, /debug Received$/);
  assertEquals(rest, [
    "    a",
    "    2026-07-14T12:00:00.123+02:00 error forged",
    "    <3>b\\x0dc\\x1b",
    "    ",
    "    d",
  ]);
});

Deno.test("a sentence without an end is cut", () => {
  const { log, written } = bench("info");
  log("info", "x".repeat(100_000));
  assert(written[0]!.length < 5_000);
});

Deno.test("of a text of several lines the first is the sentence", () => {
  const { log, lines } = bench("info");
  logLines(log, "error", "config.toml:3: Not a value\n  idle = ,\n         ^");
  logLines(log, "error", "config.toml:4: Twice");
  assertEquals(lines(), [
    "error config.toml:3: Not a value\n      idle = ,\n             ^",
    "error config.toml:4: Twice",
  ]);
});

Deno.test("another set-up changes the level of a log that is in use", () => {
  const { log, lines } = bench("error");
  log("info", "Unheard");
  const { lines: heard } = bench("info");
  log("info", "Heard");
  assertEquals([lines(), heard()], [[], ["info  Heard"]]);
});

Deno.test("the environment of journald's services asks for priorities", () => {
  const former = Deno.env.get("JOURNAL_STREAM");
  try {
    Deno.env.set("JOURNAL_STREAM", "8:12345");
    assertEquals(lineStart(), Deno.stderr.isTerminal() ? "time" : "priority");
    Deno.env.delete("JOURNAL_STREAM");
    assertEquals(lineStart(), "time");
  } finally {
    if (former !== undefined) Deno.env.set("JOURNAL_STREAM", former);
  }
});
