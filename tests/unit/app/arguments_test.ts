import { assertEquals } from "@std/assert";
import { readArguments } from "../../../src/app/arguments.ts";

const CASES: readonly [string, string][] = [
  ["", "run - -"],
  ["run", "run - -"],
  ["check --config a.toml", "check a.toml -"],
  ["--config=b.toml --log-level debug", "run b.toml debug"],
  ["--log-level error run", "run - error"],
  ["version", "version - -"],
  ["--version", "version - -"],
  ["--help", "help - -"],
  ["run -h", "help - -"],
  ["selftest", "selftest - -"],
  ["selftest --config a", "Command selftest reads no configuration; use check to try a file"],
  ["--log-level debug selftest", "Command selftest writes no log; leave --log-level out"],
  ["version --config=a", "Command version reads no configuration; leave --config out"],
  ["help --log-level info", "Command help writes no log; leave --log-level out"],
  ["run --config a --help", "help a -"],
  ["chekc", "No such command: chekc; did you mean check?"],
  ["dance", "No such command: dance; sipmasq --help lists them"],
  ["run check", "One command at a time, not also: check"],
  ["--confg a", "No such option: --confg; did you mean --config?"],
  ["-x", "No such option: -x; sipmasq --help lists them"],
  ["--config", "Option --config needs a file"],
  ["--log-level loud", `Option --log-level needs one of error, warn, info, debug, not "loud"`],
  ["--log-level", `Option --log-level needs one of error, warn, info, debug, not ""`],
];

Deno.test("a command line is a command, or a sentence that says what to write", () => {
  for (const [line, expected] of CASES) {
    const read = readArguments(line.split(" ").filter((word) => word !== ""));
    const { name, config, logLevel } = read.ok ? read.value : {};
    assertEquals(
      read.ok ? `${name} ${config ?? "-"} ${logLevel ?? "-"}` : read.reason,
      expected,
      line,
    );
  }
});
