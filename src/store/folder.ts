/** Endings of what we, and SQLite for us, keep beside a state file under its name. */
const ENDINGS =
  /^(|-wal|-shm|-journal|\.lock|\.loading|\.secret|\.secret\.new|(\.secret)?\.bad-.*)$/;
/** What looks for a place makes a probe for a moment, and a self-extracting program unpacks to `runtime`. */
const BESIDE = /^(\.probe-.*|runtime)$/;
const STICKY = 0o1000;
const OF_OTHERS = 0o077;

/** The folder of a file. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** Where the marker of a start that is reading a state file lies. */
export function markerPath(path: string): string {
  return `${path}.loading`;
}

/** Makes the folder of a file, for its owner alone. */
export function makeFolder(path: string): void {
  Deno.mkdirSync(folderOf(path), { recursive: true, mode: 0o700 });
}

/** Names of a state's files that are there, whole paths. */
export function stateFilesOf(path: string): string[] {
  const folder = folderOf(path);
  return namesIn(folder).filter((name) => isOurs(name, path)).map((name) =>
    folder === "/" ? `/${name}` : `${folder}/${name}`
  );
}

/**
 * True for a folder that holds this state and nothing else, so that nobody misses it when others may not enter.
 * Folders that anybody may use, as `/tmp`, and those at the top of the tree, as an empty `/srv`, are never taken for
 * one: users expect them to stay as they are.
 */
export function isOwnFolder(path: string): boolean {
  const folder = folderOf(path);
  if (((Deno.lstatSync(folder).mode ?? 0) & STICKY) !== 0) return false;
  if (folder.lastIndexOf("/") <= 0) return false;
  return namesIn(folder).every((name) => isOurs(name, path) || BESIDE.test(name));
}

/**
 * Takes from others what former versions, a copy or an umask gave them: files become 0600, a folder of our own 0700.
 * Returns what others could use before.
 */
export function closeToOthers(path: string): string[] {
  const opened: string[] = [];
  if (!isFolder(folderOf(path))) return opened;
  if (isOwnFolder(path)) close(folderOf(path), 0o700, opened);
  for (const file of stateFilesOf(path)) close(file, 0o600, opened);
  return opened;
}

function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}

function close(name: string, mode: number, opened: string[]): void {
  try {
    const info = Deno.lstatSync(name);
    if (info.isSymlink || ((info.mode ?? 0) & OF_OTHERS) === 0) return;
    Deno.chmodSync(name, mode);
    opened.push(name);
  } catch {
    // Some file systems have no modes, and a folder of root's is not ours to change.
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

function isOurs(name: string, path: string): boolean {
  const own = path.slice(path.lastIndexOf("/") + 1);
  return name.startsWith(own) && ENDINGS.test(name.slice(own.length));
}
