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
  /** The file after `--config`. */
  readonly config: string | undefined;
  /** The level after `--log-level`: it overrides the configuration. */
  readonly logLevel: LogLevel | undefined;
}

const OPTIONS = ["--config", "--log-level", "--help", "--version"];

/** Reads the command line; the reason is one sentence with the next step. */
export function readArguments(args: readonly string[]): Result<Command> {
  const unknown: string[] = [];
  const parsed = parseArgs(args, {
    string: ["config", "log-level"],
    boolean: ["help", "version"],
    alias: { h: "help" },
    unknown: (arg, key) => key === undefined || (unknown.push(arg), false),
  });
  if (unknown[0] !== undefined) return refuse(notKnown("option", unknown[0], OPTIONS));
  const [word = "run", ...rest] = parsed._.map(String);
  if (rest[0] !== undefined) return refuse(`One command at a time, not also: ${rest[0]}`);
  const name = COMMANDS.find((command) => command === word);
  if (name === undefined) return refuse(notKnown("command", word, COMMANDS));
  if (parsed.config === "") return refuse("Option --config needs a file");
  const logLevel = readLevel(parsed["log-level"]);
  if (!logLevel.ok) return logLevel;
  const command = { name, config: parsed.config, logLevel: logLevel.value };
  // Asked for help, we help, whatever else stands there.
  if (parsed.help) return ok({ ...command, name: "help" });
  if (parsed.version) return ok({ ...command, name: "version" });
  return name === "run" || name === "check" ? ok(command) : withoutOptions(command);
}

/** An option that does nothing would let its user believe that it does. */
function withoutOptions(command: Command): Result<Command> {
  const { name, config, logLevel } = command;
  if (config !== undefined) {
    const next = name === "selftest" ? "use check to try a file" : "leave --config out";
    return refuse(`Command ${name} reads no configuration; ${next}`);
  }
  if (logLevel === undefined) return ok(command);
  return refuse(`Command ${name} writes no log; leave --log-level out`);
}

function readLevel(text: string | undefined): Result<LogLevel | undefined> {
  if (text === undefined) return ok(undefined);
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return ok(level);
  return refuse(`Option --log-level needs one of ${LOG_LEVELS.join(", ")}, not "${text}"`);
}

function notKnown(what: string, word: string, known: readonly string[]): string {
  const near = nearestName(word, known);
  const hint = near === undefined ? "sipmasq --help lists them" : `did you mean ${near}?`;
  return `No such ${what}: ${word}; ${hint}`;
}
