import type { Flow } from "../base/address.ts";
import { callId, cseq, fromTag, headerValues, topVia, toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { MAGIC_COOKIE, type Via, viaBranch } from "../sip/via.ts";

/**
 * The key of the server transaction a request belongs to (RFC 3261 §17.2.3), as if its method were `method`.
 * The remote IP is part of it, so that nobody reaches another host's transaction by copying its branch.
 */
export function serverKey(request: SipRequest, flow: Flow, method: string): string {
  const via = topVia(request);
  const branch = via === undefined ? undefined : viaBranch(via);
  if (via === undefined || !isUnique(branch)) {
    return olderKey(request, flow, { method, tag: toTag(request) ?? "" });
  }
  return [method, branch, sentBy(via), flow.remote.ip].join(" ");
}

/**
 * What a CANCEL and its INVITE share though their sent-by differs: softphones of pjsip learn their public address
 * by the first answer and write it into the CANCEL's Via. Undefined for a branch that is not unique.
 */
export function cancelledKey(request: SipRequest, flow: Flow): string | undefined {
  const via = topVia(request);
  const branch = via === undefined ? undefined : viaBranch(via);
  if (!isUnique(branch)) return undefined;
  return JSON.stringify([branch, flow.remote.ip, callId(request), fromTag(request) ?? ""]);
}

/** The keys under which the INVITE of an ACK to a 300–699 may be found (RFC 3261 §17.2.3). */
export function acknowledgedKeys(ack: SipRequest, flow: Flow): readonly string[] {
  const key = serverKey(ack, flow, "INVITE");
  if (!isOlder(ack)) return [key];
  // The To tag of the ACK is the response's: the INVITE had the same one, or none.
  return [key, olderKey(ack, flow, { method: "INVITE", tag: "" })];
}

/** True for a request whose branch was not made by RFC 3261's rules, so that its fields identify it. */
export function isOlder(request: SipRequest): boolean {
  const via = topVia(request);
  return via === undefined || !isUnique(viaBranch(via));
}

/** The key of the client transaction with a branch of ours and a method (RFC 3261 §17.1.3). */
export function clientKey(branch: string, method: string): string {
  // Branches compare case-insensitively (§7.3.1), and ours differ in more than case.
  return `${method} ${branch.toLowerCase()}`;
}

/** The key of the client transaction a response answers; undefined when it has no branch. */
export function answeredKey(response: SipResponse): string | undefined {
  const via = topVia(response);
  const branch = via === undefined ? undefined : viaBranch(via);
  return branch === undefined ? undefined : clientKey(branch, cseq(response).method);
}

/** A cookie with nothing behind it is no unique branch (RFC 4475 §3.2.1). */
function isUnique(branch: string | undefined): boolean {
  return branch !== undefined && branch.startsWith(MAGIC_COOKIE) &&
    branch.length > MAGIC_COOKIE.length;
}

function olderKey(
  request: SipRequest,
  flow: Flow,
  options: { method: string; tag: string },
): string {
  return JSON.stringify([
    options.method,
    request.uri,
    options.tag,
    fromTag(request) ?? "",
    callId(request),
    cseq(request).number,
    topViaIdentity(request),
    flow.remote.ip,
  ]);
}

/** What stays the same in a Via while `received` and `rport` are filled in. */
function topViaIdentity(request: SipRequest): string {
  const via = topVia(request);
  if (via === undefined) return headerValues(request, "via")[0] ?? "";
  return [via.protocol, via.transport, sentBy(via), viaBranch(via) ?? ""].join(" ");
}

function sentBy(via: Via): string {
  return `${via.host.toLowerCase()}:${via.port ?? 5060}`;
}
