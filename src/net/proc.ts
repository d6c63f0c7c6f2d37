import { ok, refuse, type Result } from "../base/result.ts";
import { reasonOf } from "./send.ts";

/** How many paths one `cat` is given: the kernel bounds what stands in one command line. */
const PATHS_PER_CAT = 10_000;

/** The text of a file below `/proc`, by `cat`: Deno itself reads nothing there without all permissions. */
export async function readProc(path: string): Promise<Result<string>> {
  try {
    const { success, stdout } = await cat([path]);
    if (success) return ok(new TextDecoder().decode(stdout));
    return refuse(`Could not read ${path}`);
  } catch (error) {
    return refuse(`Could not read ${path} with cat: ${reasonOf(error)}`);
  }
}

/** The texts of those files that are there and may be read, one after the other. */
export async function readProcFiles(paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  try {
    for (let at = 0; at < paths.length; at += PATHS_PER_CAT) {
      const { stdout } = await cat(paths.slice(at, at + PATHS_PER_CAT));
      texts.push(new TextDecoder().decode(stdout));
    }
  } catch {
    // Without cat nothing more is known.
  }
  return texts.join("");
}

function cat(paths: readonly string[]): Promise<Deno.CommandOutput> {
  // Without our environment: Deno spawns nothing when LD_PRELOAD is set, as it is for some allocators.
  const options: Deno.CommandOptions = {
    args: [...paths],
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  };
  return new Deno.Command("cat", options).output();
}
