import { assert, assertEquals } from "@std/assert";
import { concealed, concealHeaders } from "../../../src/proxy/conceal.ts";
import { viewFor } from "../../../src/proxy/view.ts";
import { header, parsed, request, requestText } from "./messages.ts";
import { cidr, makeWorld, NETWORK, PROVIDER } from "./world_fixture.ts";

const world = makeWorld({
  network: { ...NETWORK, insideNetworks: [cidr("192.168.1.0/24"), cidr("fd00::/8")] },
});
const view = viewFor(world, "outside", PROVIDER.split(":")[0]!)!;

const CASES: [before: string, after: string][] = [
  ["sip:bob@example.com;maddr=192.168.1.20", "sip:bob@example.com;maddr=203.0.113.5"],
  ["sip:192.168.1.20:5062", "sip:203.0.113.5:5062"],
  ["sip:c:192.168.1.20@example.com", "sip:c:203.0.113.5@example.com"],
  ["sip:bob@%31%39%32.168.1%2e20", "sip:bob@203.0.113.5"],
  ["sip:bob@%00192.168.1.20:5060", "sip:bob@%00203.0.113.5:5060"],
  ["sip:bob@%E2192.168.1.20", "sip:bob@%E2203.0.113.5"],
  ["sip:bob@%00fd00::20", "sip:bob@%00203.0.113.5"],
  ["sip:bob@example.com;x=[fd00::20]:5060", "sip:bob@example.com;x=[203.0.113.5]:5060"],
  ["x fd00::20 and 192.168.1.20.", "x 203.0.113.5 and 203.0.113.5."],
  ['"never closed <sip:bob@192.168.1.20>', '"never closed <sip:bob@203.0.113.5>'],
  ['"192.168.1.20\\', '"203.0.113.5\\'],
];

const KEPT = [
  '"192.168.1.20" <sip:bob@example.com>',
  '"a\\" 192.168.1.20" <sip:bob@example.com>',
  "<sip:bob@example.com>;tag=1.192.168.1.20",
  "<sip:bob@example.com?Replaces=1%40192.168.1.20%3Bto-tag%3D1>",
  "sip:%31%39%32@example.com",
  "sip:bob@198.51.100.10;x=[2001:db8::1]",
  "sip:bob@1192.168.1.20",
  "sip:bob@%001192.168.1.20",
];

Deno.test("inside addresses in parameters, users and unreadable text become the one we show (I)", () => {
  for (const [before, after] of CASES) assertEquals(concealed(world, before, view), after);
});

Deno.test("display names, tags, Call-IDs in URIs and other people's addresses stay (H1)", () => {
  for (const text of KEPT) assertEquals(concealed(world, text, view), text);
});

Deno.test("a reason phrase names no inside address", () => {
  const answer = parsed(requestText().replace(/.*/, "SIP/2.0 488 Not at 192.168.1.20"));
  const out = concealHeaders(world, answer, { view, also: [] });
  assertEquals(out.startLine, "SIP/2.0 488 Not at 203.0.113.5\r\n");
});

Deno.test("what is hostile takes no time", () => {
  for (const mark of ['"\\', "1.", "a:", "::", ";tag=", "?replaces=", "%3"]) {
    const text = mark.repeat(15_000);
    assertEquals(concealed(world, text, view).length > 0, true);
  }
});

Deno.test("all that routes or names is looked at, and of From and To what the inside wrote", () => {
  const before = request({
    from: "<sip:a@example.com;x=192.168.1.20>;tag=1",
    contact: "<sip:a@192.168.1.20",
    headers: ['Warning: 399 x "at 192.168.1.20"', "X-Phone: 192.168.1.20"],
  });
  const out = concealHeaders(world, before, { view, also: ["from", "contact"] });
  assertEquals(header(out, "from"), "<sip:a@example.com;x=203.0.113.5>;tag=1");
  assertEquals(header(out, "contact"), "<sip:a@203.0.113.5");
  assertEquals(header(out, "warning"), '399 x "at 203.0.113.5"');
  assertEquals(header(out, "x-phone"), "192.168.1.20");
  const restored = concealHeaders(world, before, { view, also: [] });
  assertEquals(header(restored, "from"), header(before, "from"));
  const harmless = request({ contact: "" });
  assert(concealHeaders(world, harmless, { view, also: ["from", "contact"] }) === harmless);
});
