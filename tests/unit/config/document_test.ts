import { assertEquals } from "@std/assert";
import { readDocument } from "../../../src/config/document.ts";

function rootOf(text: string): unknown {
  const document = readDocument(text);
  return document.ok ? JSON.parse(JSON.stringify(document.value.root)) : document.reason;
}

const DOCUMENTS: [text: string, root: unknown][] = [
  ["", {}],
  ["\ufeffa = 1", { a: 1 }],
  ["[a]\nb = 'x'\r\nc = [true, 1.5]\r\n", { a: { b: "x", c: [true, 1.5] } }],
  ["[a.b]\nc = 1\n[a]\nd = 2", { a: { b: { c: 1 }, d: 2 } }],
  ["a.b = 1\na.c = { d = 2 }", { a: { b: 1, c: { d: 2 } } }],
  ["[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 2", { a: [{ b: 1 }, { c: { d: 2 } }] }],
  ["a = 1\na = 2", { a: 1 }],
  ["a = 1\n[[a]]\nb = 2", { a: 1 }],
  ["[a]", { a: {} }],
];

Deno.test("a text becomes tables, in any order of its headers", () => {
  for (const [text, root] of DOCUMENTS) assertEquals(rootOf(text), root, text);
});

Deno.test("a value that is not TOML is named with its line", () => {
  const bare = "the value is no number, true or false; a text needs quotes";
  assertEquals(rootOf("a = 1\nports = 10000-10999"), { line: 2, what: bare });
  const curly = 'these quotes are of a text processor; write " on both sides';
  assertEquals(rootOf("a = “info”"), { line: 1, what: curly });
  assertEquals(rootOf("a = tru"), { line: 1, what: bare });
  assertEquals(rootOf('a = ["x" , 1x]'), { line: 1, what: "the value is not valid TOML" });
  assertEquals(rootOf("a"), { line: 1, what: `a key needs "=" and a value` });
});

Deno.test("no key reaches an inherited property", () => {
  const document = readDocument("__proto__.polluted = 1\n[constructor]\nname = 1");
  if (!document.ok) throw new Error(document.reason.what);
  assertEquals(Object.keys(document.value.root), ["__proto__", "constructor"]);
  assertEquals(({} as Record<string, unknown>)["polluted"], undefined);
});
