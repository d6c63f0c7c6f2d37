import { assertEquals } from "@std/assert";
import { parseCidr } from "../../src/base/cidr.ts";
import { FarEnds } from "./far_ends.ts";
import { leaks } from "./invariant.ts";

const NETWORKS = ["192.168.1.0/24", "fd00:1::/64"].map((text) => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
});

const CLEAN: readonly string[] = [
  "INVITE sip:bob@provider.example SIP/2.0",
  "Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKa",
  'From: "192.168.1.20" <sip:alice@provider.example>;tag=192.168.1.20',
  "To: <sip:bob@provider.example>",
  "Call-ID: 1@192.168.1.20",
  "CSeq: 1 INVITE",
  "Contact: <sip:alice@203.0.113.5:5060;line=abc>",
  "Content-Type: application/sdp",
  "",
  "v=0",
  "o=- 1 1 IN IP4 203.0.113.5",
  "c=IN IP4 203.0.113.5",
  "m=audio 10000 RTP/AVP 8",
];

/** The clean packet with one more line, or with the line that begins like it replaced. */
function packet(line: string): string {
  const lines = [...CLEAN];
  const name = line.endsWith(" SIP/2.0") ? "INVITE " : /^[A-Za-z-]+[:=]/.exec(line)?.[0] ?? "";
  const same = line.startsWith("a=") ? -1 : lines.findIndex((old) => old.startsWith(name));
  if (same >= 0) lines[same] = line;
  else if (/^[a-z]=/.test(line)) lines.push(line);
  else lines.splice(1, 0, line);
  return lines.join("\r\n");
}

Deno.test("a clean packet has no leak, though display name, tag and Call-ID name the phone", () => {
  assertEquals(leaks(CLEAN.join("\r\n"), NETWORKS), []);
});

const LEAKING: readonly (readonly [line: string, where: string])[] = [
  ["INVITE sip:bob@192.168.1.21 SIP/2.0", "the start line"],
  ["Via: SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKa;received=192.168.1.20", "Via"],
  ["v: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bKa", "Via"],
  ["From: <sip:alice@192.168.1.20>;tag=1", "From"],
  ["Contact: <sip:alice@203.0.113.5>, <sip:alice@192.168.1.20:5060>", "Contact"],
  ["Record-Route: <sip:192.168.1.1;lr>", "Record-Route"],
  ["Route: <sip:203.0.113.10;lr>,\r\n <sip:192.168.1.1;lr>", "Route"],
  ["Path: <sip:192.168.1.9;lr>", "Path"],
  ["Refer-To: <sip:bob@192%2E168.1.21?Replaces=1%40192.168.1.20>", "Refer-To"],
  ["Diversion: <sip:alice@192.168.1.20>;reason=unconditional", "Diversion"],
  ["Alert-Info: <http://192.168.1.20/ring.wav>", "Alert-Info"],
  ['Warning: 399 203.0.113.5 "Not with 192.168.1.20"', "Warning"],
  ["P-Asserted-Identity: <sip:alice@[fd00:1::20]>", "P-Asserted-Identity"],
  ["o=- 1 1 IN IP4 192.168.1.20", "the line o=- 1 1 IN IP4 192.168.1.20"],
  ["c=IN IP6 fd00:1::20", "the line c=IN IP6 fd00:1::20"],
  ["a=rtcp:4001 IN IP4 192.168.1.20", "the line a=rtcp:4001 IN IP4 192.168.1.20"],
  [
    "a=candidate:1 1 UDP 1 192.168.1.20 4000 typ host",
    "the line a=candidate:1 1 UDP 1 192.168.1.20 4000 typ host",
  ],
  ...[
    "a=altc:1 IP4 192.168.1.20 7000",
    "a=alt:1 1 : aHpW 3eQ 192.168.1.20 7000",
    "a=ccap:1 IN IP4 192.168.1.20",
    "a=acap:1 altc:1 IP4 192.168.1.20 7000",
    "a=source-filter: incl IN IP4 * 192.168.1.20",
    "a=X-candidate-ipv6:1 1 UDP 1 192.168.1.20 7000 typ host",
    "a=candidate :1 1 UDP 1 192.168.1.20 4000 typ host",
    "a=path:msrp://192.168.1.20:2855/s1;tcp",
  ].map((line): [string, string] => [line, `the line ${line}`]),
];

for (const [line, where] of LEAKING) {
  Deno.test(`an inside address leaks by ${JSON.stringify(line)}`, () => {
    const found = leaks(packet(line), NETWORKS);
    assertEquals(found.length, 1, found.join("; "));
    assertEquals(found[0]!.endsWith(` in ${where}`), true, found[0]!);
  });
}

const HARMLESS = [
  "Replaces: 1@192.168.1.20;to-tag=a;from-tag=b",
  "In-Reply-To: 1@192.168.1.20",
  "Target-Dialog: 1@192.168.1.20;local-tag=a;remote-tag=b",
  "Join: 1@192.168.1.20;to-tag=a;from-tag=b",
  "Refer-To: <sip:bob@provider.example?Replaces=1%40192.168.1.20%3Bto-tag%3Da>",
  "X-Strange: 192.168.1.20",
  "Via: SIP/2.0/UDP 192.168.100.20:5060;branch=z9hG4bKa",
  "Contact: <sip:alice@1192.168.1.20:5060>",
  "s=192.168.1.20",
  "i=192.168.1.20",
  "u=http://192.168.1.20/",
  "e=u@192.168.1.20",
  "a=ssrc:1 cname:sip:100@192.168.1.20",
  "a=note:192.168.1.20",
];

for (const line of HARMLESS) {
  Deno.test(`no leak: ${line}`, () => assertEquals(leaks(packet(line), NETWORKS), []));
}

Deno.test("a body in parts is read part by part, and a sipfrag is left alone", () => {
  const parts = (type: string) =>
    [
      "NOTIFY sip:a@provider.example SIP/2.0",
      "Content-Type: multipart/mixed;boundary=Edge",
      "",
      "--Edge",
      `Content-Type: ${type}`,
      "",
      "c=IN IP4 192.168.1.20",
      "--Edge--",
      "",
    ].join("\r\n");
  assertEquals(leaks(parts("application/sdp"), NETWORKS), [
    "192.168.1.20 in the line c=IN IP4 192.168.1.20",
  ]);
  assertEquals(leaks(parts("message/sipfrag"), NETWORKS), []);
  const untyped = parts("").replace("Content-Type: \r\n", "").replace("c=IN", "v=0\r\nc=IN");
  assertEquals(leaks(untyped, NETWORKS).length, 1);
});

Deno.test("a quote that stays open hides nothing", () => {
  assertEquals(leaks(packet('Contact: "x <sip:alice@192.168.1.5>'), NETWORKS).length, 1);
  assertEquals(leaks(packet('Contact: "192.168.1.5\\'), NETWORKS).length, 1);
});

Deno.test("an address that is shown on purpose is no leak", () => {
  const one = packet("Contact: <sip:alice@192.168.1.5:5060>");
  assertEquals(leaks(one, NETWORKS, { shown: ["192.168.1.5"] }), []);
  assertEquals(leaks(one, NETWORKS).length, 1);
});

const PEER = "203.0.113.10";

/** What the far end wrote in the call of the packets above, and in another one. */
function heard(writer = PEER): FarEnds {
  const farEnds = new FarEnds();
  const message = (call: string, uri: string) =>
    [
      "INFO sip:alice@203.0.113.5;line=abc SIP/2.0",
      "From: <sip:+1@192.168.1.60>;tag=1",
      "To: <sip:bob@provider.example>",
      `i: ${call}`,
      "Record-Route: <sip:203.0.113.10;lr>, <sip:192.168.1.70;lr>",
      "Record-Route: sip:192.168.1.71;lr",
      `m: <${uri}>`,
      "",
      "",
    ].join("\r\n");
  farEnds.hear(writer, message("1@192.168.1.20", "sip:gw@192.168.1.50:5060"));
  farEnds.hear(writer, message("2@192.168.1.20", "sip:gw@192.168.1.51:5060"));
  // We have answered the other one too.
  farEnds.given(PEER, message("2@192.168.1.20", "sip:x@198.51.100.1"));
  return farEnds;
}

function leaksTo(peer: string, line: string, farEnds = heard()): string[] {
  const text = packet(line);
  const real = ["192.168.1.20", "192.168.1.1"];
  return leaks(text, NETWORKS, { given: farEnds.given(peer, text), real });
}

const GIVEN_BACK: readonly string[] = [
  "INVITE sip:gw@192.168.1.50:5060 SIP/2.0",
  "INVITE sip:192.168.1.70;lr SIP/2.0",
  "Route: <sip:203.0.113.10;lr>, <sip:192.168.1.70;lr>",
  "Route: sip:192.168.1.71;lr",
  "Route: <sip:192.168.1.71;lr>",
  "Route: <sip:gw@192.168.1.50:5060>",
  "Record-Route: <sip:203.0.113.10;lr>, <sip:192.168.1.70;lr>",
  "To: <sip:+1@192.168.1.60>;tag=1",
  "Refer-To: <sip:gw@192.168.1.50:5060?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
  "r: <sip:gw@192.168.1.51:5060?Replaces=2%40192.168.1.20%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
];

for (const line of GIVEN_BACK) {
  Deno.test(`the far end's own word goes back to it: ${line}`, () => {
    assertEquals(leaksTo(PEER, line), []);
    assertEquals(leaks(packet(line), NETWORKS).length, 1, "nobody wrote it");
    assertEquals(leaksTo(PEER, line, heard("203.0.113.66")).length, 1, "a stranger wrote it");
  });
}

const NOT_GIVEN_BACK: readonly (readonly [line: string, why: string])[] = [
  ["INVITE sip:gw@192.168.1.50 SIP/2.0", "not that very text"],
  ["INVITE sip:gw@192.168.1.51:5060 SIP/2.0", "written in another dialog"],
  ["INVITE sip:+1@192.168.1.60 SIP/2.0", "its From is no target"],
  ["Contact: <sip:gw@192.168.1.50:5060>", "a Contact is the phone's"],
  ["Via: SIP/2.0/UDP 192.168.1.50:5060;branch=z9hG4bKa", "a Via is the phone's"],
  ["From: <sip:gw@192.168.1.50:5060>;tag=1", "its Contact is no party"],
  ["From: <sip:+1@192.168.1.60>;x=192.168.1.60;tag=1", "what stands beside it"],
  ["Route: <sip:192.168.1.70;lr>, <sip:192.168.1.1;lr>", "the other entry is ours"],
  ["P-Asserted-Identity: <sip:+1@192.168.1.60>", "an identity is the phone's"],
  ["Refer-To: <sip:gw@192.168.1.51:5060>", "no Replaces names that dialog"],
  ["Refer-To: <sip:gw@192.168.1.50:5060?x=192.168.1.50>", "what stands behind it"],
  ["Referred-By: <sip:gw@192.168.1.50:5060>", "who refers is the phone"],
  ["c=IN IP4 192.168.1.50", "a description is the phone's"],
];

for (const [line, why] of NOT_GIVEN_BACK) {
  Deno.test(`an inside address leaks beside what the far end wrote: ${line} (${why})`, () => {
    assertEquals(leaksTo(PEER, line).length, 1);
  });
}

Deno.test("a far end that names itself like a phone in here does not make that phone show itself", () => {
  const farEnds = new FarEnds();
  const word = packet("Contact: <sip:alice@192.168.1.20:5060>");
  farEnds.hear(PEER, word);
  // Its own target it gets back.
  assertEquals(leaksTo(PEER, "BYE sip:alice@192.168.1.20:5060 SIP/2.0", farEnds).length, 0);
  for (
    const line of [
      "Contact: <sip:alice@192.168.1.20:5060>",
      "Refer-To: <sip:alice@192.168.1.20:5060>",
      "To: <sip:alice@192.168.1.20:5060>",
      "c=IN IP4 192.168.1.20",
    ]
  ) assertEquals(leaksTo(PEER, line, farEnds).length, 1, line);
});
