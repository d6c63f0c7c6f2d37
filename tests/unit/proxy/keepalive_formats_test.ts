import { assertEquals } from "@std/assert";
import { isKeepalive, isStun, stunAnswer } from "../../../src/proxy/keepalive_formats.ts";
import { at } from "./world_fixture.ts";

const COOKIE = "\x21\x12\xa4\x42";
/** The transaction of the sample messages in RFC 5769. */
const TRANSACTION = "\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae";
const REQUEST = `\x00\x01\x00\x00${COOKIE}${TRANSACTION}`;

const KEEPALIVES: [text: string, is: boolean][] = [
  ["", true],
  ["\r\n\r\n", true],
  ["\r\n", true],
  ["\0\0\0\0", true],
  ["\0".repeat(64), true],
  ["\0".repeat(65), false],
  ["jaK", false],
  ["\r\n\r\nINVITE", false],
  [" ", false],
];

Deno.test("line ends, nothing and zero bytes keep a mapping alive and say nothing (N6)", () => {
  for (const [text, is] of KEEPALIVES) assertEquals(isKeepalive(text), is, JSON.stringify(text));
});

const STUN: [text: string, is: boolean][] = [
  [REQUEST, true],
  [`\x01\x01\x00\x04${COOKIE}${TRANSACTION}abcd`, true],
  [`\x00\x01\x00\x04${COOKIE}${TRANSACTION}`, false],
  [`\x00\x01\x00\x00\x21\x12\xa4\x43${TRANSACTION}`, false],
  [`\x04\x01\x00\x00${COOKIE}${TRANSACTION}`, false],
  [REQUEST.slice(0, 19), false],
  ["", false],
];

Deno.test("STUN is known by its cookie and a length that fits", () => {
  for (const [text, is] of STUN) assertEquals(isStun(text), is, JSON.stringify(text));
});

Deno.test("a binding request is answered as in the sample of RFC 5769 §2.2", () => {
  assertEquals(
    stunAnswer(REQUEST, at("192.0.2.1:32853")),
    `\x01\x01\x00\x0c${COOKIE}${TRANSACTION}\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43`,
  );
});

Deno.test("other STUN messages, and requests over IPv6, get no answer", () => {
  for (const type of ["\x00\x11", "\x01\x01", "\x00\x03"]) {
    assertEquals(stunAnswer(type + REQUEST.slice(2), at("192.0.2.1:32853")), undefined);
  }
  assertEquals(stunAnswer(REQUEST, at("[2001:db8::1]:32853")), undefined);
});
