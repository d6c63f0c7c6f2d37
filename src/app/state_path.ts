import { ok, refuse, type Result } from "../base/result.ts";
import { messageOf } from "../store/faults.ts";
import { stateObstacle } from "./state_probe.ts";

/** The environment that names a user's folders. */
export interface StateEnvironment {
  readonly home: string | undefined;
  readonly stateHome: string | undefined;
  readonly runtimeFolder: string | undefined;
}

const FILE = "state.kv";

/** Where `[state] path = "auto"` may lie, best first (DESIGN §6). */
export function stateCandidates(environment: StateEnvironment): string[] {
  const { home, stateHome, runtimeFolder } = environment;
  const ofUser = stateHome ?? (home === undefined ? undefined : `${home}/.local/state`);
  // The last is lost at the next boot, but lets a user without a home begin.
  const folders = ["/var/lib", ofUser, runtimeFolder];
  return folders.filter((folder) => folder !== undefined && folder.startsWith("/"))
    .map((folder) => `${folder}/sipmasq/${FILE}`);
}

/** The folders that the environment names; absent when they may not be asked for. */
export function systemStateEnvironment(): StateEnvironment {
  return {
    home: variable("HOME"),
    stateHome: variable("XDG_STATE_HOME"),
    runtimeFolder: variable("XDG_RUNTIME_DIR"),
  };
}

/** The first candidate whose folder can be made and written to. */
export async function findStatePath(candidates: readonly string[]): Promise<Result<string>> {
  const reasons: string[] = [];
  for (const path of candidates) {
    const folder = folderOf(path);
    const reason = await unwritable(folder);
    if (reason === undefined) return ok(path);
    reasons.push(`${folder}: ${reason}`);
  }
  return refuse(
    `Could not find a place for the state (${
      reasons.join("; ")
    }); set [state] path = "/FOLDER/${FILE}"`,
  );
}

/** The file system that holds a path, by the text of `/proc/mounts`: its longest mount point. */
export function fileSystemOf(path: string, mounts: string): string | undefined {
  let best = { point: "", type: undefined as string | undefined };
  for (const line of mounts.split("\n")) {
    const [, point, type] = line.split(" ");
    if (point === undefined || type === undefined) continue;
    const holds = point === "/" || path === point || path.startsWith(`${point}/`);
    // A later mount on the same point hides the earlier one.
    if (holds && point.length >= best.point.length) best = { point, type };
  }
  return best.type;
}

/** True for file systems that are empty after a boot. */
export function isVolatile(fileSystem: string | undefined): boolean {
  return fileSystem === "tmpfs" || fileSystem === "ramfs";
}

/** Where `run` would keep the state, or why this user cannot keep it, in words; nothing is made. */
export function plannedStatePath(setting: string): Result<string> {
  const paths = setting === "auto" ? stateCandidates(systemStateEnvironment()) : [setting];
  const reasons: string[] = [];
  for (const path of paths) {
    const reason = stateObstacle(path);
    if (reason === undefined) return ok(path);
    reasons.push(`${path}: ${reason}`);
  }
  return refuse(
    `State cannot be kept by this user (${reasons.join("; ")}); ` +
      "set [state] path to a file that can be written",
  );
}

async function unwritable(folder: string): Promise<string | undefined> {
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const probe = await Deno.makeTempFile({ dir: folder, prefix: ".probe-" });
    await Deno.remove(probe);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
