import { assertEquals } from "@std/assert";
import { bytesToText, ownText, textToBytes } from "../../../src/base/bytes.ts";

Deno.test("Every byte value becomes one character and the same byte again", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const text = bytesToText(bytes);
  assertEquals(text.length, 256);
  // 0x85 is where the decoder called latin1 goes wrong.
  assertEquals(text.charCodeAt(0x85), 0x85);
  assertEquals(textToBytes(text), bytes);
});

Deno.test("A part of a buffer is read as that part only, and a copy is independent of it", () => {
  const buffer = textToBytes("INVITE sip:a SIP/2.0");
  assertEquals(bytesToText(buffer.subarray(7, 12)), "sip:a");
  const text = bytesToText(buffer.subarray(0, 6));
  buffer.fill(0);
  assertEquals(text, "INVITE");
});

Deno.test("The empty text is the empty array", () => {
  assertEquals([bytesToText(new Uint8Array()), textToBytes("").length], ["", 0]);
});

Deno.test("A text of its own is the same text, short or long, whatever its bytes", () => {
  const text = bytesToText(Uint8Array.from({ length: 256 }, (_, index) => index));
  for (const end of [0, 1, 12, 13, 14, 256]) {
    assertEquals(ownText(text.slice(0, end)), text.slice(0, end));
    assertEquals(ownText(text.slice(256 - end)), text.slice(256 - end));
  }
});
