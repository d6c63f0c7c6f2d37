import { assertEquals } from "@std/assert";
import { type Key, listKey, textKey } from "../../../src/config/keys.ts";
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
  [true, "true"],
  [[], "a list"],
  [{}, "a table"],
  [new Date(0), "a date"],
];

Deno.test("a value of another type is named, with an example of the right one", () => {
  for (const [value, found] of WRONG_TYPES) {
    const text = `Expected a text in quotes, found ${found}: write it as in "30s"`;
    assertEquals(reasons(TEXT, value), [text]);
    assertEquals(reasons(LIST, [value]), [`[0] ${text}`]);
  }
  assertEquals(reasons(LIST, true), [
    'Expected a list of texts, found true: write it as in ["30s"]',
  ]);
  assertEquals(reasons(LIST, "x"), [
    'Expected a list of texts, found the text "x"; Cannot read "x" as a duration: write a whole ' +
    'number and ms, s, m or h, as in "30s"',
  ]);
});

const MENDED: [value: unknown, text: string, list: string][] = [
  [5, '"5s"', '["5s"]'],
  ["5", '"5s"', '["5s"]'],
  ["5 ; remark", '"5s"', '["5s"]'],
  ["5s,", '"5s"', '["5s"]'],
  ["\u201c5s\u201d", '"5s"', '["5s"]'],
];

Deno.test("a value that can be guessed is offered in the type of its key", () => {
  for (const [value, text, list] of MENDED) {
    assertEquals([TEXT.mend(value), LIST.mend(value), LIST.mendItem(value)], [text, list, text]);
  }
  assertEquals(reasons(TEXT, 5), ['Expected a text in quotes, found the number 5: write "5s"']);
  assertEquals(reasons(TEXT, ["5"]), ['Expected a text in quotes, found a list: write "5s"']);
  assertEquals(
    reasons(TEXT, ["x", "y"])[0]!.slice(0, 70),
    'Expected a text in quotes, found a list; Cannot read "x,y" as a durati',
  );
  assertEquals(reasons(LIST, "5, 6s"), [
    'Expected a list of texts, found the text "5, 6s": write ["5s", "6s"]',
  ]);
  assertEquals([TEXT.mend("x"), LIST.mend("5 x"), LIST.mend([]), TEXT.mend(true)], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([TEXT.example, LIST.example], ['"30s"', '["30s"]']);
});

Deno.test("spaces around a text and variables of a shell are named as such", () => {
  assertEquals(reasons(TEXT, " 5s"), ['Cannot use " 5s" with spaces around it: write "5s"']);
  const text = "variables are not replaced here, write the value itself, as in";
  for (const value of ["$TIME", "${TIME}"]) {
    assertEquals(reasons(TEXT, value), [`Cannot use "${value}": ${text} "30s"`]);
  }
});

Deno.test("every bad item of a list is reported, and so are repetitions and an empty list", () => {
  assertEquals(reasons(LIST, ["2s", "x", "2s", "2000ms", "y"]).map((text) => text.slice(0, 16)), [
    "[1] Cannot read ",
    '[2] Cannot use "',
    '[3] Cannot use "',
    "[4] Cannot read ",
  ]);
  assertEquals(reasons(LIST, []), ['Cannot use an empty list: write ["30s"]']);
});
