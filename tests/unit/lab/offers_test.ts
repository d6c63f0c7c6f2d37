import { assertEquals } from "@std/assert";
import { seenDescriptions } from "../../lab/offers.ts";
import { rtp, sip } from "./packets.ts";

const [A, P] = ["203.0.113.1:5060", "203.0.113.10:5060"];
const BODY = ["", "v=0", "c=IN IP4 203.0.113.1", "m=audio 10000 RTP/AVP 0", "m=video 0 RTP/AVP 96"];

Deno.test("descriptions are read from INVITEs and their answers", () => {
  const packets = [
    sip(A, P, ["INVITE sip:b SIP/2.0", "Call-ID: one", "CSeq: 1 INVITE", ...BODY]),
    rtp(A, P, { sequence: 1 }),
    sip(P, A, ["SIP/2.0 183 Progress", "i: one", "CSeq: 1 INVITE", ...BODY]),
    sip(P, A, ["SIP/2.0 200 OK", "Call-ID: two", "CSeq: 1 OPTIONS", ...BODY]),
    sip(A, P, ["ACK sip:b SIP/2.0", "Call-ID: one", "CSeq: 1 ACK", ""]),
  ];
  const found = seenDescriptions(packets);
  const ports = { audio: 10_000, video: 0 };
  assertEquals(found, [
    { from: A, to: P, what: "INVITE", callId: "one", ip: "203.0.113.1", ports },
    { from: P, to: A, what: "183", callId: "one", ip: "203.0.113.1", ports },
  ]);
});
