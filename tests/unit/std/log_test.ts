import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  BaseHandler,
  ConsoleHandler,
  getLevelByName,
  getLevelName,
  getLogger,
  type LevelName,
  Logger,
  type LogLevel,
  LogLevels,
  LogRecord,
  setup,
} from "@std/log";

class Kept extends BaseHandler {
  readonly lines: string[] = [];
  readonly calls: string[] = [];

  override log(msg: string): void {
    this.lines.push(msg);
  }

  override setup(): void {
    this.calls.push("setup");
  }

  override destroy(): void {
    this.calls.push("destroy");
  }
}

function sayAll(logger: Logger): void {
  logger.debug("d");
  logger.info("i");
  logger.warn("w");
  logger.error("e");
  logger.critical("c");
}

const LEVELS: [name: LevelName, value: LogLevel][] = [
  ["NOTSET", 0],
  ["DEBUG", 10],
  ["INFO", 20],
  ["WARN", 30],
  ["ERROR", 40],
  ["CRITICAL", 50],
];

Deno.test("levels have the package's names and numbers, both ways", () => {
  for (const [name, value] of LEVELS) {
    assertEquals(getLevelByName(name), value);
    assertEquals(getLevelName(value), name);
    assertEquals(LogLevels[name], value);
  }
  assertThrows(() => getLevelName(15 as LogLevel), Error, "no level 15");
});

Deno.test("a logger and its handlers each drop what is below their own level", () => {
  const all = new Kept("DEBUG");
  const loud = new Kept("ERROR");
  setup({
    handlers: { all, loud },
    loggers: { here: { level: "INFO", handlers: ["all", "loud", "not there"] } },
  });
  const logger = getLogger("here");
  sayAll(logger);
  assertEquals(all.lines, ["INFO i", "WARN w", "ERROR e", "CRITICAL c"]);
  assertEquals(loud.lines, ["ERROR e", "CRITICAL c"]);
  logger.levelName = "CRITICAL";
  loud.levelName = "DEBUG";
  all.level = LogLevels.CRITICAL;
  sayAll(logger);
  assertEquals(all.lines.length, 5);
  assertEquals(loud.lines.slice(2), ["CRITICAL c"]);
});

Deno.test("a formatter makes the line from the whole record", () => {
  const kept = new Kept("DEBUG", {
    formatter: ({ levelName, loggerName, msg, args }) =>
      `${loggerName} ${levelName.toLowerCase()}: ${msg} ${args.join(",")}`,
  });
  const logger = new Logger("sip", "DEBUG", { handlers: [kept] });
  assertEquals(logger.warn("Refused", 1, 2), "Refused");
  assertEquals(kept.lines, ["sip warn: Refused 1,2"]);
});

Deno.test("a record gives copies of its time and arguments", () => {
  const record = new LogRecord({ msg: "m", args: [1], level: LogLevels.INFO, loggerName: "x" });
  record.args.push(2);
  record.datetime.setFullYear(1);
  assertEquals(record.args, [1]);
  assertEquals(record.datetime.getFullYear() > 1, true);
  assertMatch(record.datetime.toISOString(), /^\d{4}-\d\d-\d\dT/);
});

Deno.test("a second set-up replaces handlers and loggers and ends the old handlers", () => {
  const first = new Kept("DEBUG");
  const second = new Kept("DEBUG");
  setup({ handlers: { kept: first }, loggers: { one: { handlers: ["kept"] } } });
  setup({ handlers: { kept: second }, loggers: { one: { handlers: ["kept"] } } });
  getLogger("one").debug("x");
  assertEquals([first.calls, first.lines], [["setup", "destroy"], []]);
  assertEquals([second.calls, second.lines], [["setup"], ["DEBUG x"]]);
});

Deno.test("a logger that was not set up has no handlers and stays the same object", () => {
  setup({});
  assertEquals(getLogger("unknown").handlers, []);
  assertEquals(getLogger("unknown"), getLogger("unknown"));
});

Deno.test("the default logger says INFO and above on the console", () => {
  setup({});
  const printed: unknown[] = [];
  const original = console.log;
  console.log = (line: unknown) => printed.push(line);
  try {
    getLogger().debug("no");
    getLogger().info("yes");
  } finally {
    console.log = original;
  }
  assertEquals(printed.length, 1);
  assertMatch(String(printed[0]), /INFO yes/);
});

Deno.test("the console handler colours nothing when told so", () => {
  const handler = new ConsoleHandler("DEBUG", { useColors: false });
  const record = new LogRecord({ msg: "m", args: [], level: LogLevels.ERROR, loggerName: "x" });
  assertEquals(handler.format(record), "ERROR m");
});
