import { ok, refuse, type Result } from "../base/result.ts";
import { reasonOf } from "./send.ts";

/** The text of a file below `/proc`, by `cat`: Deno itself reads nothing there without all permissions. */
export async function readProc(path: string): Promise<Result<string>> {
  try {
    // Without our environment: Deno spawns nothing when LD_PRELOAD is set, as it is for some allocators.
    const options: Deno.CommandOptions = {
      args: [path],
      clearEnv: true,
      stdin: "null",
      stderr: "null",
    };
    const { success, stdout } = await new Deno.Command("cat", options).output();
    if (success) return ok(new TextDecoder().decode(stdout));
    return refuse(`Could not read ${path}`);
  } catch (error) {
    return refuse(`Could not read ${path} with cat: ${reasonOf(error)}`);
  }
}
