import { BaseHandler, getLogger, type LogRecord, setup } from "@std/log";
import type { LogLevel } from "../proxy/settings.ts";
import type { Log } from "./repeats.ts";

/** What {@linkcode setUpLog} needs. */
export interface LogOptions {
  readonly level: LogLevel;
  /** True to begin each line with the time: on a terminal, or when no service manager adds it. */
  readonly timestamps: boolean;
  /** Where lines go. */
  readonly write: (line: string) => void;
}

const LEVELS = { error: "ERROR", warn: "WARN", info: "INFO", debug: "DEBUG" } as const;

/** Sets the log up and returns the function that writes to it: one sentence a line. */
export function setUpLog(options: LogOptions): Log {
  const handler = new LineHandler(options);
  setup({
    handlers: { lines: handler },
    loggers: { sipmasq: { level: LEVELS[options.level], handlers: ["lines"] } },
  });
  return (level, sentence) => getLogger("sipmasq")[level](oneLine(sentence));
}

/** True when this process has no service manager that would add times to its lines. */
export function wantsTimestamps(): boolean {
  // A service manager is the parent of what it starts and is process 1; a container's first process has parent 0.
  return Deno.stderr.isTerminal() || Deno.ppid > 1;
}

/** Parts of messages may stand in a sentence: what could forge a line or steer a terminal is escaped. */
function oneLine(sentence: string): string {
  return sentence.replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

class LineHandler extends BaseHandler {
  #write: (line: string) => void;

  constructor({ timestamps, write }: LogOptions) {
    super("DEBUG", { formatter: (record) => formatRecord(record, timestamps) });
    this.#write = write;
  }

  override log(line: string): void {
    this.#write(line);
  }
}

function formatRecord({ levelName, msg, datetime }: LogRecord, timestamps: boolean): string {
  const level = levelName.toLowerCase().padEnd(5);
  return timestamps ? `${datetime.toISOString()} ${level} ${msg}` : `${level} ${msg}`;
}
