import { assertEquals } from "@std/assert";
import {
  fieldSpan,
  fieldText,
  makeField,
  oneLine,
  spanText,
  valueSpans,
} from "../../../src/sip/header_field.ts";
import { headerKey } from "../../../src/sip/header_names.ts";
import type { HeaderField } from "../../../src/sip/message.ts";

function field(line: string): HeaderField {
  const name = line.slice(0, line.indexOf(":")).trim();
  return { key: headerKey(name), name, line };
}

function values(line: string): string[] {
  const read = field(line);
  return valueSpans(read).map((span) => spanText(read, span));
}

const VALUES: [line: string, values: string[]][] = [
  ["Supported: timer, path\r\n", ["timer", "path"]],
  ["k:\ttimer ,, path ,\r\n", ["timer", "path"]],
  ["Supported:\r\n", []],
  ["Subject:\r\n", [""]],
  ["Subject: a, b\r\n", ["a, b"]],
  ["Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n", ["Sat, 13 Nov 2010 23:29:00 GMT"]],
  ['Authorization: Digest a="b", c=d\r\n', ['Digest a="b", c=d']],
  ['Contact: "A, \\"B" <sip:a,b@c>;x="y,z", <sip:d@e>\r\n', [
    '"A, \\"B" <sip:a,b@c>;x="y,z"',
    "<sip:d@e>",
  ]],
  ["Via: SIP/2.0/UDP a\r\n ,SIP/2.0\r\n\t/UDP b\n", ["SIP/2.0/UDP a", "SIP/2.0 /UDP b"]],
  ["Via: SIP/2.0/UDP a (one, (two) \\), three), SIP/2.0/UDP b\r\n", [
    "SIP/2.0/UDP a (one, (two) \\), three)",
    "SIP/2.0/UDP b",
  ]],
  ["Via: SIP/2.0/UDP a (one, SIP/2.0/UDP b\r\n", ["SIP/2.0/UDP a (one", "SIP/2.0/UDP b"]],
  ["Contact: sip:a(b@c, sip:(d)@e\r\n", ["sip:a(b@c", "sip:(d)@e"]],
  ['Contact: <sip:a@b>, "open <sip:c@d>, <sip:e@f>\r\n', [
    "<sip:a@b>",
    '"open <sip:c@d>, <sip:e@f>',
  ]],
  ["Contact: <sip:a@b, <sip:c@d\r\n", ["<sip:a@b, <sip:c@d"]],
  ["Contact: <sip:a@b\r\n", ["<sip:a@b"]],
];

Deno.test("values are split at the commas that separate them, and at no others", () => {
  for (const [line, expected] of VALUES) assertEquals(values(line), expected, line);
});

Deno.test("a span is where the value stands, without the white space around it", () => {
  const read = field("To : \r\n  sip:a@b \r\n");
  const { start, end } = fieldSpan(read);
  assertEquals(read.line.slice(start, end), "sip:a@b");
  assertEquals(fieldText(read), "sip:a@b");
});

Deno.test("a made field is one line, whatever its value holds", () => {
  const made = makeField("m", "a\r\nVia: b\nc");
  assertEquals(made, { key: "contact", name: "m", line: "m: a Via: b c\r\n" });
  assertEquals(oneLine("plain"), "plain");
});

Deno.test("hostile lists are split in one pass", () => {
  for (const mark of [",", "(", " (", '"', "<", "\\", '"\\', "<>,"]) {
    const count = Math.floor(60_000 / mark.length);
    const found = values(`Contact: ${mark.repeat(count)}\r\n`);
    assertEquals(found.length <= count, true);
  }
});
