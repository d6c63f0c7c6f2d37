const PREFIX = "sipmasq-bench-";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const folders = new Set<string>();
const children = new Set<Deno.ChildProcess>();

/** Makes a folder that goes when the benchmark ends by a signal; what earlier ones left that were killed goes now. */
export async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: `${PREFIX}${Deno.pid}-` });
  folders.add(folder);
  await sweep(folder.slice(0, folder.lastIndexOf("/")));
  return folder;
}

/** Removes a folder of {@linkcode makeFolder}. */
export async function removeFolder(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true });
  folders.delete(folder);
}

/** Has a process killed when the benchmark ends by a signal. */
export function watchChild(child: Deno.ChildProcess): Deno.ChildProcess {
  children.add(child);
  void child.status.then(() => children.delete(child));
  return child;
}

/** From now on a signal leaves no process and no folder behind. */
export function leaveNothingBehind(): void {
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => void clear());
}

async function clear(): Promise<never> {
  const running = [...children];
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(running.map((child) => child.status));
  for (const folder of folders) Deno.removeSync(folder, { recursive: true });
  Deno.exit(1);
}

/** Removes the folders of benchmarks that are no more. */
async function sweep(above: string): Promise<void> {
  for await (const { name } of Deno.readDir(above)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || await isRunning(pid)) continue;
    await Deno.remove(`${above}/${name}`, { recursive: true }).catch(() => {});
  }
}

async function isRunning(pid: string): Promise<boolean> {
  return await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
}
