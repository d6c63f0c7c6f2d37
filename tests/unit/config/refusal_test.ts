import { assertEquals } from "@std/assert";
import {
  offersOf,
  quote,
  refuseLike,
  refuseText,
  sentenceOf,
} from "../../../src/config/refusal.ts";

Deno.test("a reason is a sentence, with what to write instead if that is known", () => {
  const { reason } = refuseText("Cannot use it", "a", undefined, "b");
  assertEquals(sentenceOf(reason, "x"), 'Cannot use it: write "a" or "b"');
  assertEquals(offersOf(reason), ["a", "b"]);
  assertEquals(sentenceOf(refuseText("Cannot use it").reason, "x"), "Cannot use it");
  assertEquals([sentenceOf("No: write it", "x"), offersOf("No: write it")], ["No: write it", []]);
  const like = refuseLike("Cannot read it: write a number").reason;
  assertEquals(sentenceOf(like, "5"), 'Cannot read it: write a number, as in "5"');
});

Deno.test("a text is quoted so that TOML reads the same one", () => {
  assertEquals(quote('a"b\\c\n\x7f'), '"a\\"b\\\\c\\n\\u007f"');
});
