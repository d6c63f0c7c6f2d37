import { parseMessage } from "../../../src/sip/parse.ts";
import type { SipMessage, SipRequest, SipResponse } from "../../../src/sip/message.ts";

/** Lines as a message without body. */
export function text(...lines: string[]): string {
  return [...lines, "", ""].join("\r\n");
}

/** The message of a text that must be one. */
export function message(written: string): SipMessage {
  const parsed = parseMessage(written);
  if (!parsed.ok) throw new Error(parsed.reason.reason);
  return parsed.value;
}

/** A request of these lines. */
export function request(...lines: string[]): SipRequest {
  const parsed = message(text(...lines));
  if (parsed.kind !== "request") throw new Error("Not a request");
  return parsed;
}

/** A response of these lines. */
export function response(...lines: string[]): SipResponse {
  const parsed = message(text(...lines));
  if (parsed.kind !== "response") throw new Error("Not a response");
  return parsed;
}

/** The fields every request needs. */
export const MANDATORY = [
  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
  "From: <sip:a@example.com>;tag=f",
  "To: <sip:b@example.com>",
  "Call-ID: c@192.0.2.1",
  "CSeq: 1 OPTIONS",
];

/** An OPTIONS request that needs nothing more. */
export const OPTIONS = ["OPTIONS sip:b@example.com SIP/2.0", ...MANDATORY];
