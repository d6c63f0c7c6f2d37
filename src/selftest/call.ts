import type { Address } from "../base/address.ts";
import { callId, cseq, fromTag, headerText, headerValues, toTag } from "../sip/headers.ts";
import type { SipMessage, SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { getParam } from "../sip/params.ts";
import { makeRequest } from "../sip/write.ts";
import { uriAddress } from "./endpoint.ts";

/** A header field as name and value. */
export type Header = readonly [name: string, value: string];

/** One call as its party sees it (RFC 3261 §12): a dialog, or what may become one. */
export interface Call {
  readonly callId: string;
  readonly outgoing: boolean;
  state: "calling" | "invited" | "up" | "ended";
  /** The INVITE, as sent or received last. */
  invite: SipRequest;
  /** Our party's From or To value, tag included. */
  local: string;
  /** The other party's, with its tag once that is known. */
  remote: string;
  /** CSeq number of our latest request. */
  sequence: number;
  /** The other party's Contact URI. */
  target: string;
  /** Route set, next hop first. */
  routes: readonly string[];
  /** Where the other party wants RTP. */
  farMedia?: Address;
  /** Names our INVITE to CANCEL it. */
  branch?: string;
  /** The ACK we sent, sent again when the 2xx is repeated. */
  ack?: { readonly to: Address; readonly text: string };
}

/** Takes the dialog's state out of what the other party sent: a 2xx to our INVITE, or its INVITE. */
export function learnDialog(call: Call, message: SipMessage): void {
  const routes = headerValues(message, "record-route");
  call.routes = call.outgoing ? routes.reverse() : routes;
  call.remote = headerText(message, call.outgoing ? "to" : "from") ?? call.remote;
  call.target = contactUri(message) ?? call.target;
}

/** The URI of a message's first Contact. */
export function contactUri(message: SipMessage): string | undefined {
  const contact = headerValues(message, "contact")[0];
  const parsed = contact === undefined ? undefined : parseNameAddr(contact);
  return parsed?.ok ? parsed.value.uri : undefined;
}

/** Makes a request within the call's dialog; ACK takes the INVITE's CSeq number, others the next one. */
export function dialogRequest(
  call: Call,
  options: {
    readonly method: string;
    readonly contact: string;
    readonly headers?: readonly Header[];
  },
): SipRequest {
  const { method, contact, headers = [] } = options;
  if (method !== "ACK") call.sequence++;
  return makeRequest({
    method,
    uri: call.target,
    headers: [
      ["Max-Forwards", "70"],
      ...call.routes.map((route): Header => ["Route", route]),
      ["From", call.local],
      ["To", call.remote],
      ["Call-ID", call.callId],
      ["CSeq", `${method === "ACK" ? cseq(call.invite).number : call.sequence} ${method}`],
      ["Contact", contact],
      ...headers,
    ],
  });
}

/** Where a request of the dialog goes: the first route, else the outbound proxy, else the other party's Contact. */
export function dialogAddress(call: Call, outboundProxy: Address | undefined): Address | undefined {
  const route = call.routes[0] === undefined ? undefined : parseNameAddr(call.routes[0]);
  if (route === undefined && outboundProxy !== undefined) return outboundProxy;
  const address = uriAddress(route?.ok ? route.value.uri : call.target);
  return address.ok ? address.value : undefined;
}

/** True when a request belongs to the call by Call-ID and tags. */
export function belongs(call: Call, request: SipRequest): boolean {
  return callId(request) === call.callId && toTag(request) === tagOf(call.local) &&
    fromTag(request) === tagOf(call.remote);
}

/** The tag of a From or To value. */
export function tagOf(value: string): string | undefined {
  const parsed = parseNameAddr(value);
  return parsed.ok ? getParam(parsed.value.params, "tag") : undefined;
}
