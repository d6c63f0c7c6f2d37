import { assertEquals } from "@std/assert";
import { describeProblems } from "../../src/config/problem.ts";
import { readSettings } from "../../src/config/read.ts";
import { type Keys, LISTS, SECTIONS } from "../../src/config/schema.ts";

const ROOT = new URL("../../", import.meta.url);

/** Keys of an example that are missing, have no sentence above them, or another value than the default. */
function exampleFaults(text: string): string[] {
  const lines = text.split("\n");
  const sections = Object.entries(SECTIONS).flatMap(([section, keys]) =>
    blockKeyFaults(section, keys, blockOf(lines, `[${section}]`))
  );
  const tables = Object.entries(LISTS).flatMap(([name, { keys }]) =>
    blockKeyFaults(name, keys, blockOf(uncommented(text).split("\n"), `[[${name}]]`))
  );
  return [...sections, ...tables];
}

/** The example with its commented-out blocks in force; a comment has a space behind its #. */
function uncommented(text: string): string {
  return text.replaceAll(/^#(?=\S)/gm, "");
}

function blockOf(lines: readonly string[], header: string): readonly string[] {
  const start = lines.indexOf(header);
  const end = lines.findIndex((line, index) => index > start && line.startsWith("["));
  return start < 0 ? [] : lines.slice(start, end < 0 ? undefined : end);
}

function blockKeyFaults(
  name: string,
  keys: Keys<never>,
  block: readonly string[],
): string[] {
  return Object.entries(keys).flatMap(([key, { missing, default: usual, write }]) => {
    // A key without a default is shown with the value that its own hint gives.
    const line = missing === undefined ? `${key} = ${write(usual)}` : missing.split(" as in ")[1]!;
    const index = block.indexOf(line);
    if (index < 0) return [`${name}.${key}: not there with its default`];
    return /^# \S.*\.$/.test(block[index - 1]!) ? [] : [`${name}.${key}: no sentence`];
  });
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

Deno.test("the commented-out blocks of config.toml.example are valid, with the defaults", () => {
  const text = Deno.readTextFileSync(new URL("config.toml.example", ROOT));
  const read = readSettings(uncommented(text));
  assertEquals(read.ok ? [] : describeProblems("config.toml.example", read.reason), []);
  assertEquals(read.ok && read.value.settings.providers, [{
    domain: "provider.example",
    outboundProxy: undefined,
    servers: [],
    admit: "token",
    contact: "dialog",
    media: "strict",
  }]);
});

Deno.test("an example without a key, a sentence or the right default is found", () => {
  const text = Deno.readTextFileSync(new URL("config.toml.example", ROOT));
  const without = (part: string, by: string) => exampleFaults(text.replace(part, by));
  assertEquals(without('idle = "5m"\n', ""), ["media.idle: not there with its default"]);
  assertEquals(without('idle = "5m"\n', 'idle = "6m"\n'), [
    "media.idle: not there with its default",
  ]);
  assertEquals(without('"error", "warn", "info" or "debug".', "x"), ["log.level: no sentence"]);
  assertEquals(without('#admit = "token"\n', ""), ["provider.admit: not there with its default"]);
  assertEquals(without("is the registered one, for a provider that refuses calls otherwise.", ""), [
    "provider.contact: no sentence",
  ]);
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
