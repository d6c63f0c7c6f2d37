import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { audio, header, type RequestParts, requestText } from "./messages.ts";
import { callOut, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, PROVIDER, SETTINGS } from "./world_fixture.ts";

const INSIDE = /192\.168\.1\./;

Deno.test("nothing in a request that leaves names the inside (I)", () => {
  const stage = new Stage();
  register(stage);
  stage.inside(requestText({
    from: "<sip:alice@192.168.1.1>;tag=alice",
    to: "<sip:bob@192.168.1.1>",
    contact: `"A" <sip:alice@${ALICE};transport=udp>;q=0.5`,
    headers: [
      "Record-Route: <sip:192.168.1.9;lr>",
      "Route: <sip:192.168.1.1:5060;lr>",
      "P-Preferred-Identity: <sip:alice@192.168.1.1>",
      "Referred-By: <sip:x@192.168.1.33>",
    ],
    body: audio("192.168.1.20"),
  }));
  const sent = stage.one("INVITE");
  assertEquals(INSIDE.test(sent.text), false, sent.text);
  const invite = sentRequest(sent);
  assertEquals(headerValues(invite, "record-route"), []);
  assertEquals(
    /^"A" <sip:alice@203\.0\.113\.5:5060;line=[a-z2-7]{20}>;q=0\.5$/.test(
      header(invite, "contact"),
    ),
    true,
  );
});

const CONTACTS: [what: string, contact: string, out: RegExp][] = [
  ["a phone's", `<sip:alice@${ALICE}>`, /^<sip:alice@203\.0\.113\.5:5060;line=[a-z2-7]{20}>$/],
  ["one without user", "<sip:192.168.1.20>", /^<sip:203\.0\.113\.5:5060;line=[a-z2-7]{20}>$/],
  [
    "a GRUU the registrar gave",
    "<sip:alice@example.com;gr=urn:x>",
    /^<sip:alice@203\.0\.113\.5:5060;line=\w+>$/,
  ],
  ["a GRUU of its own", `<sip:alice@${ALICE};gr=x>`, /line=/],
];

Deno.test("a Contact is masked, a GRUU like any other (C3)", () => {
  for (const [what, contact, out] of CONTACTS) {
    const stage = new Stage();
    stage.inside(requestText({ contact }));
    const written = header(sentRequest(stage.one("INVITE")), "contact");
    assertEquals(out.test(written), true, `${what}: ${written}`);
  }
});

Deno.test("a provider that compares gets the registered Contact in calls (C2)", () => {
  const provider = {
    domain: "example.com",
    outboundProxy: undefined,
    servers: [],
    admit: "token" as const,
    contact: "registered" as const,
    media: "strict" as const,
  };
  const stage = new Stage({ settings: { ...SETTINGS, providers: [provider] } });
  const masked = register(stage);
  const invite = callOut(stage);
  assertEquals(header(invite, "contact"), `<${masked}>`);
});

const REFERS: [what: string, to: string, out: (bob: string) => string][] = [
  ["a neighbour", `<sip:bob@${BOB}>`, (bob) => `<${bob}>`],
  ["a neighbour in a call", `<sip:bob@${BOB}?Replaces=c>`, (bob) => `<${bob}?Replaces=c>`],
  ["an unknown inside host", "<sip:x@192.168.1.1>", () => "<sip:x@example.com>"],
  ["somebody else", "<sip:x@example.net>", () => "<sip:x@example.net>"],
];

Deno.test("a transfer names our phones as the outside knows them (C4)", () => {
  for (const [what, to, out] of REFERS) {
    const stage = new Stage();
    register(stage, "alice", ALICE);
    const bob = register(stage, "bob", BOB);
    const parts: RequestParts = { method: "REFER", headers: [`Refer-To: ${to}`] };
    stage.inside(requestText({ ...parts, contact: `<sip:alice@${ALICE}>` }));
    assertEquals(header(sentRequest(stage.one("REFER")), "refer-to"), out(bob), what);
  }
});

Deno.test("a next hop without lr gets a strict route (N1)", () => {
  const stage = new Stage();
  const route = `<sip:${PROVIDER}>`;
  stage.inside(requestText({ method: "MESSAGE", headers: [`Route: ${route}`] }));
  const sent = sentRequest(stage.one("MESSAGE"));
  assertEquals([sent.uri, headerValues(sent, "route")], [`sip:${PROVIDER}`, [
    "<sip:bob@example.com>",
  ]]);
});
