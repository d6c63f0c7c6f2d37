import { message, SDP, SDP_LINES, type TortureCase, type Verdict } from "./case.ts";

interface Outcome {
  readonly phone: Verdict;
  readonly provider: Verdict;
}

const BAD: Outcome = { phone: "refuse 400", provider: "refuse 400" };
/** Broken as real devices are, where nothing hangs on it: repaired, and passed on. */
const LET_PASS: Outcome = { phone: "accept", provider: "refuse 404" };

function faulty(
  name: string,
  section: string,
  text: string,
  outcome: Outcome & Pick<TortureCase, "repaired"> = BAD,
): TortureCase {
  return { name, section: `RFC 4475 §3.1.2.${section}`, text, ...outcome };
}

/** RFC 4475 §3.1.2: broken beyond doubt, or in a way that harms nobody and is let pass. */
export const FAULTY_CASES: readonly TortureCase[] = [
  faulty(
    "badinv01",
    "1",
    message([
      "INVITE sip:user@example.com SIP/2.0",
      "To: sip:j.user@example.com",
      "From: sip:caller@example.net;tag=134161461246",
      "Max-Forwards: 7",
      "Call-ID: badinv01.0ha0isndaksdjasdf3234nas",
      "CSeq: 8 INVITE",
      "Via: SIP/2.0/UDP 192.0.2.15;;,;,,",
      'Contact: "Joe" <sip:joe@example.org>;;;;',
      ...SDP_LINES,
    ], SDP),
  ),
  faulty(
    "clerr",
    "2",
    message([
      "INVITE sip:user@example.com SIP/2.0",
      "Max-Forwards: 80",
      "To: sip:j.user@example.com",
      "From: sip:caller@example.net;tag=93942939o2",
      "Contact: <sip:caller@hungry.example.net>",
      "Call-ID: clerr.0ha0isndaksdjweiafasdk3",
      "CSeq: 8 INVITE",
      "Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bK-39234-23523",
      "Content-Type: application/sdp",
      "Content-Length: 9999",
    ], SDP),
    LET_PASS,
  ),
  faulty(
    "ncl",
    "3",
    message([
      "INVITE sip:user@example.com SIP/2.0",
      "Max-Forwards: 254",
      "To: sip:j.user@example.com",
      "From: sip:caller@example.net;tag=32394234",
      "Call-ID: ncl.0ha0isndaksdj2193423r542w35",
      "CSeq: 0 INVITE",
      "Via: SIP/2.0/UDP 192.0.2.53;branch=z9hG4bKkdjuw",
      "Contact: <sip:caller@example53.example.net>",
      "Content-Type: application/sdp",
      "Content-Length: -999",
    ], SDP),
  ),
  faulty(
    "scalar02",
    "4",
    message([
      "REGISTER sip:example.com SIP/2.0",
      "Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bK342sdfoi3",
      "To: <sip:user@example.com>",
      "From: <sip:user@example.com>;tag=239232jh3",
      "CSeq: 36893488147419103232 REGISTER",
      "Call-ID: scalar02.23o0pd9vanlq3wnrlnewofjas9ui32",
      "Max-Forwards: 300",
      `Expires: 1${"0".repeat(100)}`,
      "Contact: <sip:user@host129.example.com>",
      "  ;expires=280297596632815",
      "Content-Length: 0",
    ]),
  ),
  faulty(
    "scalarlg",
    "5",
    message([
      "SIP/2.0 503 Service Unavailable",
      "Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129",
      "To: <sip:user@example.com>",
      "From: <sip:other@example.net>;tag=2easdjfejw",
      "CSeq: 9292394834772304023312 OPTIONS",
      "Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r",
      "Retry-After: 949302838503028349304023988",
      'Warning: 1812 overture "In Progress"',
      "Content-Length: 0",
    ]),
    { phone: "drop unparsable.cseq", provider: "drop unparsable.cseq" },
  ),
  faulty(
    "quotbal",
    "6",
    message([
      "INVITE sip:user@example.com SIP/2.0",
      'To: "Mr. J. User <sip:j.user@example.com>',
      "From: sip:caller@example.net;tag=93334",
      "Max-Forwards: 10",
      "Call-ID: quotbal.aksdj",
      "Contact: <sip:caller@host59.example.net>",
      "CSeq: 8 INVITE",
      "Via: SIP/2.0/UDP 192.0.2.59:5050;branch=z9hG4bKkdjuw39234",
      ...SDP_LINES,
    ], SDP),
    { ...LET_PASS, repaired: [['"Mr. J. User <', '"Mr. J. User" <']] },
  ),
  faulty("ltgtruri", "7", inviteTo("<sip:user@example.com>", "ltgtruri")),
  faulty("lwsruri", "8", inviteTo("sip:user@example.com; lr", "lwsruri")),
  faulty("lwsstart", "9", inviteTo(" sip:user@example.com ", "lwsstart"), {
    ...LET_PASS,
    repaired: [["INVITE  sip:user@example.com  SIP/2.0", "INVITE sip:user@example.com SIP/2.0"]],
  }),
  faulty(
    "trws",
    "10",
    options("trws", "OPTIONS sip:remote-target@example.com SIP/2.0\x20\x20"),
    { ...LET_PASS, repaired: [["SIP/2.0\x20\x20\r\n", "SIP/2.0\r\n"]] },
  ),
  faulty(
    "escruri",
    "11",
    inviteTo("sip:user@example.com?Route=%3Csip:example.com%3E", "escruri"),
  ),
  faulty(
    "baddate",
    "12",
    inviteTo("sip:user@example.com", "baddate", ["Date: Fri, 01 Jan 2010 16:00:00 EST"]),
    { phone: "accept", provider: "refuse 404" },
  ),
  faulty(
    "regbadct",
    "13",
    message([
      "REGISTER sip:example.com SIP/2.0",
      "To: sip:user@example.com",
      "From: sip:user@example.com;tag=998332",
      "Max-Forwards: 70",
      "Call-ID: regbadct.k345asrl3fdbv@10.0.0.1",
      "CSeq: 1 REGISTER",
      "Via: SIP/2.0/UDP 135.180.130.133:5060;branch=z9hG4bKkdjuw",
      "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E",
      "l: 0",
    ]),
    { phone: "refuse 400", provider: "refuse 403" },
  ),
  faulty(
    "badaspec",
    "14",
    options("badaspec", "OPTIONS sip:user@example.org SIP/2.0", {
      to: '"Watson, Thomas" < sip:t.watson@example.org >',
    }),
  ),
  // Who reads it liberally must not forward the error: the names go on in quotes, and nothing else changes.
  {
    name: "baddn",
    section: "RFC 4475 §3.1.2.15",
    text: message([
      "OPTIONS sip:t.watson@example.org SIP/2.0",
      "Via:     SIP/2.0/UDP c.example.com:5060;branch=z9hG4bKkdjuw",
      "Max-Forwards:      70",
      "From:    Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
      "To:      Watson, Thomas <sip:t.watson@example.org>",
      "Call-ID: baddn.31415@c.example.com",
      "Accept: application/sdp",
      "CSeq:    3923239 OPTIONS",
      "l: 0",
    ]),
    phone: "accept",
    provider: "refuse 404",
    repaired: [
      ["Bell, Alexander <", '"Bell, Alexander" <'],
      ["Watson, Thomas <", '"Watson, Thomas" <'],
    ],
  },
  faulty(
    "badvers",
    "16",
    options("badvers", "OPTIONS sip:t.watson@example.org SIP/7.0", { version: "SIP/7.0" }),
    { phone: "refuse 505", provider: "refuse 505" },
  ),
  faulty(
    "mismatch01",
    "17",
    options("mismatch01", "OPTIONS sip:user@example.com SIP/2.0", { method: "INVITE" }),
  ),
  faulty(
    "mismatch02",
    "18",
    options("mismatch02", "NEWMETHOD sip:user@example.com SIP/2.0", { method: "INVITE" }),
  ),
  faulty(
    "bigcode",
    "19",
    message([
      "SIP/2.0 4294967301 better not break the receiver",
      "Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe",
      "Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i",
      "CSeq: 353494 INVITE",
      "From: <sip:user@example.com>;tag=39ansfi3",
      "To: <sip:user@example.edu>;tag=902jndnke3",
      "Content-Length: 0",
      "Contact: <sip:user@host105.example.com>",
    ]),
    { phone: "drop unparsable.start-line", provider: "drop unparsable.start-line" },
  ),
];

function inviteTo(uri: string, name: string, more: readonly string[] = []): string {
  return message([
    `INVITE ${uri} SIP/2.0`,
    "To: sip:user@example.com",
    "From: sip:caller@example.net;tag=39291",
    "Max-Forwards: 23",
    `Call-ID: ${name}.1@192.0.2.5`,
    "CSeq: 1 INVITE",
    "Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK-" + name,
    "Contact: <sip:caller@host5.example.net>",
    ...more,
    ...SDP_LINES,
  ], SDP);
}

interface OptionsParts {
  readonly to?: string;
  readonly version?: string;
  readonly method?: string;
}

function options(name: string, startLine: string, parts: OptionsParts = {}): string {
  return message([
    startLine,
    `Via: ${parts.version ?? "SIP/2.0"}/UDP c.example.com;branch=z9hG4bK-${name}`,
    `To: ${parts.to ?? "sip:t.watson@example.org"}`,
    "From: A. Bell <sip:a.g.bell@example.com>;tag=qweoiqpe",
    "Max-Forwards: 70",
    `Call-ID: ${name}.31417@c.example.com`,
    `CSeq: 8 ${parts.method ?? "OPTIONS"}`,
    "l: 0",
  ]);
}
