import { contentsOf } from "./contents.ts";
import { isMissing, messageOf } from "./faults.ts";
import { folderOf, isOwnFolder, markerPath } from "./folder.ts";
import { lockPath } from "./lock.ts";
import { readSecret, secretPath } from "./secret.ts";

/** Thrown when what lies at a path is not ours to use; nothing was changed, and its message is for the user. */
export class StateRefusedError extends Error {
  /** Its name, as logs and tests tell it from other faults. */
  override readonly name = "StateRefusedError";
}

/** What was found at a path that may be used. */
export interface Ownership {
  /** True when a secret of ours lies beside: then a damaged file may be set aside. */
  readonly proven: boolean;
  /** Why nothing there may be touched, though the start goes on without it. */
  readonly doubt?: string;
  /** True when a state of ours lies there whose secret is gone. */
  readonly secretLost?: boolean;
}

/** Who asks. */
export interface Asker {
  /** The user who runs the program; owners are not compared when it is not known. */
  readonly uid?: number | undefined;
}

const DOUBT = "it cannot be read, and neither can the secret beside it: " +
  "nothing shows that they are ours, and both are left alone";
const STICKY = 0o1000;
const WRITTEN_BY_ALL = 0o002;
const ANOTHER = "set [state] path to another file";

/**
 * Judges a state path before anything is made, opened for writing or locked there: throws a
 * {@linkcode StateRefusedError} for links, for what belongs to another user, for a database that shows itself to be
 * another program's, and for content that neither our secret beside it nor our own record in it shows to be ours.
 */
export function inspectState(path: string, { uid }: Asker = {}): Ownership {
  inspectFolder(path, uid);
  const logs = [`${path}-wal`, `${path}-shm`];
  const names = [path, secretPath(path), lockPath(path), markerPath(path), ...logs];
  for (const name of names) inspectFile(name, uid);
  const secret = readSecret(path).kind;
  const contents = infoOf(path) === undefined ? "empty" : contentsOf(path).kind;
  if (contents === "foreign" && secret !== "missing") {
    throw new StateRefusedError(
      `State file ${path} is left alone: it is a database of another program, though a secret of ` +
        `sipmasq lies beside it; ${ANOTHER}`,
    );
  }
  if (secret === "good") return { proven: true };
  if (contents === "ours") return { proven: false, secretLost: secret === "missing" };
  if (contents === "empty") return { proven: false };
  // A damaged secret still says who was here, and a router must start: memory serves then.
  if (secret !== "missing") return { proven: false, doubt: DOUBT };
  throw new StateRefusedError(
    `State file ${path} is left alone: it has content, and no secret beside it ` +
      `(${secretPath(path)}) shows that sipmasq wrote it; bring that secret too, or ${ANOTHER}`,
  );
}

function inspectFolder(path: string, uid: number | undefined): void {
  const folder = folderOf(path);
  const info = infoOf(folder);
  if (info === undefined) return;
  if (info.isSymlink) {
    throw new StateRefusedError(
      `State folder ${folder} is a link; set [state] path to a file in the folder it leads to`,
    );
  }
  if (!info.isDirectory) return;
  // Root may do everything anyway, so a folder of root's is as good as our own.
  if (uid !== undefined && info.uid !== 0) refuseOwner(`State folder ${folder}`, info, uid);
  const mode = info.mode ?? 0;
  if ((mode & WRITTEN_BY_ALL) === 0 || (mode & STICKY) !== 0) return;
  // One of our own is closed to others before anything is made in it.
  if (isOwnFolder(path) && (uid === undefined || uid === info.uid)) return;
  throw new StateRefusedError(
    `State folder ${folder} may be written by everybody, who could replace the state; ` +
      `run: chmod o-w ${folder}, or set [state] path to a file in a folder of its own`,
  );
}

function inspectFile(file: string, uid: number | undefined): void {
  const info = infoOf(file);
  if (info === undefined) return;
  if (info.isSymlink) {
    throw new StateRefusedError(`${file} is a link and is left alone; remove it, or ${ANOTHER}`);
  }
  if (info.isDirectory) {
    throw new StateRefusedError(`${file} is a folder and is left alone; ${ANOTHER}`);
  }
  if (!info.isFile) {
    throw new StateRefusedError(
      `${file} is a device, a pipe or a socket and is left alone; ${ANOTHER}`,
    );
  }
  if (uid !== undefined) refuseOwner(file, info, uid);
}

function refuseOwner(what: string, info: Deno.FileInfo, uid: number): void {
  if (info.uid === null || info.uid === uid) return;
  throw new StateRefusedError(
    `${what} belongs to user ${info.uid}, and this sipmasq runs as user ${uid}: it is left ` +
      `alone; run as that user, give it to this one with chown, or ${ANOTHER}`,
  );
}

/** What has that name; undefined when nothing has, or when it cannot be seen: then opening it says why. */
function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    // No permission but all of them covers what lies there.
    if (!(error instanceof Deno.errors.NotCapable) || isMissing(error)) return undefined;
    throw new StateRefusedError(
      `State file ${path} is left alone: ${messageOf(error)}; ${ANOTHER}`,
    );
  }
}
