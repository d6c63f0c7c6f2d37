/** A file's bytes by cat, for a program that has given up reading; throws what `Deno.readFile` would throw. */
export async function readByCat(path: string): Promise<Uint8Array> {
  // What begins with a dash would be an option, and a dash alone the standard input.
  const name = path.startsWith("-") ? `./${path}` : path;
  // Without our environment its complaints are English, and LD_PRELOAD does not keep Deno from spawning.
  const { success, stdout, stderr } = await new Deno.Command("cat", {
    args: [name],
    clearEnv: true,
    stdin: "null",
  }).output();
  if (success) return stdout;
  const complaint = new TextDecoder().decode(stderr).trim();
  if (complaint.endsWith("No such file or directory")) throw new Deno.errors.NotFound(complaint);
  if (complaint.endsWith("Permission denied")) throw new Deno.errors.PermissionDenied(complaint);
  throw new Error(complaint);
}
