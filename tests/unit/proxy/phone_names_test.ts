import { assertEquals } from "@std/assert";
import { phoneName, phoneNames } from "../../../src/proxy/phone_names.ts";

const CASES: [names: string[], words: string][] = [
  [[], "none"],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
  [["a", "b", "c", "d"], "a, b, c and 1 more"],
  [["a", "b", "c", "d", "e", "f", "g", "h"], "a, b, c and 5 more"],
];

Deno.test("three names are written out, the rest is a number", () => {
  for (const [names, words] of CASES) assertEquals(phoneNames(names), words);
});

Deno.test("an address of record is named without its scheme", () => {
  assertEquals(["sip:a@b.example", "sips:a@b.example"].map(phoneName), [
    "a@b.example",
    "a@b.example",
  ]);
});
