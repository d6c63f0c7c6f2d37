import { assertEquals } from "@std/assert";
import { offersOf, quote, refuseText, sentenceOf } from "../../../src/config/refusal.ts";

Deno.test("a reason is a sentence, with what to write instead if that is known", () => {
  const { reason } = refuseText("Cannot use it", "a", undefined, "b");
  assertEquals(sentenceOf(reason), 'Cannot use it: write "a" or "b"');
  assertEquals(offersOf(reason), ["a", "b"]);
  assertEquals(sentenceOf(refuseText("Cannot use it").reason), "Cannot use it");
  assertEquals([sentenceOf("No: write it"), offersOf("No: write it")], ["No: write it", []]);
});

Deno.test("a text is quoted so that TOML reads the same one", () => {
  assertEquals(quote('a"b\\c\n\x7f'), '"a\\"b\\\\c\\n\\u007f"');
});
