import { isMissing, messageOf } from "../store/faults.ts";

/** Why this user cannot keep a state at a path; undefined when it can. It makes no folder and leaves nothing. */
export function stateObstacle(path: string): string | undefined {
  try {
    const info = statOf(path);
    if (info === undefined) probeFolder(folderOf(path));
    else if (info.isDirectory) return "it is a folder";
    else if (!info.isFile) return "it is no plain file";
    else Deno.openSync(path, { read: true, write: true }).close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A folder that is not there yet can be made where the next one above it can be written. */
function probeFolder(folder: string): void {
  const above = folderOf(folder);
  if (statOf(folder) === undefined && above !== folder) return probeFolder(above);
  Deno.removeSync(Deno.makeTempFileSync({ dir: folder, prefix: ".probe-" }));
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}
