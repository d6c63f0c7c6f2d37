import { assertEquals } from "@std/assert";
import { locate } from "../../../src/config/locate.ts";

function linesOf(text: string): Record<string, number> {
  const { lines, faults } = locate(text);
  assertEquals(faults, []);
  return Object.fromEntries(lines);
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
    const { duplicates } = locate(text);
    assertEquals(duplicates.map(({ path, line, first }) => [path, line, first]), found, text);
  }
});

const SIGN = 'a key needs "=" and a value';
const NO_VALUE = "a value is missing";
const NO_KEY = "a key is missing";
const REST = "something follows where the line must end";
const BARE = "a text needs quotes";
const OPEN = "what begins with [ has no ]";

const FAULTS: [text: string, faults: [line: number, column: number, what: string][]][] = [
  ["a", [[1, 2, SIGN]]],
  ["a\n= 1", [[1, 2, SIGN], [2, 1, NO_KEY]]],
  ["\n  = 1", [[2, 3, NO_KEY]]],
  ["a. = 1", [[1, 4, NO_KEY]]],
  ["a =", [[1, 4, NO_VALUE]]],
  ["a = # 1\n", [[1, 5, NO_VALUE]]],
  ["a = [1,,]", [[1, 8, NO_VALUE]]],
  ["[a\nb = 1", [[1, 3, "a table header needs ]"]]],
  ["[[a]\n", [[1, 4, "a table header needs ]]"]]],
  ["[]", [[1, 2, NO_KEY]]],
  ["[a] b", [[1, 5, REST]]],
  ['a = "b" c', [[1, 9, REST]]],
  ['a = "b",', [[1, 8, "a line ends without a comma"]]],
  ['a = "b" ; c', [[1, 9, "a comment begins with #"]]],
  ["[a] // c", [[1, 5, "a comment begins with #"]]],
  ['é = "b" c', [[1, 1, NO_KEY]]],
  ['a = "\u{1d4b3}é" c', [[1, 10, REST]]],
  ['a = "b\nc = "d"', [[1, 5, 'a text that begins with " has no end']]],
  ["a = 'b", [[1, 5, "a text that begins with ' has no end"]]],
  ['a = 1\nb = """\n\n', [[2, 5, 'a text that begins with " has no end']]],
  ["a = [\n1\n2 ]", [[3, 1, "a comma is missing"]]],
  ["a = [1 2]\nb = x", [[1, 6, BARE], [2, 5, BARE]]],
  ["a = ['1' 2]\nb = x", [[1, 10, "a comma is missing"], [2, 5, BARE]]],
  ["a = [\n1,\nb = 2", [[1, 5, OPEN]]],
  ["a = [\n1\n[b]\nc = x", [[1, 5, OPEN], [4, 5, BARE]]],
  ["a = [1\n\n", [[1, 5, OPEN]]],
  ["a = { b = 1", [[1, 5, "what begins with { has no }"]]],
  ["a = { b }", [[1, 9, SIGN]]],
  ['"\\q" = 1', [[1, 5, "a quoted key has an escape that is not known"]]],
  [`a = ${"[".repeat(40)}`, [[1, 22, "nested more than 16 deep"]]],
  [
    'a = "\\s"',
    [[1, 5, "\\ begins an escape and \\s is none: write \\\\, or the text in ' on both sides"]],
  ],
  ["a = x\nb = [y, 'z', w]\nc\nd = 1", [[1, 5, BARE], [2, 6, BARE], [2, 14, BARE], [3, 2, SIGN]]],
];

Deno.test("everything that is not TOML is named with its place", () => {
  for (const [text, expected] of FAULTS) {
    const faults = locate(text).faults.map(({ line, column, what }) => [line, column, what]);
    assertEquals(faults, expected, text);
  }
});

Deno.test("what follows a fault is read, unless it may stand under another table", () => {
  const read = (text: string) => {
    const { statements, damaged } = locate(text);
    const values = statements.filter(({ broken }) => !broken);
    return [values.map(({ path }) => path.join(".")).join(" "), damaged];
  };
  assertEquals(read("[a]\nb = x\nc = 1"), ["a a.c", false]);
  assertEquals(read("[a]\nb\nc = 1 2\nd = 1"), ["a a.d", false]);
  assertEquals(read("[a] x\nb = 1"), ["a a.b", false]);
  assertEquals(read("[a\nb = 1"), ["b", true]);
  assertEquals(read("a = [\n'x',\n'y'\n[b]\nc = 1"), ["b b.c", true]);
  assertEquals(read('a = """\nx\ny = 1'), ["y", true]);
});

Deno.test("a text of nothing but faults ends after a hundred of them", () => {
  assertEquals(locate("x\n".repeat(5000)).faults.length, 100);
});

Deno.test("a fault knows what stands in place of its value", () => {
  const raws = (text: string) => locate(text).faults.map(({ wants, raw }) => [wants, raw]);
  assertEquals(raws("a = x y # z\nb: c\nd ="), [
    ["value", "x y"],
    ["assignment", "c"],
    ["value", undefined],
  ]);
  assertEquals(raws("a = 'x\nb = 1 2\n[c"), [
    ["value", "'x"],
    ["value", "1 2"],
    [undefined, undefined],
  ]);
});

Deno.test("a statement keeps its value as written, without the comment behind it", () => {
  const { statements } = locate('[t]\na = "x" # y\nb = [ 1,\n  2 ] # z\nc = 1 # w\n');
  assertEquals(statements.map(({ value }) => value), [undefined, '"x"', "[ 1,\n  2 ]", "1"]);
});
