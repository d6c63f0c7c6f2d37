import type { Flow } from "../../../src/base/address.ts";
import type { SipRequest, SipResponse } from "../../../src/sip/message.ts";
import { makeRequest, makeResponse } from "../../../src/sip/write.ts";

/** What a test request differs in from the usual one. */
export interface Variation {
  readonly uri?: string;
  readonly via?: string;
  readonly toTag?: string;
  readonly fromTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly extra?: readonly [string, string][];
}

/** The Via of {@linkcode request}. */
export const VIA = "SIP/2.0/UDP 192.168.1.50:5060;branch=z9hG4bKphone1";

/** A request as a phone sends it. */
export function request(method: string, variation: Variation = {}): SipRequest {
  const tag = variation.toTag === undefined ? "" : `;tag=${variation.toTag}`;
  return makeRequest({
    method,
    uri: variation.uri ?? "sip:bob@example.org",
    headers: [
      ["Via", variation.via ?? VIA],
      ...(variation.extra ?? []),
      ["Max-Forwards", "69"],
      ["From", `"Alice" <sip:alice@example.org>;tag=${variation.fromTag ?? "a1"}`],
      ["To", `<sip:bob@example.org>${tag}`],
      ["Call-ID", variation.callId ?? "c1@phone"],
      ["CSeq", `${variation.cseq ?? 7} ${method}`],
    ],
  });
}

/** An answer to it, tagged `b1` unless told. */
export function answer(to: SipRequest, status: number, tag = "b1"): SipResponse {
  return makeResponse(to, { status, toTag: tag });
}

/** Where a message came from. */
export function flow(
  ip = "192.168.1.50",
  port = 5060,
  transport: Flow["transport"] = "udp",
): Flow {
  return {
    listener: "inside/udp/192.168.1.1:5060",
    transport,
    local: { family: 4, ip: "192.168.1.1", port: 5060 },
    remote: { family: 4, ip, port },
  };
}

/** `486` of a response's text, `ACK` of a request's. */
export function brief(text: string): string {
  return text.startsWith("SIP/2.0 ") ? text.slice(8, 11) : text.slice(0, text.indexOf(" "));
}
