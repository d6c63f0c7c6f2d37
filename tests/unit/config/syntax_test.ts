import { assertEquals } from "@std/assert";
import { readDocument } from "../../../src/config/document.ts";
import { syntaxProblems } from "../../../src/config/syntax.ts";

function problems(text: string) {
  return syntaxProblems(readDocument(text), text);
}

const HINTS: [line: string, path: string, text: string][] = [
  ["[log]\nlevel = info", "log.level", 'a text needs quotes: write "info"'],
  ["[inside]\nlisten = 5x", "inside.listen", 'a text needs quotes: write it as in ["udp:5060"]'],
  ["[inside]\nlisten = udp:5070", "inside.listen", 'a text needs quotes: write ["udp:5070"]'],
  ["[inside]\nlisten = [\nudp:5070]", "inside.listen[0]", 'a text needs quotes: write "udp:5070"'],
  ["[inside]\nnetworks = [x]", "inside.networks[0]", "a text needs quotes"],
  ["[log]\nlevel: info", "log.level", 'a key needs "=" and a value: write level = "info"'],
  ["[log]\nlevel", "log.level", 'a key needs "=" and a value: write it as in level = "info"'],
  ["[log]\nlevel = 'info", "log.level", 'a text that begins with \' has no end: write "info"'],
  ["[log]\ncolour = x", "log.colour", "a text needs quotes"],
  ["[logs]\nlevel = x", "logs.level", "a text needs quotes"],
  ["constructor = x", "constructor", "a text needs quotes"],
  ["[[provider]]\nadmit = known", "provider[0].admit", 'a text needs quotes: write "known"'],
  ["[log]\nlevel.x = info", "log.level.x", "a text needs quotes"],
];

Deno.test("a fault offers what its key takes, in the key's own type", () => {
  for (const [line, path, text] of HINTS) {
    const [problem] = problems(line);
    assertEquals([problem?.path, problem?.text], [path, `Not TOML: ${text}`], line);
  }
});

Deno.test("each fault has its place and its line's text", () => {
  assertEquals(
    problems("\ufeffa = b\r\n\tc = d\r\n").map(({ line, column, source }) => [
      line,
      column,
      source,
    ]),
    [[1, 5, "a = b"], [2, 6, "\tc = d"]],
  );
});

Deno.test("twenty faults are shown, the others are counted", () => {
  const all = problems("a\n".repeat(25));
  assertEquals([all.length, all.at(-1)?.line], [21, 21]);
  assertEquals(all.at(-1)?.text, "Not TOML: 5 more faults from here on");
});
