import { assertEquals } from "@std/assert";
import {
  endOfQuoted,
  excerpt,
  isToken,
  lowerCase,
  parseDigits,
  quote,
  sameIgnoringCase,
  skipSpace,
  skipSpaceBack,
  trimSpace,
  unfold,
  unquote,
} from "../../../src/sip/grammar.ts";

Deno.test("a token is made of the characters of RFC 3261 §25.1", () => {
  for (const text of ["INVITE", "a", "-.!%*_+`'~", "z9hG4bK0"]) assertEquals(isToken(text), true);
  for (const text of ["", "a b", "a:b", 'a"', "a@b", "ä", "\u0000"]) {
    assertEquals(isToken(text), false, text);
  }
});

Deno.test("white space is space, tab, CR and LF, never a byte of a UTF-8 character", () => {
  assertEquals(trimSpace(" \t\r\nà b\u00a0 \r\n"), "à b\u00a0");
  assertEquals(trimSpace(" \r\n "), "");
  assertEquals(skipSpace("  x", 0), 2);
  assertEquals(skipSpace("    ", 0, 2), 2);
  assertEquals(skipSpaceBack("x  ", 3), 1);
  assertEquals(skipSpaceBack("    ", 4, 2), 2);
});

Deno.test("a fold becomes one space", () => {
  assertEquals(unfold("a\r\n   b\n\tc"), "a b c");
  assertEquals(unfold("a b"), "a b");
});

Deno.test("only A to Z have a lower case", () => {
  assertEquals(lowerCase("ExÀMPLE"), "exÀmple");
  assertEquals(sameIgnoringCase("TAG", "tag"), true);
  assertEquals(sameIgnoringCase("À", "à"), false);
  assertEquals(sameIgnoringCase("tag", "tags"), false);
});

const QUOTED: [plain: string, quoted: string][] = [
  ["", '""'],
  ["Mr. Watson", '"Mr. Watson"'],
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
];

Deno.test("quoting and unquoting undo each other", () => {
  for (const [plain, quoted] of QUOTED) {
    assertEquals(quote(plain), quoted);
    assertEquals(unquote(quoted), plain);
  }
  assertEquals(unquote("token"), "token");
  assertEquals(unquote('"'), '"');
});

Deno.test("the end of a quoted string is found behind escapes, and an open one is told", () => {
  assertEquals(endOfQuoted('"a\\"b" c', 0), 6);
  assertEquals(endOfQuoted('"a\\"', 0), -1);
  assertEquals(endOfQuoted('"ab"', 0, 3), -1);
});

Deno.test("digits are a number of at most ten of them", () => {
  assertEquals(parseDigits("0068"), 68);
  assertEquals(parseDigits("4294967296"), 4294967296);
  for (const text of ["", "-1", "1.0", "1 ", "12345678901", "0x1"]) {
    assertEquals(parseDigits(text), undefined, text);
  }
});

Deno.test("an excerpt is printable and short", () => {
  assertEquals(excerpt("a\r\nb\u00ff"), "a\\x0d\\x0ab\\xff");
  assertEquals(excerpt("x".repeat(81)), "x".repeat(77) + "...");
});
