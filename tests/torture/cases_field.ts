import { message, SDP, type TortureCase, type Verdict } from "./case.ts";

const BAD = { phone: "refuse 400", provider: "refuse 400" } as const;
const PASSES = { phone: "accept", provider: "refuse 404" } as const;

interface Outcome {
  readonly phone: Verdict;
  readonly provider: Verdict;
}

/** Counted and not answered. */
function dropped(kind: string): Outcome {
  return { phone: `drop ${kind}`, provider: `drop ${kind}` };
}

/** What has broken parsers, proxies and kernels in the field; each class by its lesson. */
export const FIELD_CASES: readonly TortureCase[] = [
  // Content-Length lies: what follows must never be read as a message of its own.
  field("length-wraps-32-bits", "Content-Length", BAD, { length: "4294967296", body: SDP }),
  field("length-wraps-64-bits", "Content-Length", BAD, { length: "18446744073709551616" }),
  field("length-plus", "Content-Length", BAD, { length: "+0" }),
  field("length-hexadecimal", "Content-Length", BAD, { length: "0x0" }),
  field("length-with-words", "Content-Length", BAD, { length: "0 bytes" }),
  field("length-empty", "Content-Length", BAD, { length: "" }),
  field("length-list", "Content-Length", BAD, { length: "0, 0" }),
  field("length-compact-differs", "Content-Length", BAD, { length: "0", more: ["l: 12"] }),
  field("length-spaced-differs", "Content-Length", BAD, {
    length: "0",
    more: ["Content-Length \t: 12"],
  }),
  field("smuggled-second-message", "Content-Length", PASSES, {
    body: "INVITE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9\r\n\r\n",
    length: "0",
  }),
  // Numbers that wrap.
  field("cseq-wraps-32-bits", "numbers", BAD, { cseq: "4294967297 OPTIONS" }),
  field("cseq-2-to-31", "numbers", BAD, { cseq: "2147483648 OPTIONS" }),
  field("cseq-negative", "numbers", BAD, { cseq: "-1 OPTIONS" }),
  field("hops-negative", "numbers", BAD, { hops: "-1" }),
  field("hops-wrap", "numbers", PASSES, { hops: "4294967296" }),
  field("hops-00", "numbers", { phone: "refuse 483", provider: "refuse 483" }, { hops: "00" }),
  field("via-port-wraps", "numbers", BAD, { via: "SIP/2.0/UDP 192.0.2.9:65536;branch=z9hG4bKa" }),
  field("via-port-0", "numbers", BAD, { via: "SIP/2.0/UDP 192.0.2.9:0;branch=z9hG4bKa" }),
  field("uri-port-wraps", "numbers", BAD, { uri: "sip:user@example.com:4294972356" }),
  field("status-7xx", "numbers", dropped("unparsable.start-line"), { start: "SIP/2.0 700 X" }),
  // White space that hides a header from one reader and not from another.
  field("space-before-colon", "white space", PASSES, { more: ["X-Secret : 1", "X-Other\t: 2"] }),
  field("second-to-hidden", "white space", BAD, { more: ["To \t : <sip:bob@example.com>"] }),
  field("second-to-compact", "white space", BAD, { more: ["t: <sip:bob@example.com>"] }),
  field("fold-before-name", "white space", PASSES, { more: ["X: 1", "\tVia: SIP/2.0/UDP x.y"] }),
  field("bare-cr", "white space", BAD, { more: ["X: 1\rVia: SIP/2.0/UDP 192.0.2.66"] }),
  field("space-in-name", "white space", BAD, { more: ["X Y: 1"] }),
  field("nul-in-name", "white space", BAD, { more: ["X\x00Y: 1"] }),
  field("no-colon", "white space", BAD, { more: ["nonsense"] }),
  field("colon-alone", "white space", BAD, { more: [":"] }),
  field("nul-in-value", "white space", PASSES, { more: ["X: a\x00b\xff"] }),
  field("tabs-in-start-line", "white space", BAD, {
    start: "OPTIONS\tsip:user@example.com\tSIP/2.0",
  }),
  field("two-content-types", "white space", BAD, {
    more: ["Content-Type: text/plain", "c : application/sdp"],
    body: SDP,
  }),
  { name: "bare-line-feeds", section: "field: white space", text: bareLineFeeds(), ...PASSES },
  // Quotes and brackets that never end.
  {
    ...field("from-quote-open", "quotes", PASSES, { from: '"User <sip:user@example.com>;tag=1' }),
    repaired: [['"User <', '"User" <']],
  },
  {
    ...field("from-quote-escaped", "quotes", PASSES, {
      from: '"User\\" <sip:user@example.com>;tag=1',
    }),
    repaired: [['"User\\" <', '"User\\\\\\"" <']],
  },
  field("to-bracket-open", "quotes", BAD, { to: "<sip:user@example.com;tag=1" }),
  field("to-tag-empty", "quotes", PASSES, { to: "<sip:user@example.com>;tag=" }),
  field("to-parameter-quote-open", "quotes", BAD, { to: '<sip:user@example.com>;x="1' }),
  field("via-quote-open", "quotes", BAD, { via: 'SIP/2.0/UDP 192.0.2.9;branch="z9hG4bKa' }),
  field("via-empty", "quotes", BAD, { via: "" }),
  field("via-bracket-open", "quotes", BAD, { via: "SIP/2.0/UDP [2001:db8::1;branch=z9hG4bKa" }),
  field("contact-broken", "quotes", PASSES, { more: ['Contact: "x <sip:user@192.0.2.9', "m: <"] }),
  // Text that makes careless readers slow, and more of everything than anybody needs.
  field("thousands-of-spaces", "size", PASSES, { more: [`X: ${" ".repeat(20_000)}1`] }),
  field("thousands-of-quotes", "size", BAD, {
    from: '"\\'.repeat(8_000) + "<sip:user@example.com>",
  }),
  field("thousands-of-folds", "size", PASSES, { more: [`X: 1${"\r\n ".repeat(5_000)}2`] }),
  field("thousands-of-semicolons", "size", BAD, {
    to: `<sip:user@example.com>${";".repeat(9_000)}`,
  }),
  field("thousands-of-parameters", "size", BAD, {
    to: `<sip:user@example.com>${";a=1".repeat(5_000)}`,
  }),
  field("thousands-of-commas", "size", PASSES, { more: [`Contact: ${",".repeat(20_000)}`] }),
  field("thousands-of-headers", "size", BAD, { more: Array(2_000).fill("X: 1") }),
  field("257-header-fields", "size", BAD, { more: Array(250).fill("X: 1") }),
  field("many-vias", "size", BAD, {
    more: Array.from({ length: 71 }, (_, index) => `Via: SIP/2.0/UDP h${index}.example.com`),
  }),
  field("longer-than-the-limit", "size", dropped("oversized"), { body: "x".repeat(33_000) }),
  // First lines.
  field("no-uri", "start line", BAD, { start: "OPTIONS  SIP/2.0" }),
  field("method-alone", "start line", dropped("unparsable.start-line"), { start: "OPTIONS" }),
  field("http", "start line", dropped("unparsable.start-line"), { start: "GET / HTTP/1.1" }),
  field("sip-1.0", "start line", { phone: "refuse 505", provider: "refuse 505" }, {
    start: "OPTIONS sip:user@example.com SIP/1.0",
  }),
  field("uri-without-scheme", "start line", BAD, { uri: "user@example.com" }),
  field("uri-with-two-hosts", "start line", BAD, { uri: "sip:user@example.com@192.0.2.9" }),
  field("line-break-in-uri", "start line", dropped("unparsable.start-line"), {
    uri: "sip:a\r\nX: 1",
  }),
  // An ACK is never answered, whatever is wrong with it (RULES V3).
  {
    name: "ack-faulty",
    section: "field: ACK",
    text: message(["ACK sip:user@example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.9;;"]),
    ...dropped("unparsable.via"),
  },
  {
    name: "request-without-via",
    section: "field: ACK",
    text: message(["OPTIONS sip:user@example.com SIP/2.0", "To: <sip:user@example.com>"]),
    ...dropped("unparsable.missing"),
  },
  {
    name: "random-bytes",
    section: "field: garbage",
    text: noise(),
    ...dropped("unparsable.start-line"),
  },
];

interface Parts {
  readonly start?: string;
  readonly uri?: string;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cseq?: string;
  readonly hops?: string;
  readonly length?: string;
  readonly more?: readonly string[];
  readonly body?: string;
}

function field(name: string, lesson: string, outcome: Outcome, parts: Parts): TortureCase {
  const { body = "", uri = "sip:user@example.com" } = parts;
  const text = message([
    parts.start ?? `OPTIONS ${uri} SIP/2.0`,
    `Via: ${parts.via ?? `SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-${name}`}`,
    `From: ${parts.from ?? "<sip:caller@example.com>;tag=from"}`,
    `To: ${parts.to ?? "<sip:user@example.com>"}`,
    `Call-ID: ${name}@example.com`,
    `CSeq: ${parts.cseq ?? "1 OPTIONS"}`,
    `Max-Forwards: ${parts.hops ?? "70"}`,
    `Content-Length: ${parts.length ?? body.length}`,
    ...parts.more ?? [],
  ], body);
  return { name, section: `field: ${lesson}`, text, ...outcome };
}

/** The end of its headers is seen by those only who take a bare LF for a line end. */
function bareLineFeeds(): string {
  const lines = ["X: 1\n\nContact: <sip:alice@192.168.1.20>"];
  return message([
    "OPTIONS sip:user@example.com SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-lf",
    "From: <sip:caller@example.com>;tag=from",
    "To: <sip:user@example.com>",
    "Call-ID: lf@example.com",
    "CSeq: 1 OPTIONS",
    ...lines,
  ]);
}

/** Every byte value, in an order that is no text. */
function noise(): string {
  return String.fromCharCode(
    ...Array.from({ length: 256 }, (_, index) => (index * 167 + 41) % 256),
  );
}
