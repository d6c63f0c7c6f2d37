import { oneLine } from "../sip/header_field.ts";
import { cseq, headerText, headerValues } from "../sip/headers.ts";
import type { SipMessage, SipRequest, SipResponse } from "../sip/message.ts";
import { makeRequest } from "../sip/write.ts";

/** The ACK of a 300–699, which goes where its INVITE went (RFC 3261 §17.1.1.3). */
export function makeAck(invite: SipRequest, response: SipResponse): SipRequest {
  return follow(invite, "ACK", response);
}

/** The text of an ACK of {@linkcode makeAck} for another failure of the same INVITE: it has that one's To. */
export function repeatAck(ack: string, response: SipResponse): string {
  const to = oneLine(headerText(response, "to") ?? "");
  return ack.replace(/\r\nTo: [^\r\n]*/, () => `\r\nTo: ${to}`);
}

/** The CANCEL of an INVITE, which goes where the INVITE went (RFC 3261 §9.1). */
export function makeCancel(invite: SipRequest): SipRequest {
  return follow(invite, "CANCEL", invite);
}

/** A request of the INVITE's branch: one Via, the same Route, From, Call-ID and CSeq number. */
function follow(invite: SipRequest, method: string, toFrom: SipMessage): SipRequest {
  const headers: [string, string][] = [
    ["Via", headerValues(invite, "via")[0] ?? ""],
    ...headerValues(invite, "route").map((route): [string, string] => ["Route", route]),
    ["Max-Forwards", "70"],
    ["From", headerText(invite, "from") ?? ""],
    ["To", headerText(toFrom, "to") ?? ""],
    ["Call-ID", headerText(invite, "call-id") ?? ""],
    ["CSeq", `${cseq(invite).number} ${method}`],
  ];
  return makeRequest({ method, uri: invite.uri, headers });
}
