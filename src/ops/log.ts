import { BaseHandler, getLogger, type LogRecord, setup } from "@std/log";
import { escaped } from "../base/log_text.ts";
import type { LogLevel } from "../proxy/settings.ts";
import type { Log } from "./repeats.ts";

/** How lines begin: with the time, or with a priority for journald, which adds the time itself (sd-daemon(3)). */
export type LineStart = "time" | "priority";

/** What {@linkcode setUpLog} needs. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly start: LineStart;
  /** Where lines go. */
  readonly write: (line: string) => void;
}

const LEVELS = { error: "ERROR", warn: "WARN", info: "INFO", debug: "DEBUG" } as const;
/** Levels by name in records, with syslog's number of each. */
const PRIORITIES: Readonly<Record<string, number>> = { ERROR: 3, WARN: 4, INFO: 6, DEBUG: 7 };
/** No line of ours begins so, so that what a peer wrote cannot pass for one. */
const INDENT = "    ";
/** Characters of a sentence; parts of messages are cut far below it (`logText`). */
const SENTENCE_MAX = 4_000;

/** Sets the log up and returns the function that writes to it: one sentence a line, details below it. */
export function setUpLog(options: LogOptions): Log {
  const handler = new LineHandler(options);
  setup({
    handlers: { lines: handler },
    loggers: { sipmasq: { level: LEVELS[options.level], handlers: ["lines"] } },
  });
  return (level, sentence, detail) => {
    const lines = detail === undefined ? [] : detail.replace(/\r?\n$/, "").split(/\r?\n/);
    const text = [sentence.slice(0, SENTENCE_MAX), ...lines].map(oneLine).join("\n");
    getLogger("sipmasq")[level](text);
  };
}

/** Writes what somebody asked for just now, at any level: a sentence, and lines below it. */
export function report(sentence: string, lines: readonly string[], options: ReportOptions): void {
  const text = [sentence, ...lines].map(oneLine).join("\n");
  const record = { levelName: "INFO", msg: text, datetime: new Date() } as const;
  options.write(formatRecord(record, options.start));
}

/** What {@linkcode report} needs. */
export type ReportOptions = Pick<LogOptions, "start" | "write">;

/** True for a level that a log set to `asked` lets through. */
export function isLogged(level: LogLevel, asked: LogLevel): boolean {
  return PRIORITIES[LEVELS[level]]! <= PRIORITIES[LEVELS[asked]]!;
}

/** Logs a text of several lines: the first is the sentence. */
export function logLines(log: Log, level: LogLevel, text: string): void {
  const end = text.indexOf("\n");
  if (end < 0) log(level, text);
  else log(level, text.slice(0, end), text.slice(end + 1));
}

/** How lines of this process begin: journald names itself in the environment of what it reads from. */
export function lineStart(): LineStart {
  return journalStream() !== undefined && !Deno.stderr.isTerminal() ? "priority" : "time";
}

function journalStream(): string | undefined {
  try {
    return Deno.env.get("JOURNAL_STREAM") || undefined;
  } catch {
    // Not permitted: nobody has said that journald reads this.
    return undefined;
  }
}

/** Parts of messages may stand in a line: what could forge one or steer a terminal is escaped. */
function oneLine(text: string): string {
  return escaped(text.replaceAll("\t", " "));
}

class LineHandler extends BaseHandler {
  #write: (line: string) => void;

  constructor({ start, write }: LogOptions) {
    super("DEBUG", { formatter: (record) => formatRecord(record, start) });
    this.#write = write;
  }

  override log(lines: string): void {
    this.#write(lines);
  }
}

function formatRecord(
  { levelName, msg, datetime }: Pick<LogRecord, "levelName" | "msg" | "datetime">,
  start: LineStart,
): string {
  const priority = `<${PRIORITIES[levelName]}>`;
  const level = levelName.toLowerCase().padEnd(5);
  const [sentence, ...details] = msg.split("\n");
  const first = start === "time" ? `${localTime(datetime)} ` : priority;
  const rest = start === "time" ? INDENT : `${priority}${INDENT}`;
  return [`${first}${level} ${sentence}`, ...details.map((line) => `${rest}${line}`)].join("\n");
}

/** Local time with its offset from UTC (ISO 8601). */
export function localTime(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(offset);
  const two = (value: number) => String(value).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
