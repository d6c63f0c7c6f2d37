import { assertEquals } from "@std/assert";
import { type Key, listKey, quote, textKey } from "../../../src/config/keys.ts";
import { parseDuration } from "../../../src/config/values.ts";

const FORM = { parse: parseDuration, format: (ms: number) => `${ms / 1000}s`, example: "30s" };
const TEXT = textKey(FORM, { default: 1000, find: ({ media }) => media.idleMs });
const LIST = listKey(FORM, { default: [], find: ({ media }) => [media.idleMs], least: 1 });

function reasons(key: Key<unknown>, value: unknown): string[] {
  const read = key.read(value);
  if (read.ok) return [];
  return read.reason.map(({ item, text }) => item === undefined ? text : `[${item}] ${text}`);
}

Deno.test("a text and a list of texts are read, and written as TOML", () => {
  assertEquals(TEXT.read("2s"), { ok: true, value: 2000 });
  assertEquals(TEXT.write(2000), '"2s"');
  assertEquals(LIST.read(["2s", "3s"]), { ok: true, value: [2000, 3000] });
  assertEquals(LIST.write([2000, 3000]), '["2s", "3s"]');
});

const WRONG_TYPES: [value: unknown, found: string][] = [
  [5, "the number 5"],
  [true, "true"],
  [["x"], "a list"],
  [{}, "a table"],
  [new Date(0), "a date"],
];

Deno.test("a value of another type is named, with an example of the right one", () => {
  for (const [value, found] of WRONG_TYPES) {
    const text = `Expected a text in quotes, found ${found}: write it as in "30s"`;
    assertEquals(reasons(TEXT, value), [text]);
    assertEquals(reasons(LIST, [value]), [`[0] ${text}`]);
  }
  assertEquals(reasons(LIST, "2s"), [
    'Expected a list of texts, found the text "2s": write ["2s"]',
  ]);
  assertEquals(reasons(LIST, 2), ['Expected a list of texts, found the number 2: write ["30s"]']);
});

Deno.test("every bad item of a list is reported, and so are repetitions and an empty list", () => {
  assertEquals(reasons(LIST, ["2s", "x", "2s", "2000ms", "y"]).map((text) => text.slice(0, 16)), [
    "[1] Cannot read ",
    '[2] Cannot use "',
    '[3] Cannot use "',
    "[4] Cannot read ",
  ]);
  assertEquals(reasons(LIST, []), ["Cannot use an empty list: write at least 1"]);
});

Deno.test("a text is quoted so that TOML reads the same one", () => {
  assertEquals(quote('a"b\\c\n\x7f'), '"a\\"b\\\\c\\n\\u007f"');
});
