import { assertEquals } from "@std/assert";
import { readArguments } from "../../../src/app/arguments.ts";

const CASES: readonly [string, string][] = [
  ["", "run - -"],
  ["run", "run - -"],
  ["check --config a.toml", "check a.toml -"],
  ["check a.toml", "check a.toml -"],
  ["run a.toml --log-level warn", "run a.toml warn"],
  ["run 5", "run 5 -"],
  ["--config=b.toml --log-level debug", "run b.toml debug"],
  ["--log-level error run", "run - error"],
  ["version", "version - -"],
  ["--version", "version - -"],
  ["--help", "help - -"],
  ["-h", "help - -"],
  ["help", "help - -"],
  ["help check", "help - - check"],
  ["help help", "help - - help"],
  ["run -h", "help - - run"],
  ["check --help", "help - - check"],
  ["selftest", "selftest - -"],
  ["selftest --config a", "Command selftest reads no configuration; use check to try a file"],
  ["--log-level debug selftest", "Command selftest writes no log; leave --log-level out"],
  ["version --config=a", "Command version reads no configuration; leave --config out"],
  ["help --log-level info", "Command help writes no log; leave --log-level out"],
  ["version now", "Command version takes nothing behind it; leave out: now"],
  ["help run check", "Command help takes nothing behind it; leave out: check"],
  ["help chekc", "No such command: chekc; did you mean check?"],
  ["run --config a --help", "help - - run"],
  ["chekc", "No such command: chekc; did you mean check?"],
  ["chekc --help", "No such command: chekc; did you mean check?"],
  ["start", "No such command: start; did you mean run?"],
  ["test", "No such command: test; did you mean check FILE, or selftest?"],
  ["reload", "No such command: reload; send the running one the signal HUP: kill -HUP PID"],
  ["dance", "No such command: dance; sipmasq --help lists them"],
  ["constructor", "No such command: constructor; sipmasq --help lists them"],
  [
    "/etc/a.toml",
    "No such command: /etc/a.toml; to use that file write sipmasq run /etc/a.toml, " +
    "to try it sipmasq check /etc/a.toml",
  ],
  ["run check", "One command at a time, not also: check"],
  ["check a.toml b.toml", "One file at a time, not a.toml and b.toml"],
  ["check a.toml --config b.toml", "One file at a time, not b.toml and a.toml"],
  ["--confg a", "No such option: --confg; did you mean --config?"],
  ["-c a.toml", "No such option: -c; did you mean --config FILE?"],
  ["check -c=a.toml", "No such option: -c; did you mean --config FILE?"],
  ["-f a.toml run", "No such option: -f; did you mean --config FILE?"],
  ["-v", "No such option: -v; did you mean --version, or --log-level debug?"],
  ["--debug", "No such option: --debug; did you mean --log-level debug?"],
  ["-t", "No such option: -t; did you mean sipmasq check FILE?"],
  ["-D", "No such option: -D; it stays in the foreground; let a service manager start it"],
  ["--loglevel debug", "No such option: --loglevel; did you mean --log-level?"],
  ["-x", "No such option: -x; sipmasq --help lists them"],
  ["--config", "Option --config needs a file"],
  ["--log-level loud", `Option --log-level needs one of error, warn, info, debug, not "loud"`],
  ["--log-level", `Option --log-level needs one of error, warn, info, debug, not ""`],
];

Deno.test("a command line is a command, or a sentence that says what to write", () => {
  for (const [line, expected] of CASES) {
    const read = readArguments(line.split(" ").filter((word) => word !== ""));
    const { name, config, logLevel, topic } = read.ok ? read.value : {};
    const about = topic === undefined ? "" : ` ${topic}`;
    assertEquals(
      read.ok ? `${name} ${config ?? "-"} ${logLevel ?? "-"}${about}` : read.reason,
      expected,
      line,
    );
  }
});
