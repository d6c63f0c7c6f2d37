import { bytesToText } from "../../src/base/bytes.ts";
import { judge, messageName } from "./originals.ts";

/** What a run came to: exit code and all it has to say. */
export interface Run {
  readonly code: number;
  readonly lines: readonly string[];
}

/**
 * Judges every message in a folder, e.g. RFC 4475's own archive: exit code 1 when one surprises,
 * 2 when there is nothing to judge. Files of other kinds are skipped.
 */
export async function runFolder(folder: string): Promise<Run> {
  const names = await filesOf(folder);
  if (typeof names === "string") return { code: 2, lines: [names] };
  const lines: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of names) {
    const name = messageName(file);
    if (name === undefined) {
      counts.skipped++;
      continue;
    }
    const { words, surprises } = judge(name, bytesToText(await Deno.readFile(`${folder}/${file}`)));
    counts[surprises.length === 0 ? "passed" : "failed"]++;
    lines.push(`${surprises.length === 0 ? "ok   " : "FAIL "} ${words}`);
    lines.push(...surprises.map((surprise) => `      ${surprise}`));
  }
  const { passed, failed, skipped } = counts;
  if (passed + failed === 0) {
    const words = `No message in ${folder}: their names end in .dat, .txt, .sip or .bin`;
    return { code: 2, lines: [words] };
  }
  lines.push("", `${passed} passed, ${failed} failed, ${skipped} skipped`);
  return { code: failed === 0 ? 0 : 1, lines };
}

/** Names of the files in a folder, in order; or why there are none. */
async function filesOf(folder: string): Promise<string[] | string> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory) names.push(name);
    }
  } catch (error) {
    return `Cannot read the folder ${folder}: ${error instanceof Error ? error.message : error}`;
  }
  return names.sort();
}

async function main(): Promise<number> {
  const [folder = ""] = Deno.args;
  if (folder === "") {
    console.log("Say which folder holds the messages: make torture FOLDER=path");
    return 2;
  }
  const { code, lines } = await runFolder(folder);
  for (const line of lines) console.log(line);
  return code;
}

if (import.meta.main) Deno.exit(await main());
