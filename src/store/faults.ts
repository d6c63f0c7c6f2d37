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

/** Deno's refusals end with advice to developers. */
const REFUSED = /^Requires (\w+) access to (.+), run again with the --allow-[a-z-]+ flag$/;

/** An error's message, whatever was thrown, without advice that users cannot follow. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, access, what] = REFUSED.exec(message) ?? [];
  if (access === undefined) return message;
  // No permission but all of them covers the system's own folders.
  if (access === "all") return `no access to ${what}: nothing is kept below /proc, /sys or /dev`;
  return `no ${access} access to ${what}`;
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
