import { readScript, type Script } from "./script.ts";

const HERE = new URL("./", import.meta.url);

/** Names of all flow files, sorted. */
export function flowFiles(): string[] {
  const names = [...Deno.readDirSync(HERE)].map((entry) => entry.name);
  return names.filter((name) => name.endsWith(".flow")).sort();
}

/** Reads one flow file with the parts it uses. */
export function loadScript(name: string): Script {
  return readScript(name, Deno.readTextFileSync(new URL(name, HERE)), readPart);
}

/** Text of `parts/NAME.part`. */
export function readPart(name: string): string {
  return Deno.readTextFileSync(new URL(`parts/${name}.part`, HERE));
}

/** Changes the lines of a flow file. */
export function writeFlow(name: string, change: (lines: string[]) => void): void {
  const url = new URL(name, HERE);
  const lines = Deno.readTextFileSync(url).split("\n");
  change(lines);
  Deno.writeTextFileSync(url, lines.join("\n"));
}
