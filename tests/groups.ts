const TESTS = new URL("./", import.meta.url);

/** A program that runs the files of several folders. */
type Group = "core" | "memory" | "shell" | "leaves";

/**
 * Which program runs the files of a folder below `tests`; the longest name counts. Each program reads and compiles
 * most of the source, which takes longer than most files run: `make test` starts four and not three hundred.
 */
const GROUPS: Readonly<Record<string, Group>> = {
  "unit/": "leaves",
  "style/": "leaves",
  "unit/proxy/": "core",
  "flow/": "core",
  "torture/": "core",
  // It measures the heap, which others must not fill.
  "unit/proxy/dialog_memory_test.ts": "memory",
  // They open sockets and files and wait for them.
  "unit/app/": "shell",
  "unit/net/": "shell",
  "unit/store/": "shell",
  "unit/selftest/": "shell",
};

/** Loads all test files of a group. */
export async function load(group: Group): Promise<void> {
  const paths = testFiles("").filter((path) => groupOf(path) === group);
  if (paths.length === 0) throw new Error(`Group ${group} has no test files`);
  for (const path of paths) await import(new URL(path, TESTS).href);
}

/** The group that runs a test file; undefined for one that has a program of its own. */
export function groupOf(path: string): Group | undefined {
  const folders = Object.keys(GROUPS).filter((folder) => path.startsWith(folder));
  const [longest = ""] = folders.sort((a, b) => b.length - a.length);
  return GROUPS[longest];
}

/** All test files in a folder below `tests`, and in those below it. */
export function testFiles(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, TESTS))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(`${folder}${name}/`);
    return name.endsWith("_test.ts") ? [`${folder}${name}`] : [];
  }).sort();
}
