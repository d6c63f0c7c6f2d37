import { makeFolder } from "./folder.ts";

/** Thrown when another process, or another store of this one, has the state file; its message is for the user. */
export class StateInUseError extends Error {
  /** Its name, as logs and tests tell it from other faults. */
  override readonly name = "StateInUseError";
}

/** A state file that is ours until {@linkcode StateLock.release}. */
export interface StateLock {
  /** Lets others have it. A process that ends in any way releases it too. */
  release(): void;
}

/** Where the lock of a state file lies: SQLite has locks of its own on the file itself. */
export function lockPath(path: string): string {
  return `${path}.lock`;
}

/**
 * Takes a state file for ourselves: two programs that write one would lose each other's phones. Where no lock can be
 * taken at all, for want of room or rights, opening the file itself says what is wrong.
 */
export function lockState(path: string): StateLock {
  const file = openLock(path);
  if (file === undefined) return { release: () => {} };
  if (isFree(file)) return { release: () => file.close() };
  file.close();
  throw new StateInUseError(
    `State file ${path} is used by another sipmasq; set [state] path to another file`,
  );
}

function openLock(path: string): Deno.FsFile | undefined {
  try {
    makeFolder(path);
    return Deno.openSync(lockPath(path), { write: true, create: true, mode: 0o600 });
  } catch {
    return undefined;
  }
}

/** False only when somebody holds it: a file system without locks is no reason not to start. */
function isFree(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    return true;
  }
}
