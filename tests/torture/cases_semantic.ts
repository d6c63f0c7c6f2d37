import { VALID } from "../unit/sip/valid_messages.ts";
import { message, SDP, SDP_LINES, type TortureCase } from "./case.ts";

const BAD = { phone: "refuse 400", provider: "refuse 400" } as const;
/** Goes on from a phone; from the provider it names no phone of ours. */
const PASSES = { phone: "accept", provider: "refuse 404" } as const;
/** A REGISTER that goes on from a phone; nobody outside registers with us. */
const REGISTERS = { phone: "accept", provider: "refuse 403" } as const;

/** RFC 4475 §3.2 to §3.4: read without complaint, and refused, if at all, for what they mean. */
export const SEMANTIC_CASES: readonly TortureCase[] = [
  { name: "badbranch", section: "RFC 4475 §3.2.1", text: VALID.badbranch!, ...PASSES },
  {
    name: "insuf",
    section: "RFC 4475 §3.3.1",
    text: message([
      "INVITE sip:user@example.com SIP/2.0",
      "CSeq: 193942 INVITE",
      "Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf",
      ...SDP_LINES,
    ], SDP),
    ...BAD,
  },
  {
    name: "unkscm",
    section: "RFC 4475 §3.3.2",
    text: options("unkscm", "nobodyKnowsThisScheme:totallyopaquecontent"),
    phone: "refuse 416",
    provider: "refuse 416",
  },
  {
    name: "novelsc",
    section: "RFC 4475 §3.3.3",
    text: VALID.novelsc!,
    phone: "refuse 416",
    provider: "refuse 416",
  },
  // §3.3.4 asks proxies to pass it on, but the registrar must get a Contact of ours in the phone's place (RULES C3),
  // and of `name:` none can be made. As it is it would register a place that no call reaches us from, for a phone
  // that believes it can be called; better it hears the 400 that a registrar gives this message anyway.
  {
    name: "unksm2",
    section: "RFC 4475 §3.3.4",
    text: VALID.unksm2!,
    phone: "refuse 400",
    provider: "refuse 403",
  },
  {
    name: "bext01",
    section: "RFC 4475 §3.3.5",
    text: options("bext01", "sip:user@example.com", [
      "Supported: 100rel",
      "Require: nothingSupportsThis, nothingSupportsThisEither",
      "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis",
    ]),
    phone: "refuse 420",
    provider: "refuse 420",
  },
  {
    name: "invut",
    section: "RFC 4475 §3.3.6",
    text: message([
      ...invite("invut"),
      "Content-Type: application/unknownformat",
      "Content-Length: 40",
    ], '<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n'),
    ...PASSES,
  },
  {
    name: "regaut01",
    section: "RFC 4475 §3.3.7",
    text: register("regaut01", "<sip:j.user@host.example.com>", [
      "Authorization: NoOneKnowsThisScheme opaque-data=here",
    ]),
    ...REGISTERS,
  },
  {
    name: "multi01",
    section: "RFC 4475 §3.3.8",
    text: message([
      "INVITE sip:user@company.com SIP/2.0",
      "Contact: <sip:caller@host25.example.net>",
      "Via: SIP/2.0/UDP 192.0.2.25;branch=z9hG4bKkdjuw",
      "Max-Forwards: 70",
      "CSeq: 5 INVITE",
      "Call-ID: multi01.98asdh@192.0.2.1",
      "CSeq: 59 INVITE",
      "Call-ID: multi01.98asdh@192.0.2.2",
      "From: sip:caller@example.com;tag=3413415",
      "To: sip:user@example.com",
      "To: sip:other@example.net",
      "From: sip:caller@example.net;tag=2923420123",
      ...SDP_LINES,
      "Contact: <sip:caller@host36.example.net>",
      "Max-Forwards: 5",
    ], SDP),
    ...BAD,
  },
  {
    name: "mcl01",
    section: "RFC 4475 §3.3.9",
    text: message([
      "OPTIONS sip:user@example.com SIP/2.0",
      "Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bK293423",
      "To: sip:user@example.com",
      "From: sip:other@example.net;tag=3923942",
      "Call-ID: mcl01.fhn2323orihawfdoa3o4r52o3irsdf",
      "CSeq: 15932 OPTIONS",
      "Content-Length: 13",
      "Max-Forwards: 60",
      "Content-Length: 5",
      "Content-Type: text/plain",
    ], "There's no way to know how many octets are supposed to be here.\r\n"),
    ...BAD,
  },
  {
    name: "bcast",
    section: "RFC 4475 §3.3.10",
    text: message([
      "SIP/2.0 200 OK",
      "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923",
      "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23",
      "Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf",
      "CSeq: 35 INVITE",
      "From: sip:user@example.com;tag=11141343",
      "To: sip:user@example.edu;tag=2229",
      ...SDP_LINES,
      "Contact: <sip:user@host28.example.com>",
    ], SDP),
    phone: "drop response.unmatched",
    provider: "drop response.unmatched",
  },
  {
    name: "zeromf",
    section: "RFC 4475 §3.3.11",
    text: VALID.zeromf!,
    phone: "refuse 483",
    provider: "refuse 483",
  },
  {
    name: "cparam01",
    section: "RFC 4475 §3.3.12",
    text: register("cparam01", "sip:+19725552222@gw1.example.net;unknownparam"),
    ...REGISTERS,
  },
  {
    name: "cparam02",
    section: "RFC 4475 §3.3.13",
    text: register("cparam02", "<sip:+19725552222@gw1.example.net;unknownparam>"),
    ...REGISTERS,
  },
  {
    name: "regescrt",
    section: "RFC 4475 §3.3.14",
    text: register("regescrt", "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"),
    ...REGISTERS,
  },
  {
    name: "sdp01",
    section: "RFC 4475 §3.3.15",
    text: message([...invite("sdp01"), "Accept: text/nobodyKnowsThis", ...SDP_LINES], SDP),
    ...PASSES,
  },
  // An INVITE of RFC 2543 need not say where its caller is; nobody could acknowledge or end that call.
  { name: "inv2543", section: "RFC 4475 §3.4.1", text: VALID.inv2543!, ...BAD },
];

function options(name: string, uri: string, more: readonly string[] = []): string {
  return message([
    `OPTIONS ${uri} SIP/2.0`,
    "To: sip:user@example.com",
    "From: sip:caller@example.net;tag=384",
    "Max-Forwards: 3",
    `Call-ID: ${name}.asdfasser0q239nwsdfasdkl34`,
    "CSeq: 3923423 OPTIONS",
    `Via: SIP/2.0/TCP host9.example.com;branch=z9hG4bK-${name}`,
    ...more,
    "Content-Length: 0",
  ]);
}

function invite(name: string): string[] {
  return [
    "INVITE sip:user@example.com SIP/2.0",
    "Contact: <sip:caller@host5.example.net>",
    "To: sip:j.user@example.com",
    "From: sip:caller@example.net;tag=8392034",
    "Max-Forwards: 70",
    `Call-ID: ${name}.0ha0isndaksdjadsfij34n23d`,
    "CSeq: 235448 INVITE",
    `Via: SIP/2.0/UDP somehost.example.com;branch=z9hG4bK-${name}`,
  ];
}

function register(name: string, contact: string, more: readonly string[] = []): string {
  return message([
    "REGISTER sip:example.com SIP/2.0",
    "To: sip:j.user@example.com",
    "From: sip:j.user@example.com;tag=87321hj23128",
    "Max-Forwards: 8",
    `Call-ID: ${name}.0ha0isndaksdj`,
    "CSeq: 9338 REGISTER",
    `Via: SIP/2.0/TCP 192.0.2.253;branch=z9hG4bK-${name}`,
    ...more,
    `Contact: ${contact}`,
    "Content-Length: 0",
  ]);
}
