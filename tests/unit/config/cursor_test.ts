import { assertEquals } from "@std/assert";
import { Cursor, readKey, skipString } from "../../../src/config/cursor.ts";

const KEYS: [text: string, parts: string[] | undefined][] = [
  ["a", ["a"]],
  ["a-b_9 = 1", ["a-b_9"]],
  [`a . "b c".'d.e'`, ["a", "b c", "d.e"]],
  ["", undefined],
  ["ä", undefined],
  ["a..b", undefined],
];

Deno.test("a key is read with its dots and quotes", () => {
  for (const [text, parts] of KEYS) {
    const key = readKey(new Cursor(text));
    assertEquals(key.ok ? key.value : undefined, parts, text);
  }
});

const STRINGS: [text: string, rest: string | undefined][] = [
  [`"a" b`, " b"],
  [`"a\\"b" c`, " c"],
  [`'a\\' b`, " b"],
  [`"" x`, " x"],
  [`"""a"b\n""" c`, " c"],
  [`"""a""""" c`, " c"],
  [`'''a\n''' c`, " c"],
  [`"a`, undefined],
  [`"a\nb"`, undefined],
  [`"""a"`, undefined],
  [`"a\\`, undefined],
];

Deno.test("a text in quotes is skipped to its end, or has none", () => {
  for (const [text, rest] of STRINGS) {
    const cursor = new Cursor(text);
    const skipped = skipString(cursor);
    assertEquals(skipped.ok ? text.slice(cursor.at) : undefined, rest, text);
  }
});

Deno.test("the line is counted over everything that is skipped", () => {
  const cursor = new Cursor("# a\n\n  # b\nc");
  cursor.skipTrivia();
  assertEquals([cursor.next, cursor.line, cursor.at], ["c", 4, 11]);
  assertEquals([cursor.takes("d"), cursor.takes("c"), cursor.next], [false, true, ""]);
});
