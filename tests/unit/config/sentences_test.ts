import { assertEquals } from "@std/assert";
import { describeProblems } from "../../../src/config/problem.ts";
import { readSettings } from "../../../src/config/read.ts";

/** What an operator reads: configurations, each with its problems below, indented; `f` is the file. */
const TEXT = Deno.readTextFileSync(new URL("./sentences.txt", import.meta.url));
const INDENT = "    ";
const LOADS = "(loads)";

interface Block {
  readonly toml: string;
  readonly lines: readonly string[];
}

function blockOf(text: string): Block {
  const all = text.trimEnd().split("\n");
  const toml = all.filter((line) => !line.startsWith(INDENT)).join("\n");
  const lines = all.filter((line) => line.startsWith(INDENT));
  return { toml, lines: lines.map((line) => line.slice(INDENT.length)) };
}

const BLOCKS = TEXT.split("\n\n").map(blockOf);

function problems(toml: string): string[] {
  const read = readSettings(toml);
  return read.ok ? [LOADS] : describeProblems("f", read.reason);
}

Deno.test("each wrong configuration gets exactly the sentences below it", () => {
  for (const { toml, lines } of BLOCKS) assertEquals(problems(toml), lines, toml);
});

const VALUE = String.raw`(?:"[^"]*"|\[(?:"[^"]*"(?:, )?)+\])`;
const NAMED = new RegExp(String.raw`(\w+) = (${VALUE})(?: under \[(\w+)\])?`, "g");
const BARE = new RegExp(String.raw`(?:write|write it as in|as in| or) (${VALUE})`, "g");

/** Every line of TOML that a problem's sentence tells to write, with its section. */
function offered(problem: string): string[] {
  const [, path, text] = /^f:[\d:]+ ([\w.[\]-]+): (.*)$/.exec(problem) ?? [];
  if (path === undefined || text === undefined) return [];
  const [section = "", key = "", item] = path.replace(/^provider\[\d\]/, "provider").split(/[.[]/);
  const under = /, under \[(\w+)\]/.exec(text)?.[1] ?? section;
  const named = [...text.matchAll(NAMED)].map(([, name, value, where]) =>
    inSection(where ?? under, `${name} = ${value}`)
  );
  const bare = [...text.replaceAll(NAMED, "").matchAll(BARE)].map(([, value]) =>
    inSection(section, `${key} = ${item === undefined ? value : `[${value}]`}`)
  );
  return [...named, ...bare];
}

function inSection(section: string, line: string): string {
  if (section !== "provider") return `[${section}]\n${line}`;
  return `[[provider]]\n${line.startsWith("domain") ? "" : 'domain = "a.example"\n'}${line}`;
}

Deno.test("everything that a sentence tells to write is a valid configuration", () => {
  const all = BLOCKS.flatMap(({ lines }) => lines.flatMap(offered));
  assertEquals(all.length > 100, true, `${all.length} offers were found`);
  for (const toml of all) assertEquals(problems(toml), [LOADS], toml);
});

Deno.test("what a sentence tells to write is found in it", () => {
  assertEquals(offered('f:2: inside.networks[0]: No: write "10.0.0.0/8" or "10.0.0.1/32"'), [
    '[inside]\nnetworks = ["10.0.0.0/8"]',
    '[inside]\nnetworks = ["10.0.0.1/32"]',
  ]);
  assertEquals(offered('f:2:7: provider[0].admit: No: write it as in "token"'), [
    '[[provider]]\ndomain = "a.example"\nadmit = "token"',
  ]);
  assertEquals(offered('f:2: log.x: It is y here, under [inside]: write y = ["a", "b"]'), [
    '[inside]\ny = ["a", "b"]',
  ]);
});
