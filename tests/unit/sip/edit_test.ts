import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  mapHeaderValues,
  withBody,
  withHeader,
  withHeaderValues,
  withoutHeader,
  withoutTopValue,
  withRequestUri,
  withTopValue,
} from "../../../src/sip/edit.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { writeMessage } from "../../../src/sip/write.ts";
import { message, OPTIONS, request, text } from "./messages.ts";

const LINES = [
  ...OPTIONS,
  'm: "A, B" <sip:a@192.0.2.1> ; q=0.5 ,<sip:c@d>,\r\n\t<sip:e@f>',
  "X-Other:  untouched ",
  "Contact: <sip:g@h>",
  "l: 0",
];

const BEFORE = request(...LINES);

/** The header lines after an edit, the common ones left out. */
function changed(after: SipRequest): string[] {
  const lines = after.headers.map((field) => field.line.slice(0, -2));
  return lines.filter((line) => !OPTIONS.includes(line));
}

const REST = LINES.slice(OPTIONS.length);
const [CONTACTS, OTHER, CONTACT, LENGTH] = REST as [string, string, string, string];

Deno.test("another Request-URI changes the first line only", () => {
  const after = withRequestUri(BEFORE, "sip:x@y;lr");
  assertEquals(writeMessage(after), text("OPTIONS sip:x@y;lr SIP/2.0", ...LINES.slice(1)));
  assertEquals(after.uri, "sip:x@y;lr");
  const feeds = message(text(...LINES).replaceAll("\r\n", "\n"));
  const bare = withRequestUri(feeds as SipRequest, "sip:x@y");
  assertEquals(bare.startLine, "OPTIONS sip:x@y SIP/2.0\n");
});

Deno.test("a header set replaces all fields of its name, or comes last", () => {
  assertEquals(changed(withHeader(BEFORE, "Contact", "<sip:x@y>")), [
    "Contact: <sip:x@y>",
    OTHER,
    LENGTH,
  ]);
  assertEquals(changed(withHeader(BEFORE, "X-New", "1")), [...REST, "X-New: 1"]);
});

Deno.test("a list of values takes the first one's place, and nothing leaves nothing", () => {
  assertEquals(changed(withHeaderValues(BEFORE, "Contact", ["<sip:1>", "<sip:2>"])), [
    "Contact: <sip:1>",
    "Contact: <sip:2>",
    OTHER,
    LENGTH,
  ]);
  assertEquals(changed(withHeaderValues(BEFORE, "contact", [])), [OTHER, LENGTH]);
});

Deno.test("new Via, Route, Record-Route and Path come on top, other headers last", () => {
  const first = (name: string) => withHeaderValues(BEFORE, name, ["x", "y"]).headers[0]?.line;
  assertEquals(first("Route"), "Route: x\r\n");
  assertEquals(first("Record-Route"), "Record-Route: x\r\n");
  assertEquals(first("Path"), "Path: x\r\n");
  assertEquals(first("Via"), "Via: x\r\n");
  assertEquals(changed(withHeaderValues(BEFORE, "Reason", ["x"])), [...REST, "Reason: x"]);
});

Deno.test("a top value is a field above the first of its name, or above all", () => {
  const via = withTopValue(BEFORE, "Via", "SIP/2.0/UDP x");
  assertEquals(via.headers[0]?.line, "Via: SIP/2.0/UDP x\r\n");
  assertEquals(via.headers.slice(1), BEFORE.headers);
  assertEquals(withTopValue(BEFORE, "Route", "<sip:x;lr>").headers[0]?.key, "route");
  assertEquals(changed(withTopValue(BEFORE, "Contact", "<sip:x>")), ["Contact: <sip:x>", ...REST]);
});

Deno.test("the top value goes, out of a comma list too, until the field is empty", () => {
  const once = withoutTopValue(BEFORE, "contact");
  assertEquals(changed(once)[0], "m: <sip:c@d>,\r\n\t<sip:e@f>");
  const twice = withoutTopValue(once, "contact");
  assertEquals(changed(twice)[0], "m: <sip:e@f>");
  assertEquals(changed(withoutTopValue(twice, "contact")), [OTHER, CONTACT, LENGTH]);
  assertEquals(withoutTopValue(BEFORE, "route"), BEFORE);
});

Deno.test("all fields of a key go", () => {
  assertEquals(changed(withoutHeader(BEFORE, "contact")), [OTHER, LENGTH]);
});

Deno.test("a changed value changes its own bytes only", () => {
  const after = mapHeaderValues(
    BEFORE,
    "contact",
    (value, index) => index === 1 ? "<sip:x@y>" : value,
  );
  assertEquals(changed(after), [
    CONTACTS.replace("<sip:c@d>", "<sip:x@y>"),
    OTHER,
    CONTACT,
    LENGTH,
  ]);
  assertEquals(after.headers.at(-2), BEFORE.headers.at(-2));
});

Deno.test("values are handed over unfolded and in order, and dropped ones take a comma along", () => {
  const seen: string[] = [];
  const after = mapHeaderValues(BEFORE, "contact", (value, index) => {
    seen.push(`${index} ${value}`);
    return index === 1 ? undefined : value;
  });
  assertEquals(seen, [
    '0 "A, B" <sip:a@192.0.2.1> ; q=0.5',
    "1 <sip:c@d>",
    "2 <sip:e@f>",
    "3 <sip:g@h>",
  ]);
  assertEquals(changed(after)[0], 'm: "A, B" <sip:a@192.0.2.1> ; q=0.5,\r\n\t<sip:e@f>');
  const last = mapHeaderValues(BEFORE, "contact", (value, index) => index > 1 ? undefined : value);
  assertEquals(changed(last), ['m: "A, B" <sip:a@192.0.2.1> ; q=0.5 ,<sip:c@d>', OTHER, LENGTH]);
});

Deno.test("values that all stay leave the very message", () => {
  assertEquals(mapHeaderValues(BEFORE, "contact", (value) => value) === BEFORE, true);
});

Deno.test("a value of a header that is no list is one, commas and all", () => {
  const before = request(...OPTIONS, "Subject: a, b");
  const after = mapHeaderValues(before, "subject", (value) => value.toUpperCase());
  assertEquals(changed(after), ["Subject: A, B"]);
});

Deno.test("no edit can smuggle in a line", () => {
  const evil = "<sip:x>\r\nVia: evil";
  const edits = [
    withHeader(BEFORE, "Contact", evil),
    withHeaderValues(BEFORE, "Contact", [evil]),
    withTopValue(BEFORE, "Contact", evil),
    mapHeaderValues(BEFORE, "contact", () => evil),
  ];
  for (const after of edits) {
    assertStringIncludes(writeMessage(after), "<sip:x> Via: evil");
    assertEquals(message(writeMessage(after)).headers.length, after.headers.length);
  }
});

Deno.test("a body brings its length under the name there is, and its type", () => {
  const after = withBody(BEFORE, "v=0\r\n", "application/sdp");
  assertEquals(changed(after).slice(3), ["l: 5", "Content-Type: application/sdp"]);
  assertEquals(after.body, "v=0\r\n");
  const added = withBody(request(...OPTIONS), "abc");
  assertEquals(changed(added), ["Content-Length: 3"]);
  const twice = withBody(request(...OPTIONS, "l : 0", "Content-Length: 0"), "abc");
  assertEquals(changed(twice), ["l : 3"]);
});
