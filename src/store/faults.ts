/** Words of errors that come from the machine, not from the file: it is left where it is. */
const OF_THE_WORLD: readonly string[] = [
  "unable to open",
  "is full",
  "is locked",
  "readonly",
  "read-only",
  "disk i/o error",
  "access",
  "permission",
  "os error",
];

/** An error's message, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True when an error of SQLite or KV blames the file's content, so that another file would do. */
export function blamesFile(error: unknown): boolean {
  const message = messageOf(error).toLowerCase();
  return !OF_THE_WORLD.some((words) => message.includes(words));
}

/** True when a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}
