import { assert } from "@std/assert";
import { headerText, headerValues } from "../../../src/sip/headers.ts";
import type { SipMessage, SipRequest } from "../../../src/sip/message.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { makeResponse, writeMessage } from "../../../src/sip/write.ts";
import { ALICE } from "./world_fixture.ts";

/** How a request differs from the usual one; `headers` come last, as they are. */
export interface RequestParts {
  readonly method?: string;
  readonly uri?: string;
  readonly via?: string;
  readonly branch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly call?: string;
  readonly cseq?: number;
  /** Empty for none. */
  readonly contact?: string;
  readonly hops?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** An INVITE, SUBSCRIBE or REFER has one (RFC 3261 §8.1.1.8): the place that its Via names. */
function usualContact(method: string, via: string): string {
  if (!["INVITE", "SUBSCRIBE", "REFER"].includes(method)) return "";
  return `<sip:${/^SIP\/2\.0\/\S+ ([^;,]+)/.exec(via)?.[1] ?? ALICE}>`;
}

/** Text of a request: an INVITE of alice to bob unless the parts say otherwise. */
export function requestText(parts: RequestParts = {}): string {
  const method = parts.method ?? "INVITE";
  const { cseq = 1, body = "" } = parts;
  const branch = parts.branch ?? `z9hG4bK-${parts.call ?? "call-1"}-${method}-${cseq}`;
  const via = parts.via ?? `SIP/2.0/UDP ${ALICE};branch=${branch};rport`;
  const contact = parts.contact ?? usualContact(method, via);
  return [
    `${method} ${parts.uri ?? "sip:bob@example.com"} SIP/2.0`,
    ...(via === "" ? [] : [`Via: ${via}`]),
    `Max-Forwards: ${parts.hops ?? "70"}`,
    `From: ${parts.from ?? "<sip:alice@example.com>;tag=alice"}`,
    `To: ${parts.to ?? "<sip:bob@example.com>"}`,
    `Call-ID: ${parts.call ?? "call-1"}`,
    `CSeq: ${cseq} ${method}`,
    ...(contact === "" ? [] : [`Contact: ${contact}`]),
    ...parts.headers ?? [],
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

export function parsed(text: string): SipMessage {
  const message = parseMessage(text);
  assert(message.ok, `Cannot parse: ${text}`);
  return message.value;
}

export function request(parts: RequestParts = {}): SipRequest {
  return parsed(requestText(parts)) as SipRequest;
}

/** How an answer differs from a bare one. */
export interface AnswerParts {
  readonly reason?: string;
  readonly tag?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** Text of an answer to a request as it was sent. */
export function answerText(to: SipRequest, status: number, parts: AnswerParts = {}): string {
  const { tag = "answer", headers = [], body = "" } = parts;
  const type = body === "" ? [] : [["Content-Type", "application/sdp"] as const];
  const all = [...headers, ...type];
  const reason = parts.reason === undefined ? {} : { reason: parts.reason };
  return writeMessage(makeResponse(to, { status, toTag: tag, headers: all, body, ...reason }));
}

/** A description with one audio stream. */
export function audio(ip: string, port = 4000): string {
  return [
    "v=0",
    `o=- 1 1 IN IP4 ${ip}`,
    "s=-",
    `c=IN IP4 ${ip}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 0`,
    "",
  ].join("\r\n");
}

export function header(message: SipMessage, key: string): string {
  return headerText(message, key) ?? "";
}

export { headerValues };
