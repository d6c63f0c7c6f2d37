/** Numeric values of the levels; a higher one is more urgent. */
export const LogLevels = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

/** Name of a level. */
export type LevelName = keyof typeof LogLevels;

/** Value of a level. */
export type LogLevel = typeof LogLevels[LevelName];

const LEVEL_NAMES = Object.keys(LogLevels) as LevelName[];

/** Returns the value of a level's name. */
export function getLevelByName(name: LevelName): LogLevel {
  return LogLevels[name];
}

/** Returns the name of a level's value; throws for a value that is none. */
export function getLevelName(level: LogLevel): LevelName {
  const name = LEVEL_NAMES.find((candidate) => LogLevels[candidate] === level);
  if (name === undefined) throw new Error(`Cannot get level name: no level ${level}`);
  return name;
}
