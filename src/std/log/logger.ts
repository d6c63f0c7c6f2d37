import type { BaseHandler } from "./handlers.ts";
import { getLevelName, type LevelName, type LogLevel, LogLevels } from "./levels.ts";
import { LogRecord } from "./record.ts";

/** Options of {@linkcode Logger}. */
export interface LoggerOptions {
  /** Get every record of the logger's level or above. */
  handlers?: BaseHandler[];
}

/** A named source of records. */
export class Logger {
  /** Get every record of the logger's level or above. */
  handlers: BaseHandler[];
  #name: string;
  #level: LogLevel;

  /** Makes a logger that drops what is below its level. */
  constructor(loggerName: string, levelName: LevelName, options: LoggerOptions = {}) {
    this.#name = loggerName;
    this.#level = LogLevels[levelName];
    this.handlers = options.handlers ?? [];
  }

  /** Its name. */
  get loggerName(): string {
    return this.#name;
  }

  /** The lowest level it lets through, as a number. */
  get level(): LogLevel {
    return this.#level;
  }

  set level(level: LogLevel) {
    this.#level = level;
  }

  /** The lowest level it lets through, by name. */
  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  set levelName(levelName: LevelName) {
    this.#level = LogLevels[levelName];
  }

  /** Logs at DEBUG; returns the message. */
  debug(msg: string, ...args: unknown[]): string {
    return this.#dispatch(LogLevels.DEBUG, msg, args);
  }

  /** Logs at INFO; returns the message. */
  info(msg: string, ...args: unknown[]): string {
    return this.#dispatch(LogLevels.INFO, msg, args);
  }

  /** Logs at WARN; returns the message. */
  warn(msg: string, ...args: unknown[]): string {
    return this.#dispatch(LogLevels.WARN, msg, args);
  }

  /** Logs at ERROR; returns the message. */
  error(msg: string, ...args: unknown[]): string {
    return this.#dispatch(LogLevels.ERROR, msg, args);
  }

  /** Logs at CRITICAL; returns the message. */
  critical(msg: string, ...args: unknown[]): string {
    return this.#dispatch(LogLevels.CRITICAL, msg, args);
  }

  #dispatch(level: LogLevel, msg: string, args: unknown[]): string {
    if (this.#level > level) return msg;
    const record = new LogRecord({ msg, args, level, loggerName: this.#name });
    for (const handler of this.handlers) handler.handle(record);
    return msg;
  }
}
