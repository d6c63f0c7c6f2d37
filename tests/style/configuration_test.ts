import { assertEquals } from "@std/assert";
import { describeProblems } from "../../src/config/problem.ts";
import { readSettings } from "../../src/config/read.ts";
import { SECTIONS } from "../../src/config/schema.ts";

const ROOT = new URL("../../", import.meta.url);

/** Keys of an example that are missing, have no sentence above them, or another value than the default. */
function exampleFaults(text: string): string[] {
  const lines = text.split("\n");
  const faults: string[] = [];
  for (const [section, keys] of Object.entries(SECTIONS)) {
    const start = lines.indexOf(`[${section}]`);
    const end = lines.findIndex((line, index) => index > start && line.startsWith("["));
    const body = lines.slice(start, end < 0 ? undefined : end);
    for (const [name, key] of Object.entries(keys)) {
      const index = body.indexOf(`${name} = ${key.write(key.default)}`);
      if (start < 0 || index < 0) faults.push(`${section}.${name}: not there with its default`);
      else if (!/^# \S.*\.$/.test(body[index - 1]!)) faults.push(`${section}.${name}: no sentence`);
    }
  }
  return faults;
}

/** Problems of all fenced `toml` blocks of a Markdown text, each read as a configuration. */
function blockFaults(file: string, markdown: string): string[] {
  const blocks = markdown.matchAll(/^```toml\n([^]*?)^```/gm);
  return [...blocks].flatMap(([, block]) => {
    const read = readSettings(block!);
    return read.ok ? [] : describeProblems(file, read.reason);
  });
}

function markdownFiles(folder: URL): URL[] {
  const skipped = new Set([".git", ".deno", "dist", "coverage", "node_modules"]);
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    if (entry.isDirectory) return markdownFiles(new URL(`${entry.name}/`, folder));
    return entry.name.endsWith(".md") ? [new URL(entry.name, folder)] : [];
  });
}

Deno.test("config.toml.example shows every key with its default and a sentence", () => {
  const text = Deno.readTextFileSync(new URL("config.toml.example", ROOT));
  assertEquals(exampleFaults(text), []);
  const read = readSettings(text);
  const empty = readSettings("");
  assertEquals(read.ok && read.value.settings, empty.ok && empty.value.settings);
});

Deno.test("an example without a key, a sentence or the right default is found", () => {
  const text = Deno.readTextFileSync(new URL("config.toml.example", ROOT));
  const without = (part: string, by: string) => exampleFaults(text.replace(part, by));
  assertEquals(without('idle = "5m"\n', ""), ["media.idle: not there with its default"]);
  assertEquals(without('idle = "5m"\n', 'idle = "6m"\n'), [
    "media.idle: not there with its default",
  ]);
  assertEquals(without('"error", "warn", "info" or "debug".', "x"), ["log.level: no sentence"]);
  assertEquals(without("[log]", "[logs]"), ["log.level: not there with its default"]);
});

Deno.test("every toml block of the documentation is a valid configuration", () => {
  for (const file of markdownFiles(ROOT)) {
    assertEquals(blockFaults(file.pathname, Deno.readTextFileSync(file)), []);
  }
});

Deno.test("a toml block with a mistake is found", () => {
  const markdown = '# x\n\n```toml\n[log]\nlevel = "info"\n```\n\n```toml\n[log]\nlevle = 1\n```\n';
  assertEquals(blockFaults("x.md", markdown), [
    "x.md:2: log.levle: Unknown key: did you mean level",
  ]);
});
