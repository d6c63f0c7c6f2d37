import { assertEquals } from "@std/assert";
import { withHeader, withTopValue } from "../../../src/sip/edit.ts";
import { writeMessage } from "../../../src/sip/write.ts";
import { makeAck, makeCancel, repeatAck } from "../../../src/transaction/hop_by_hop.ts";
import { answer, request } from "./messages.ts";

const INVITE = withTopValue(
  request("INVITE", {
    extra: [
      ["Route", "<sip:p1.example.org;lr>, <sip:p2.example.org;lr>"],
      ["Route", "<sip:p3.example.org;lr>"],
      ["Require", "100rel"],
      ["Contact", "<sip:alice@192.168.1.50>"],
    ],
  }),
  "Via",
  "SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKours;rport",
);

function lines(method: string, to: string): string {
  return [
    `${method} sip:bob@example.org SIP/2.0`,
    "Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKours;rport",
    "Route: <sip:p1.example.org;lr>",
    "Route: <sip:p2.example.org;lr>",
    "Route: <sip:p3.example.org;lr>",
    "Max-Forwards: 70",
    'From: "Alice" <sip:alice@example.org>;tag=a1',
    `To: ${to}`,
    "Call-ID: c1@phone",
    `CSeq: 7 ${method}`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

Deno.test("The ACK of a failure has the INVITE's top Via, route and number, and the answer's To", () => {
  const ack = makeAck(INVITE, answer(INVITE, 486));
  assertEquals(writeMessage(ack), lines("ACK", "<sip:bob@example.org>;tag=b1"));
});

Deno.test("The ACK of another failure differs in To alone, whatever stands there", () => {
  const ack = writeMessage(makeAck(INVITE, answer(INVITE, 486)));
  for (const to of ["<sip:bob@example.org>;tag=b2", '"$& $1" <sip:bob@example.org>;tag=b3']) {
    const other = withHeader(answer(INVITE, 486), "To", to);
    assertEquals(repeatAck(ack, other), lines("ACK", to));
    assertEquals(repeatAck(ack, other), writeMessage(makeAck(INVITE, other)));
  }
});

Deno.test("A CANCEL has the INVITE's top Via, route and number, and its To", () => {
  assertEquals(writeMessage(makeCancel(INVITE)), lines("CANCEL", "<sip:bob@example.org>"));
});
