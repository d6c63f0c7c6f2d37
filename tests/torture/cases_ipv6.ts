import { message, type TortureCase, type Verdict } from "./case.ts";

/** A registrar of the other kind of address, for which there is no listener, and nobody stands in for a registrar. */
const UNREACHED = { phone: "refuse 403", provider: "refuse 403" } as const;
const ENDS_NOTHING = { phone: "accept", provider: "refuse 481" } as const;
const PASSES = { phone: "accept", provider: "refuse 404" } as const;

interface Outcome {
  readonly phone: Verdict;
  readonly provider: Verdict;
}

/** RFC 5118: addresses of IPv6 in every place; those of §4.10 come from a fault in RFC 3261's grammar. */
export const IPV6_CASES: readonly TortureCase[] = [
  ipv6("ipv6-good", "4.1", register("sip:[2001:db8::10]"), UNREACHED),
  ipv6("ipv6-bad", "4.2", register("sip:2001:db8::10"), {
    phone: "refuse 400",
    provider: "refuse 400",
  }),
  ipv6("port-ambiguous", "4.3", register("sip:[2001:db8::10:5070]"), UNREACHED),
  ipv6("port-unambiguous", "4.4", register("sip:[2001:db8::10]:5070"), UNREACHED),
  ipv6("via-received-param-with-delim", "4.5", bye("[2001:db8::9:255]"), ENDS_NOTHING),
  ipv6("via-received-param-no-delim", "4.5", bare("2001:db8::9:255"), PASSES),
  ipv6("ipv6-in-sdp", "4.6", invite(["SIP/2.0/UDP [2001:db8::20]"], sixFour()), PASSES),
  ipv6(
    "mult-ip-in-header",
    "4.7",
    message([
      "BYE sip:user@host.example.net SIP/2.0",
      "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111",
      "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144",
      "Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200",
      "Call-ID: 997077@lau_4100",
      "Max-Forwards: 70",
      "CSeq: 89187 BYE",
      "To: sip:user@example.net;tag=9817--94",
      "From: sip:user@example.com;tag=81x2",
      "Content-Length: 0",
    ]),
    ENDS_NOTHING,
  ),
  ipv6(
    "mult-ip-in-sdp",
    "4.8",
    invite(["SIP/2.0/UDP [2001:db8::9:1]"], [
      "v=0",
      "o=bob 280744730 28977631 IN IP4 host.example.com",
      "s=",
      "t=0 0",
      "m=audio 22334 RTP/AVP 0",
      "c=IN IP4 192.0.2.1",
      "m=video 6024 RTP/AVP 107",
      "c=IN IP6 2001:db8::1",
      "a=rtpmap:107 H263-1998/90000",
    ]),
    PASSES,
  ),
  ipv6(
    "ipv4-mapped-ipv6",
    "4.9",
    invite([
      "SIP/2.0/UDP [::ffff:192.0.2.10]:19823",
      "SIP/2.0/UDP [::ffff:192.0.2.2]",
    ], [
      "v=0",
      "o=assistant 971731711378798081 0 IN IP6 ::ffff:192.0.2.2",
      "s=Call me soon, please!",
      "c=IN IP6 ::ffff:192.0.2.2",
      "t=3338481189 3370017201",
      "m=audio 6000 RTP/AVP 2",
      "a=rtpmap:2 G726-32/8000",
    ]),
    PASSES,
  ),
  ipv6("ipv6-bug-abnf-3-colons", "4.10", options("[2001:db8:::192.0.2.1]"), PASSES),
  ipv6("ipv6-correct-abnf-2-colons", "4.10", options("[2001:db8::192.0.2.1]"), PASSES),
];

function ipv6(name: string, section: string, text: string, outcome: Outcome): TortureCase {
  return { name, section: `RFC 5118 §${section}`, text, ...outcome };
}

function register(uri: string): string {
  return message([
    `REGISTER ${uri} SIP/2.0`,
    "To: sip:user@example.com",
    "From: sip:user@example.com;tag=81x2",
    "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111",
    "Call-ID: SSG9559905523997077@hlau_4100",
    "Max-Forwards: 70",
    'Contact: "Caller" <sip:caller@[2001:db8::1]>',
    "CSeq: 98176 REGISTER",
    "Content-Length: 0",
  ]);
}

function bye(received: string): string {
  return message([
    "BYE sip:[2001:db8::10] SIP/2.0",
    "To: sip:user@example.com;tag=bd76ya",
    "From: sip:user@example.com;tag=81x2",
    `Via: SIP/2.0/UDP [2001:db8::9:1];received=${received};branch=z9hG4bKas3-111`,
    "Call-ID: SSG9559905523997077@hlau_4100",
    "Max-Forwards: 70",
    "CSeq: 321 BYE",
    "Content-Length: 0",
  ]);
}

function bare(received: string): string {
  return message([
    "OPTIONS sip:[2001:db8::10] SIP/2.0",
    "To: sip:user@example.com",
    "From: sip:user@example.com;tag=81x2",
    `Via: SIP/2.0/UDP [2001:db8::9:1];received=${received};branch=z9hG4bKas3`,
    "Call-ID: SSG95523997077@hlau_4100",
    "Max-Forwards: 70",
    'Contact: "Caller" <sip:caller@[2001:db8::9:1]>',
    "CSeq: 921 OPTIONS",
    "Content-Length: 0",
  ]);
}

function options(host: string): string {
  return message([
    `OPTIONS sip:user@${host} SIP/2.0`,
    `To: sip:user@${host}`,
    "From: sip:user@example.com;tag=810x2",
    "Via: SIP/2.0/UDP lab1.east.example.com;branch=z9hG4bKas3-111",
    "Call-ID: G9559905523997077@hlau_4100",
    "CSeq: 689 OPTIONS",
    "Max-Forwards: 70",
    "Content-Length: 0",
  ]);
}

/** Its Content-Length is right, unlike that of the three originals: two count too little, one too much. */
function invite(vias: readonly string[], description: readonly string[]): string {
  const body = [...description, ""].join("\r\n");
  return message([
    "INVITE sip:user@[2001:db8::10] SIP/2.0",
    "To: sip:user@[2001:db8::10]",
    "From: sip:user@example.com;tag=81x2",
    ...vias.map((via, index) => `Via: ${via};branch=z9hG4bKas3-11${index}`),
    "Call-ID: SSG9559905523997077@hlau_4100",
    'Contact: "Caller" <sip:caller@[2001:db8::20]>',
    "CSeq: 8612 INVITE",
    "Max-Forwards: 70",
    "Content-Type: application/sdp",
    `Content-Length: ${body.length}`,
  ], body);
}

function sixFour(): string[] {
  return [
    "v=0",
    "o=assistant 971731711378798081 0 IN IP6 2001:db8::20",
    "s=Live video feed for today's meeting",
    "c=IN IP6 2001:db8::20",
    "t=3338481189 3370017201",
    "m=audio 6000 RTP/AVP 2",
    "a=rtpmap:2 G726-32/8000",
    "m=video 6024 RTP/AVP 107",
    "a=rtpmap:107 H263-1998/90000",
  ];
}
