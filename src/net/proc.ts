import { ok, refuse, type Result } from "../base/result.ts";
import { reasonOf } from "./send.ts";

/** The text of a file below `/proc`, by `cat`: Deno itself reads nothing there without all permissions. */
export async function readProc(path: string): Promise<Result<string>> {
  try {
    const command = new Deno.Command("cat", { args: [path], stdin: "null", stderr: "null" });
    const { success, stdout } = await command.output();
    if (success) return ok(new TextDecoder().decode(stdout));
    return refuse(`Could not read ${path}`);
  } catch (error) {
    return refuse(`Could not read ${path} with cat: ${reasonOf(error)}`);
  }
}
