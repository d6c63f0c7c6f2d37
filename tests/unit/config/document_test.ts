import { assertEquals } from "@std/assert";
import { BROKEN, readDocument } from "../../../src/config/document.ts";

function rootOf(text: string): unknown {
  return JSON.parse(JSON.stringify(readDocument(text).root));
}

function faultsOf(text: string): unknown {
  return readDocument(text).faults.map(({ line, column, what }) => [line, column, what]);
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

Deno.test("a value that is not TOML is named with its place, and stands as broken", () => {
  const quotes = "a text needs quotes";
  assertEquals(faultsOf("a = 1\nports = 10000-10999"), [[2, 9, quotes]]);
  assertEquals(faultsOf("a = “info”"), [[1, 5, "its quotes are straight ones"]]);
  assertEquals(faultsOf('a = ["x" , 1x]\nb = tru'), [[1, 12, quotes], [2, 5, quotes]]);
  assertEquals(faultsOf("a = 2026-13-41"), [[1, 1, "the value is not valid"]]);
  assertEquals(readDocument("a = x\nb = 1").root["a"], BROKEN);
  assertEquals(readDocument("a = 2026-13-41").root["a"], BROKEN);
});

Deno.test("no key reaches an inherited property", () => {
  const document = readDocument("__proto__.polluted = 1\n[constructor]\nname = 1");
  assertEquals(Object.keys(document.root), ["__proto__", "constructor"]);
  assertEquals(({} as Record<string, unknown>)["polluted"], undefined);
});
