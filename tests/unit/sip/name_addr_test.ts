import { assert, assertEquals } from "@std/assert";
import {
  isLoose,
  isLooselyNamed,
  type NameAddr,
  parseNameAddr,
  soundAddress,
  withUri,
  writeNameAddr,
} from "../../../src/sip/name_addr.ts";
import { getParam } from "../../../src/sip/params.ts";

const PLAIN = { display: "", bracketed: false, params: [] };
const BRACKETED = { display: "", bracketed: true, params: [] };

const ADDRESSES: [text: string, value: NameAddr][] = [
  ["sip:a@b", { ...PLAIN, uri: "sip:a@b" }],
  ["sip:a@b;tag=x", { ...PLAIN, uri: "sip:a@b", params: [{ name: "tag", value: "x" }] }],
  ["<sip:a@b;lr>;tag=x", {
    ...BRACKETED,
    uri: "sip:a@b;lr",
    params: [{ name: "tag", value: "x" }],
  }],
  ['"Bell, <A>" <sip:a@b>', { ...BRACKETED, display: '"Bell, <A>" ', uri: "sip:a@b" }],
  ["caller<sip:a@b>", { ...BRACKETED, display: "caller", uri: "sip:a@b" }],
  ["Bell, A. (home) <sip:a@b>", { ...BRACKETED, display: "Bell, A. (home) ", uri: "sip:a@b" }],
  ["Ren\u00c3\u00a0 <sip:a@b>", { ...BRACKETED, display: "Ren\u00c3\u00a0 ", uri: "sip:a@b" }],
  ['A "B" <sip:a@b>', { ...BRACKETED, display: 'A "B" ', uri: "sip:a@b" }],
  ["<tel:+49-30;phone-context=x>", { ...BRACKETED, uri: "tel:+49-30;phone-context=x" }],
  ['sip:a@b;x="<y>"', { ...PLAIN, uri: "sip:a@b", params: [{ name: "x", value: '"<y>"' }] }],
  ["<sip:a?b@c?Replaces=d>", { ...BRACKETED, uri: "sip:a?b@c?Replaces=d" }],
  ["isbn:2983792873", { ...PLAIN, uri: "isbn:2983792873" }],
];

Deno.test("an address is read and written alike", () => {
  for (const [text, value] of ADDRESSES) {
    assertEquals(parseNameAddr(text), { ok: true, value }, text);
    assertEquals(writeNameAddr(value), text);
  }
});

Deno.test("white space around parameters comes out as it was read", () => {
  for (
    const text of [
      "sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
      '"J Rosenberg \\\\\\""       <sip:jdrosen@example.com>   ;   tag = 98asjd8',
    ]
  ) {
    const parsed = parseNameAddr(` ${text}\r\n`);
    assertEquals(parsed.ok && writeNameAddr(parsed.value), text);
    assertEquals(parsed.ok && getParam(parsed.value.params, "tag") !== undefined, true);
  }
});

Deno.test("what is no address is refused", () => {
  const wrong = [
    "",
    "*",
    "a",
    "a:b@c d",
    '"Mr. J. User sip:j.user@example.com',
    `"${"x".repeat(200)} <sip:j.user@example.com>`,
    "<sip:a@b",
    "<>",
    "<a@b;lr>",
    "<@b>",
    "< sip:t.watson@example.org >",
    "<sip:a@b> tag=x",
    "<sip:a@b>, <sip:c@d>",
    "<sip:a@b>;;;;",
    "sip:a@b,sip:c@d",
    "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
    "sip:a b@c",
    "Bob sip:a@b",
  ];
  for (const text of wrong) assertEquals(parseNameAddr(text).ok, false, text);
});

const CHANGED: [text: string, uri: string, written: string][] = [
  ['"A" <sip:a@b>;tag=x', "sip:c@d", '"A" <sip:c@d>;tag=x'],
  ["sip:a@b;tag=x", "sip:c@d", "sip:c@d;tag=x"],
  ["sip:a@b;tag=x", "sip:c@d;line=y", "<sip:c@d;line=y>;tag=x"],
  ["sip:a@b", "sip:c,d@e", "<sip:c,d@e>"],
];

Deno.test("another URI gets brackets when it needs them", () => {
  for (const [text, uri, written] of CHANGED) {
    const parsed = parseNameAddr(text);
    assertEquals(parsed.ok && writeNameAddr(withUri(parsed.value, uri)), written);
  }
});

/** "<" would begin the URI, and a quote a quoted word. */
const ANY_SEPARATOR = [..."()>@,;:\\/[]?={}"].map((sign) => `a${sign}b <sip:a@b>`);
const LOOSE: [text: string, quoted: string][] = [
  ["Bell, Alexander <sip:a@b>;tag=43", '"Bell, Alexander" <sip:a@b>;tag=43'],
  ["Bell,Alexander<sip:a@b>", '"Bell,Alexander"<sip:a@b>'],
  ["a@b  \t<sip:a@b>", '"a@b"  \t<sip:a@b>'],
  ["C:\\x <sip:a@b>", '"C:\\\\x" <sip:a@b>'],
  ['A "B, \\"C" D; E <sip:a@b>', '"A \\"B, \\\\\\"C\\" D; E" <sip:a@b>'],
  ["Ren\u00c3\u00a9, B <sip:a@b>", '"Ren\u00c3\u00a9, B" <sip:a@b>'],
  ['"Mr. J. User <sip:a@b>;tag=x', '"Mr. J. User" <sip:a@b>;tag=x'],
  ['"Sami\\" <sip:a@b>;tag=x', '"Sami\\\\\\"" <sip:a@b>;tag=x'],
  ['A "B C <sip:a@b>', '"A \\"B C" <sip:a@b>'],
];
const WELL = [
  "sip:a@b;tag=x",
  "<sip:a,b@c>;tag=x",
  "A. O'Neil-1_2 <sip:a@b>",
  "Ren\u00c3\u00a9 \u00c3\u0089 <sip:a@b>",
  '"Bell, Alexander (\\"A\\")" <sip:a@b>',
  'A "Bell, B" C <sip:a@b>',
];

Deno.test("separators in a display name need quotes, all other names stay (RFC 4475 §3.1.2.15)", () => {
  for (const text of [...ANY_SEPARATOR, ...LOOSE.map(([text]) => text)]) {
    const parsed = parseNameAddr(text);
    assertEquals(parsed.ok && isLooselyNamed(parsed.value), true, text);
  }
  for (const text of [...WELL, ...LOOSE.map(([, quoted]) => quoted)]) {
    const parsed = parseNameAddr(text);
    assertEquals(parsed.ok && isLooselyNamed(parsed.value), false, text);
  }
});

Deno.test("a user and a host without a scheme become a SIP URI", () => {
  for (const text of ['"200" <200@192.0.2.1:5060>;tag=x', "+39055@example.com;tag=x"]) {
    const parsed = parseNameAddr(text);
    assert(parsed.ok && isLoose(parsed.value), text);
    const sound = text.replace(/(?=[+0-9]+@)/, "sip:");
    assertEquals(writeNameAddr(soundAddress(parsed.value)), sound);
  }
  const whole = parseNameAddr("<sip:200@192.0.2.1>");
  assertEquals(whole.ok && isLoose(whole.value), false);
});

Deno.test("a display name is quoted whole, with its quotes and backslashes escaped", () => {
  for (const [text, quoted] of LOOSE) {
    const parsed = parseNameAddr(text);
    assertEquals(parsed.ok && writeNameAddr(soundAddress(parsed.value)), quoted);
  }
});
