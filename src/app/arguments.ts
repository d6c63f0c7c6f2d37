import { parseArgs } from "@std/cli";
import { ok, refuse, type Result } from "../base/result.ts";
import { nearestName } from "../config/nearest.ts";
import { LOG_LEVELS } from "../config/values.ts";
import type { LogLevel } from "../proxy/settings.ts";

/** The commands, in the order of the help. */
export const COMMANDS = ["run", "check", "selftest", "version", "help"] as const;

/** Name of a command. */
export type CommandName = (typeof COMMANDS)[number];

/** What the command line asks for. */
export interface Command {
  readonly name: CommandName;
  /** The file after `--config`, or after the command. */
  readonly config: string | undefined;
  /** The level after `--log-level`: it overrides the configuration. */
  readonly logLevel: LogLevel | undefined;
  /** The command that `help` is asked about; absent for the overview. */
  readonly topic?: CommandName;
}

const OPTIONS = ["--config", "--log-level", "--help", "--version"];

/** Options of other programs, and what serves the same purpose here. */
const OPTION_HINTS: Readonly<Record<string, string>> = {
  "-c": "did you mean --config FILE?",
  "-C": "did you mean --config FILE?",
  "-f": "did you mean --config FILE?",
  "--file": "did you mean --config FILE?",
  "-v": "did you mean --version, or --log-level debug?",
  "-V": "did you mean --version?",
  "-d": "did you mean --log-level debug?",
  "--debug": "did you mean --log-level debug?",
  "--verbose": "did you mean --log-level debug?",
  "-q": "did you mean --log-level error?",
  "--quiet": "did you mean --log-level error?",
  "-t": "did you mean sipmasq check FILE?",
  "--test": "did you mean sipmasq check FILE?",
  "--check": "did you mean sipmasq check FILE?",
  "-?": "did you mean --help?",
  "-D": "it stays in the foreground; let a service manager start it",
  "--daemon": "it stays in the foreground; let a service manager start it",
  "--foreground": "leave it out, it stays in the foreground anyway",
};

/** Commands of other programs, and what serves the same purpose here. */
const COMMAND_HINTS: Readonly<Record<string, string>> = {
  start: "did you mean run?",
  serve: "did you mean run?",
  daemon: "did you mean run?",
  test: "did you mean check FILE, or selftest?",
  validate: "did you mean check FILE?",
  configtest: "did you mean check FILE?",
  config: "did you mean check FILE?",
  reload: "send the running one the signal HUP: kill -HUP PID",
  status: "send the running one the signal USR2, the answer is in its log: kill -USR2 PID",
  stop: "send the running one the signal TERM: kill PID",
};

/** Reads the command line; the reason is one sentence with the next step. */
export function readArguments(args: readonly string[]): Result<Command> {
  const unknown: string[] = [];
  const parsed = parseArgs(args, {
    string: ["config", "log-level"],
    boolean: ["help", "version"],
    alias: { h: "help" },
    unknown: (arg, key) => key === undefined || (unknown.push(arg), false),
  });
  if (unknown[0] !== undefined) return refuse(noSuchOption(unknown[0]));
  const [word, ...rest] = parsed._.map(String);
  const name = word === undefined ? "run" : commandNamed(word);
  if (name === undefined) return refuse(noSuchCommand(word!));
  // Asked for help, we help, whatever else stands there.
  if (parsed.help) return ok(helpAbout(word === undefined ? undefined : name));
  if (parsed.version) return ok({ name: "version", config: undefined, logLevel: undefined });
  const logLevel = readLevel(parsed["log-level"]);
  if (!logLevel.ok) return logLevel;
  if (parsed.config === "") return refuse("Option --config needs a file");
  const command = { name, config: parsed.config, logLevel: logLevel.value };
  if (name === "run" || name === "check") return withFile(command, rest);
  return withoutOptions(command, rest);
}

function commandNamed(word: string): CommandName | undefined {
  return COMMANDS.find((command) => command === word);
}

function helpAbout(topic: CommandName | undefined): Command {
  const help = { name: "help", config: undefined, logLevel: undefined } as const;
  return topic === undefined ? help : { ...help, topic };
}

/** The file may stand behind the command, without `--config`. */
function withFile(command: Command, words: readonly string[]): Result<Command> {
  const [file, more] = words;
  if (file === undefined) return ok(command);
  if (commandNamed(file) !== undefined) {
    return refuse(`One command at a time, not also: ${file}`);
  }
  if (command.config !== undefined) {
    return refuse(`One file at a time, not ${command.config} and ${file}`);
  }
  return more === undefined
    ? ok({ ...command, config: file })
    : refuse(`One file at a time, not ${file} and ${more}`);
}

/** An option that does nothing would let its user believe that it does. */
function withoutOptions(command: Command, words: readonly string[]): Result<Command> {
  const { name, config, logLevel } = command;
  if (config !== undefined) {
    const next = name === "selftest" ? "use check to try a file" : "leave --config out";
    return refuse(`Command ${name} reads no configuration; ${next}`);
  }
  if (logLevel !== undefined) {
    return refuse(`Command ${name} writes no log; leave --log-level out`);
  }
  const [word, more] = words;
  if (word === undefined) return ok(command);
  if (name !== "help" || more !== undefined) {
    return refuse(`Command ${name} takes nothing behind it; leave out: ${more ?? word}`);
  }
  const topic = commandNamed(word);
  return topic === undefined ? refuse(noSuchCommand(word)) : ok(helpAbout(topic));
}

function readLevel(text: string | undefined): Result<LogLevel | undefined> {
  if (text === undefined) return ok(undefined);
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return ok(level);
  return refuse(`Option --log-level needs one of ${LOG_LEVELS.join(", ")}, not "${text}"`);
}

function noSuchOption(word: string): string {
  const name = word.split("=")[0]!;
  const known = OPTION_HINTS[name];
  const near = nearestName(name, OPTIONS);
  const hint = known ??
    (near === undefined ? "sipmasq --help lists them" : `did you mean ${near}?`);
  return `No such option: ${name}; ${hint}`;
}

function noSuchCommand(word: string): string {
  const near = nearestName(word, COMMANDS);
  if (Object.hasOwn(COMMAND_HINTS, word)) return `No such command: ${word}; ${COMMAND_HINTS[word]}`;
  if (near !== undefined) return `No such command: ${word}; did you mean ${near}?`;
  const isFile = /\/|\.\w+$/.test(word);
  const hint = isFile
    ? `to use that file write sipmasq run ${word}, to try it sipmasq check ${word}`
    : "sipmasq --help lists them";
  return `No such command: ${word}; ${hint}`;
}
