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

/** The running sipmasq that has a state file. */
export interface StateHolder {
  /** Its process id; undefined when its lock file does not tell. */
  readonly pid: number | undefined;
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
  if (isFree(file)) {
    sign(file);
    return { release: () => file.close() };
  }
  file.close();
  throw new StateInUseError(secondText(path, { pid: signerOf(path) }));
}

/** The sipmasq that has a state file now; nothing is made, and the file stays free if it is. */
export function findStateHolder(path: string): StateHolder | undefined {
  try {
    // A pipe in its place would be waited for.
    if (!Deno.lstatSync(lockPath(path)).isFile) return undefined;
    // Open for reading: a shared lock needs no more, and asks the same question.
    const file = Deno.openSync(lockPath(path), { read: true });
    try {
      return file.tryLockSync(false) ? undefined : { pid: signerOf(path) };
    } finally {
      file.close();
    }
  } catch {
    return undefined;
  }
}

/** Why a second one does not start, and the next step. */
export function secondText(path: string, holder: StateHolder): string {
  return `${inUseText(path, holder)}; end it first, or set [state] path to another file`;
}

/** Who has the state file. */
export function inUseText(path: string, { pid }: StateHolder): string {
  const who = pid === undefined ? "Another sipmasq" : `Another sipmasq (pid ${pid})`;
  return `${who} is running with this state, ${path}`;
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

/** Writes who we are, for the next one that wants the file. */
function sign(file: Deno.FsFile): void {
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // A disk too full for it is no reason not to start.
  }
}

function signerOf(path: string): number | undefined {
  try {
    const text = Deno.readTextFileSync(lockPath(path)).trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
