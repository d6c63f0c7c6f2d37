import { VALID } from "../unit/sip/valid_messages.ts";
import { message, SDP, SDP_LINES, type TortureCase, type Verdict } from "./case.ts";

const DBLREQ = message([
  "REGISTER sip:example.com SIP/2.0",
  "To: sip:j.user@example.com",
  "From: sip:j.user@example.com;tag=43251j3j324",
  "Max-Forwards: 8",
  "I: dblreq.0ha0isndaksdj99sdfafnl3lk233412",
  "Contact: sip:j.user@host.example.com",
  "CSeq: 8 REGISTER",
  "Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492",
  "Content-Length: 0",
]) + message([
  "INVITE sip:joe@example.com SIP/2.0",
  "t: sip:joe@example.com",
  "From: sip:caller@example.net;tag=141334",
  "Max-Forwards: 8",
  "Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15",
  "CSeq: 8 INVITE",
  "Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw380234",
  ...SDP_LINES,
], SDP);

/** RFC 4475 §3.1.1: all must be read; the answers to nobody's request belong to no transaction. */
export const VALID_CASES: readonly TortureCase[] = [
  valid("wsinv", "3.1.1.1", "accept", "refuse 481"),
  valid("intmeth", "3.1.1.2", "accept", "refuse 404"),
  valid("esc01", "3.1.1.3", "accept", "refuse 404"),
  valid("escnull", "3.1.1.4", "accept", "refuse 403"),
  valid("esc02", "3.1.1.5", "accept", "refuse 404"),
  valid("lwsdisp", "3.1.1.6", "accept", "refuse 404"),
  valid("longreq", "3.1.1.7", "accept", "refuse 404"),
  {
    name: "dblreq",
    section: "RFC 4475 §3.1.1.8",
    text: DBLREQ,
    phone: "accept",
    provider: "refuse 403",
  },
  valid("semiuri", "3.1.1.9", "accept", "refuse 404"),
  valid("transports", "3.1.1.10", "accept", "refuse 404"),
  // Read, but its Route names 127.0.0.1, and nobody is there outside (RULES N2).
  valid("mpart01", "3.1.1.11", "accept", "refuse 404"),
  valid("unreason", "3.1.1.12", "drop response.unmatched", "drop response.unmatched"),
  valid("noreason", "3.1.1.13", "drop response.unmatched", "drop response.unmatched"),
];

function valid(name: string, section: string, phone: Verdict, provider: Verdict): TortureCase {
  return { name, section: `RFC 4475 §${section}`, text: VALID[name]!, phone, provider };
}
