import { assertEquals } from "@std/assert";
import { locate } from "../../../src/config/locate.ts";

function linesOf(text: string): Record<string, number> {
  const located = locate(text);
  if (!located.ok) throw new Error(`line ${located.reason.line}: ${located.reason.what}`);
  return Object.fromEntries(located.value.lines);
}

const PLACES: [what: string, text: string, lines: Record<string, number>][] = [
  ["nothing", "", {}],
  ["comments and blank lines", "# a = 1\n\n  # [b]\n", {}],
  ["keys of tables", "a = 1\n[b]\nc = 2\n[d]\nc = 3", { a: 1, b: 2, "b.c": 3, d: 4, "d.c": 5 }],
  ["a line end of its own kind", "[a]\r\nb = 1\r\nc = 2\r\n", { a: 1, "a.b": 2, "a.c": 3 }],
  ["dotted keys", "a.b . c = 1\na.d = 2", { a: 1, "a.b": 1, "a.b.c": 1, "a.d": 2 }],
  ["dotted tables", "[a.b]\nc = 1\n[a]\nd = 1", { a: 1, "a.b": 1, "a.b.c": 2, "a.d": 4 }],
  ["quoted keys", `"a b" = 1\n'c.d' = 2\n"e" = 3`, { '"a b"': 1, '"c.d"': 2, e: 3 }],
  ["an escape in a key", `"\\u0061" = 1`, { a: 1 }],
  ["signs in texts", `a = "# = [x] \\" y" # b = 1\nc = '\\'\nd = ""`, { a: 1, c: 2, d: 3 }],
  ["a long text", 'a = """\n[b]\nc = 1\n\\"""\n""""\nd = 2', { a: 1, d: 6 }],
  ["a long literal text", "a = '''\nb = '1'\n'''\nc = 2", { a: 1, c: 4 }],
  [
    "a list over lines",
    'a = [ # one\n  "]", # ]\n\n  "x", ["y",\n"z"],\n]\nb = 1',
    { a: 1, "a[0]": 2, "a[1]": 4, "a[2]": 4, "a[2][0]": 4, "a[2][1]": 5, b: 7 },
  ],
  ["an empty list", "a = []\nb = [ ]", { a: 1, b: 2 }],
  ["an inline table", "a = { b = 1, c.d = [2] }", { a: 1, "a.b": 1, "a.c.d": 1, "a.c.d[0]": 1 }],
  [
    "a list of tables",
    "[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3",
    { a: 1, "a[0]": 1, "a[0].b": 2, "a[1]": 3, "a[1].b": 4, "a[1].c": 5, "a[1].c.d": 6 },
  ],
];

Deno.test("every key path is mapped to its line", () => {
  for (const [what, text, lines] of PLACES) assertEquals(linesOf(text), lines, what);
});

const DUPLICATES: [text: string, found: [path: string, line: number, first: number][]][] = [
  ["a = 1\nb = 2\na = 3", [["a", 3, 1]]],
  ["[a]\nb = 1\n'b' = 2\n\"b\" = 3", [["a.b", 3, 2], ["a.b", 4, 2]]],
  ["[a]\nb = 1\n[c]\n[a]\nd = 1", [["a", 4, 1]]],
  ["[a]\nb = 1\n[a]\nb = 2", [["a", 3, 1], ["a.b", 4, 2]]],
  ["a = 1\na.b = 2", [["a", 2, 1]]],
  ["a = 1\n[a]", [["a", 2, 1]]],
  ["a = 1\n[[a]]", [["a", 2, 1]]],
  ["[a]\n[[a]]", [["a", 2, 1]]],
  ["[[a]]\n[a]", [["a", 2, 1]]],
  ["a.b = 1\na = 2", [["a", 2, 1]]],
  ["a = { b = 1,\n b = 2 }", [["a.b", 2, 1]]],
  ["a = { b = 1 }\na.c = 2", [["a", 2, 1]]],
  ["[a]\nb = 1\n[c]\nb = 1", []],
  ["a.b = 1\na.c = 2", []],
  ["[a.b]\n[a]", []],
  ["[[a]]\nb = 1\n[[a]]\nb = 1", []],
];

Deno.test("what is given twice is found with both lines, what only looks alike is not", () => {
  for (const [text, found] of DUPLICATES) {
    const located = locate(text);
    if (!located.ok) throw new Error(located.reason.what);
    const duplicates = located.value.duplicates;
    assertEquals(duplicates.map(({ path, line, first }) => [path, line, first]), found, text);
  }
});

const FAULTS: [text: string, line: number, what: string][] = [
  ["a", 1, `a key needs "=" and a value`],
  ["a\n= 1", 1, `a key needs "=" and a value`],
  ["\n= 1", 2, "a key is missing"],
  ["a. = 1", 1, "a key is missing"],
  ["a =", 1, "a value is missing"],
  ["a = # 1\n", 1, "a value is missing"],
  ["a = [1,,]", 1, "a value is missing"],
  ["[a\nb = 1", 1, "a table header needs ]"],
  ["[[a]\n", 1, "a table header needs ]]"],
  ["[]", 1, "a key is missing"],
  ["[a] b", 1, "something follows where the line must end"],
  ['a = "b" c', 1, "something follows where the line must end"],
  ['a = "b\nc = "d"', 1, 'a text that begins with " has no end'],
  ["a = 'b", 1, "a text that begins with ' has no end"],
  ['a = 1\nb = """\n\n', 2, 'a text that begins with " has no end'],
  ["a = [\n1,\nb = 2", 3, "a comma is missing"],
  ["a = [1\n\n", 1, "what begins with [ has no ]"],
  ["a = { b = 1", 1, "what begins with { has no }"],
  ["a = { b }", 1, `a key needs "=" and a value`],
  ['"\\q" = 1', 1, "a quoted key has an escape that is not known"],
  [`a = ${"[".repeat(40)}`, 1, "nested more than 16 deep"],
];

Deno.test("what is not TOML is named with its line", () => {
  for (const [text, line, what] of FAULTS) {
    const located = locate(text);
    assertEquals(located.ok ? undefined : located.reason, { line, what }, text);
  }
});

Deno.test("a statement keeps its value as written, without the comment behind it", () => {
  const located = locate('[t]\na = "x" # y\nb = [ 1,\n  2 ] # z\nc = 1 # w\n');
  const values = located.ok ? located.value.statements.map(({ value }) => value) : [];
  assertEquals(values, [undefined, '"x"', "[ 1,\n  2 ]", "1"]);
});
