import { keyedHash } from "../base/hash.ts";
import type { Flow } from "../base/address.ts";
import { callId, cseq, fromTag, headerValues, toTag } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { MAGIC_COOKIE, parseVia, viaBranch } from "../sip/via.ts";

/** Length of a token (RULES C1): 100 bits. */
const TOKEN_LENGTH = 20;

/** What names a binding: its phone in the AOR, by `+sip.instance` with `reg-id`, else by its Contact URI, and its registrar (RULES C1). */
export interface PhoneKey {
  readonly aor: string;
  readonly instance: string;
  readonly registrationId: string;
  /** Canonical Contact URI. */
  readonly uri: string;
  /** The host that its REGISTER is sent to: another registrar's binding is another one. */
  readonly host: string;
}

/** Token of a registration: the same phone keeps it, even after lost state (RULES C1). */
export function registrationToken(secret: string, key: PhoneKey): string {
  const phone = key.instance !== "" ? [key.instance, key.registrationId] : ["", key.uri];
  return keyedHash(secret, ["registration", key.aor, ...phone, key.host], TOKEN_LENGTH);
}

/** Token of the inside party of a dialog: the same for each message of that dialog (RULES C2). */
export function dialogToken(secret: string, call: string, insideTag: string): string {
  return keyedHash(secret, ["dialog", call, insideTag], TOKEN_LENGTH);
}

/** What a branch is derived from, beside the request. */
export interface BranchInput {
  readonly flow: Flow;
  readonly target: Flow;
  /** The phone's token where a request forks to phones: two accounts of one phone share a flow. */
  readonly phone?: string;
  readonly attempt: number;
}

/** Our branch for a request to a target (RULES V2): a retransmission after a restart gets the same. */
export function branchFor(secret: string, request: SipRequest, input: BranchInput): string {
  const { flow, target, phone = "", attempt } = input;
  const parts = [
    ...upstreamKey(request),
    `${flow.listener} ${flow.remote.ip}:${flow.remote.port}`,
    `${target.listener} ${target.remote.ip}:${target.remote.port}`,
    phone,
    String(attempt),
    // An ACK of a 2xx may come with its INVITE's branch (RFC 6026 §7.1 knows such phones): it is a message of its own.
    request.method === "ACK" ? "ACK" : "",
  ];
  return `${MAGIC_COOKIE}${keyedHash(secret, ["branch", ...parts], 32)}`;
}

function upstreamKey(request: SipRequest): string[] {
  const top = headerValues(request, "via")[0] ?? "";
  const via = parseVia(top);
  const branch = via.ok ? viaBranch(via.value) : undefined;
  if (via.ok && branch?.startsWith(MAGIC_COOKIE) && branch.length > MAGIC_COOKIE.length) {
    return [branch, `${via.value.host}:${via.value.port ?? ""}`];
  }
  // Elements of RFC 2543 give no unique branch: the fields of RFC 3261 §17.2.3 instead.
  const number = String(cseq(request).number);
  const tags = [toTag(request) ?? "", fromTag(request) ?? ""];
  return [request.uri, ...tags, callId(request), number, top];
}
