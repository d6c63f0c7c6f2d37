import { getLevelName, type LevelName, type LogLevel, LogLevels } from "./levels.ts";
import type { LogRecord } from "./record.ts";

/** Makes a line of a record. */
export type FormatterFunction = (logRecord: LogRecord) => string;

/** Options of {@linkcode BaseHandler}. */
export interface BaseHandlerOptions {
  /** Makes a line of a record; level and message by default. */
  formatter?: FormatterFunction;
}

/** Base of all handlers: drops what is below its level, formats the rest. */
export abstract class BaseHandler {
  /** Makes a line of a record. */
  formatter: FormatterFunction;
  #levelName: LevelName;

  /** Makes a handler for records of this level and above. */
  constructor(levelName: LevelName, options: BaseHandlerOptions = {}) {
    this.#levelName = levelName;
    this.formatter = options.formatter ?? (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  /** The lowest level it handles, as a number. */
  get level(): LogLevel {
    return LogLevels[this.#levelName];
  }

  set level(level: LogLevel) {
    this.#levelName = getLevelName(level);
  }

  /** The lowest level it handles, by name. */
  get levelName(): LevelName {
    return this.#levelName;
  }

  set levelName(levelName: LevelName) {
    this.#levelName = levelName;
  }

  /** Formats and logs a record of its level or above. */
  handle(logRecord: LogRecord): void {
    if (this.level > logRecord.level) return;
    this.log(this.format(logRecord));
  }

  /** Makes a line of a record. */
  format(logRecord: LogRecord): string {
    return this.formatter(logRecord);
  }

  /** Puts a line where it belongs. */
  abstract log(msg: string): void;

  /** Called once when the handler is set up. */
  setup(): void {}

  /** Called once when another configuration replaces the handler. */
  destroy(): void {}
}

/** Options of {@linkcode ConsoleHandler}. */
export interface ConsoleHandlerOptions extends BaseHandlerOptions {
  /** Colours each line by its level; true by default. */
  useColors?: boolean;
}

const COLORS: Partial<Record<LevelName, string>> = {
  INFO: "34",
  WARN: "33",
  ERROR: "31",
  CRITICAL: "1;31",
};

/** Logs to standard output by the console. */
export class ConsoleHandler extends BaseHandler {
  #useColors: boolean;

  /** Makes a handler for records of this level and above. */
  constructor(levelName: LevelName, options: ConsoleHandlerOptions = {}) {
    super(levelName, options);
    this.#useColors = options.useColors ?? true;
  }

  /** Makes a line of a record, coloured by its level where colours are wanted. */
  override format(logRecord: LogRecord): string {
    const line = super.format(logRecord);
    const color = COLORS[logRecord.levelName];
    // As the real package, the console's own rule decides whether colours are wanted at all.
    const colored = this.#useColors && !Deno.noColor && color !== undefined;
    return colored ? `\x1b[${color}m${line}\x1b[0m` : line;
  }

  /** Prints a line. */
  override log(msg: string): void {
    console.log(msg);
  }
}
