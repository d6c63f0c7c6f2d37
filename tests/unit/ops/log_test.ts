import { assertEquals, assertMatch } from "@std/assert";
import { setUpLog, wantsTimestamps } from "../../../src/ops/log.ts";
import type { LogLevel } from "../../../src/proxy/settings.ts";

/** What is written at a level when one sentence of each level is logged. */
function written(level: LogLevel, timestamps = false): string[] {
  const lines: string[] = [];
  const log = setUpLog({ level, timestamps, write: (line) => void lines.push(line) });
  for (const one of ["error", "warn", "info", "debug"] as const) log(one, `About ${one}`);
  return lines;
}

Deno.test("a level lets through itself and what is graver", () => {
  assertEquals(written("error"), ["error About error"]);
  assertEquals(written("info"), ["error About error", "warn  About warn", "info  About info"]);
  assertEquals(written("debug").length, 4);
});

Deno.test("lines begin with the time when nobody else adds it", () => {
  const [line] = written("error", true);
  assertMatch(line!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error About error$/);
  assertEquals(typeof wantsTimestamps(), "boolean");
});

Deno.test("text from messages can neither forge a line nor steer a terminal", () => {
  const lines: string[] = [];
  const log = setUpLog({
    level: "info",
    timestamps: false,
    write: (line) => void lines.push(line),
  });
  log("info", "Call from a\r\nerror forged \x1b[2J\u009b");
  assertEquals(lines, ["info  Call from a\\x0d\\x0aerror forged \\x1b[2J\\x9b"]);
});

Deno.test("another set-up changes the level of a log that is in use", () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = setUpLog({ level: "error", timestamps: false, write });
  log("info", "Unheard");
  setUpLog({ level: "info", timestamps: false, write });
  log("info", "Heard");
  assertEquals(lines, ["info  Heard"]);
});
