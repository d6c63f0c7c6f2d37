import { assertEquals } from "@std/assert";
import {
  maskIdentities,
  maskParties,
  outwardUri,
  soundParties,
  unmaskParties,
} from "../../../src/proxy/identity.ts";
import { isInsideHost, viewFor } from "../../../src/proxy/view.ts";
import { header, request } from "./messages.ts";
import { BOB, makeBinding, makeWorld } from "./world_fixture.ts";

const world = makeWorld();
const MASKED = "sip:bob@203.0.113.5:5060;line=token000000000000bob";
world.bindings.set(makeBinding("bob", { uri: `sip:bob@${BOB};x=y`, masked: MASKED }));
const view = viewFor(world, "outside", "198.51.100.10")!;
const as = { domain: "example.com", view };
const nameless = { domain: undefined, view };

const HOSTS: [host: string, inside: boolean][] = [
  ["192.168.1.77", true],
  ["192.168.1.1", true],
  ["127.0.0.1", true],
  ["203.0.113.5", false],
  ["198.51.100.10", false],
  ["192.168.2.1", false],
  ["example.com", false],
  ["", false],
];

Deno.test("inside hosts are those behind us and our own addresses but the advertised one", () => {
  for (const [host, inside] of HOSTS) assertEquals(isInsideHost(world, host), inside, host);
});

const URIS: [uri: string, outside: string, without: string][] = [
  ["sip:alice@192.168.1.77", "sip:alice@example.com", "sip:alice@203.0.113.5"],
  ["sip:a@192.168.1.77:5062;p=1?H=v", "sip:a@example.com;p=1?H=v", "sip:a@203.0.113.5;p=1?H=v"],
  ["sips:192.168.1.1", "sips:example.com", "sips:203.0.113.5"],
  [`sip:bob@${BOB}`, MASKED, MASKED],
  [`sip:bob@${BOB}?Replaces=c%3Bto-tag%3D1`, `${MASKED}?Replaces=c%3Bto-tag%3D1`, ""],
  ["http://192.168.1.77/a.wav", "http://example.com/a.wav", "http://203.0.113.5/a.wav"],
  ["http://192.168.1.77:80/?u=a", "http://example.com:80/?u=a", "http://203.0.113.5:80/?u=a"],
  ["sip:alice@example.net", "sip:alice@example.net", "sip:alice@example.net"],
  ["sip:alice@203.0.113.5", "sip:alice@203.0.113.5", "sip:alice@203.0.113.5"],
  ["tel:+4930123", "tel:+4930123", "tel:+4930123"],
  ["mailto:a@192.168.1.77", "mailto:a@203.0.113.5", "mailto:a@203.0.113.5"],
  ["no URI", "no URI", "no URI"],
];

Deno.test("an inside host becomes the phone's masked URI, the sender's domain, or our address (H1)", () => {
  for (const [uri, outside, without] of URIS) {
    assertEquals(outwardUri(world, uri, as), outside);
    if (without !== "") assertEquals(outwardUri(world, uri, nameless), without);
  }
});

const HEADERS: [line: string, outside: string][] = [
  ['P-Asserted-Identity: "A" <sip:a@192.168.1.7>', '"A" <sip:a@example.com>'],
  ["P-Preferred-Identity: sip:a@192.168.1.7", "sip:a@example.com"],
  ["Remote-Party-ID: <sip:a@192.168.1.7>;party=calling", "<sip:a@example.com>;party=calling"],
  ["Diversion: <sip:a@192.168.1.7>;reason=no-answer", "<sip:a@example.com>;reason=no-answer"],
  [
    "History-Info: <sip:x@example.net>;index=1, <sip:a@192.168.1.7>;index=1.1",
    "<sip:x@example.net>;index=1, <sip:a@example.com>;index=1.1",
  ],
  ["Referred-By: <sip:a@192.168.1.7>", "<sip:a@example.com>"],
  ["Reply-To: <sip:a@192.168.1.7>", "<sip:a@example.com>"],
  [`r: <sip:bob@${BOB}>`, `<${MASKED}>`],
  ["Call-Info: <http://192.168.1.7/p.jpg>;purpose=icon", "<http://example.com/p.jpg>;purpose=icon"],
  ["Alert-Info: <http://192.168.1.7/r.wav>", "<http://example.com/r.wav>"],
  ['Warning: 399 192.168.1.7:5060 "odd"', '399 203.0.113.5:5060 "odd"'],
  ['Warning: 399 pbx "odd"', '399 pbx "odd"'],
  ["X-Other: <sip:a@192.168.1.7>", "<sip:a@192.168.1.7>"],
  ["Refer-To: <sip:a@example.net>", "<sip:a@example.net>"],
  ["Diversion: not an address", "not an address"],
];

Deno.test("identity and referral headers change where they name an inside host, and only there (H1, H2)", () => {
  for (const [line, outside] of HEADERS) {
    const message = request({ headers: [line] });
    const key = message.headers.at(-2)!.key;
    const masked = maskIdentities(world, message, as);
    assertEquals(header(masked, key), outside, line);
    if (line.endsWith(outside)) assertEquals(masked.headers, message.headers);
  }
});

Deno.test("From and To are turned outward by the pairs known, then by the rule, and back again (H1)", () => {
  const parties = {
    from: '"A" <sip:alice@192.168.1.20>;tag=1',
    to: "<sip:bob@192.168.1.1>",
  };
  const message = request(parties);
  const known = [{ inside: "sip:bob@192.168.1.1", outside: "sip:bob@example.net" }];
  const masked = maskParties(world, message, { pairs: known, as });
  assertEquals(header(masked.message, "from"), '"A" <sip:alice@example.com>;tag=1');
  assertEquals(header(masked.message, "to"), "<sip:bob@example.net>");
  assertEquals(masked.pairs, [
    ...known,
    { inside: "sip:alice@192.168.1.20", outside: "sip:alice@example.com" },
  ]);
  assertEquals(unmaskParties(masked.message, masked.pairs), message);
  assertEquals(maskParties(world, message, { pairs: masked.pairs, as }).pairs, masked.pairs);
});

Deno.test("a message without inside hosts passes as it is, both ways", () => {
  const message = request();
  const masked = maskParties(world, message, { pairs: [], as });
  assertEquals(masked, { message, pairs: [] });
  assertEquals(unmaskParties(message, []), message);
});

Deno.test("names that need quotes get them in From and To, and nowhere else", () => {
  const loose = "Bell, A. <sip:a@example.com>";
  const headers = [`Reply-To: ${loose}`, "Subject: Bell, A."];
  const message = request({ from: `${loose};tag=1`, to: loose, headers });
  const made = soundParties(message);
  assertEquals(header(made, "from"), '"Bell, A." <sip:a@example.com>;tag=1');
  assertEquals(header(made, "to"), '"Bell, A." <sip:a@example.com>');
  assertEquals(header(made, "reply-to"), loose);
  assertEquals(soundParties(made), made);
});
