import { assert, assertEquals } from "@std/assert";
import { bytesToText } from "../../../src/base/bytes.ts";
import { escaped, logText, readable } from "../../../src/base/log_text.ts";

/** A text as it arrives: one character a byte of its UTF-8. */
function arrived(text: string): string {
  return bytesToText(new TextEncoder().encode(text));
}

Deno.test("UTF-8 is shown as what it says", () => {
  assertEquals(logText(arrived("Besetzt – später")), "Besetzt – später");
  assertEquals(logText(arrived("通話中 📞")), "通話中 📞");
});

Deno.test("what is no UTF-8 is shown as Latin-1, and text of our own stays as it is", () => {
  assertEquals(logText("Besetzt sp\xe4ter"), "Besetzt später");
  assertEquals(logText("Besetzt – später"), "Besetzt – später");
  assertEquals(logText("100@provider.example"), "100@provider.example");
});

Deno.test("nothing in it forges a line, steers a terminal or turns the direction of writing", () => {
  assertEquals(logText("a\r\nerror forged"), "a\\x0d\\x0aerror forged");
  assertEquals(logText("\x1b[2J\x9b\0"), "\\x1b[2J\\x9b\\x00");
  const unseen = "\u202e\u2028\u200b\ufeff";
  assertEquals(logText(arrived(unseen)), "\\u{202e}\\u{2028}\\u{200b}\\u{feff}");
  assertEquals(escaped("a\u0085b"), "a\\x85b");
});

Deno.test("a long text is cut to 64 characters, the last of which says so", () => {
  assertEquals(logText("a".repeat(64)), "a".repeat(64));
  assertEquals(logText("a".repeat(65)), `${"a".repeat(63)}…`);
  assertEquals(logText("a".repeat(29_000)), `${"a".repeat(63)}…`);
  assertEquals(logText("abcdef", 4), "abc…");
});

Deno.test("a cut never shows a part of a character", () => {
  for (const character of ["é", "–", "📞"]) {
    for (let lead = 0; lead < 4; lead++) {
      const shown = logText(arrived("a".repeat(lead) + character.repeat(9_000)));
      assertEquals(shown, `${"a".repeat(lead)}${character.repeat(63 - lead)}…`);
    }
  }
});

Deno.test("whatever the bytes, the text is short and of visible characters", () => {
  for (let byte = 0; byte < 256; byte++) {
    const text = bytesToText(Uint8Array.from({ length: 400 }, (_, at) => (byte + at * byte) % 256));
    const shown = logText(text);
    assert(!/[\p{C}\p{Zl}\p{Zp}]/u.test(shown), shown);
    // An escape takes up to ten characters.
    assert(shown.length <= 640, shown);
  }
});

Deno.test("a whole message is made readable without being cut or escaped", () => {
  const text = "a\r\n".repeat(10_000);
  assertEquals(readable(arrived(`${text}später`)), `${text}später`);
  assertEquals(readable("sp\xe4ter \xff"), "später \xff");
});
