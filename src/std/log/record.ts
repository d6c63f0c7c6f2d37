import { getLevelName, type LevelName, type LogLevel } from "./levels.ts";

/** What a {@linkcode LogRecord} is made of. */
export interface LogRecordOptions {
  /** The message. */
  msg: string;
  /** Further arguments of the call. */
  args: unknown[];
  /** Level of the call. */
  level: LogLevel;
  /** Name of the logger. */
  loggerName: string;
}

/** One call of a logger, as its handlers get it. */
export class LogRecord {
  /** The message. */
  readonly msg: string;
  /** Level of the call, as a number. */
  readonly level: LogLevel;
  /** Level of the call, by name. */
  readonly levelName: LevelName;
  /** Name of the logger. */
  readonly loggerName: string;
  #args: unknown[];
  #datetime = new Date();

  /** Takes the time of day at once. */
  constructor(options: LogRecordOptions) {
    this.msg = options.msg;
    this.#args = [...options.args];
    this.level = options.level;
    this.levelName = getLevelName(options.level);
    this.loggerName = options.loggerName;
  }

  /** Further arguments of the call; a copy. */
  get args(): unknown[] {
    return [...this.#args];
  }

  /** When the call was made; a copy. */
  get datetime(): Date {
    return new Date(this.#datetime.getTime());
  }
}
