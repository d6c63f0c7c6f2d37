import type { Flow } from "../base/address.ts";
import { callId, cseq, fromTag, headerText, isWithinDialog, toTag } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { getParam, type Param } from "../sip/params.ts";
import { parseUri, telNumber, uriKey } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import { tokenOf } from "./contact.ts";
import type { Refusal } from "./contexts.ts";
import { type Dialog, dialogKey, type InsideParty } from "./dialogs.ts";
import { CREATES } from "./track.ts";
import { domainsOfIp, providerOf } from "./providers.ts";
import { dialogToken } from "./tokens.ts";
import { isKnownPeer, isOwnIp } from "./view.ts";
import type { World } from "./world.ts";

/** An inside target of a request. */
export interface Phone {
  readonly uri: string;
  readonly maskedUser: string;
  readonly flow: Flow;
  readonly routes: readonly string[];
  readonly binding: Binding | undefined;
}

/** What RULES T1 says of a request from outside. */
export type Found =
  | {
    readonly kind: "phones";
    readonly phones: readonly Phone[];
    readonly dialog: Dialog | undefined;
    readonly party: InsideParty | undefined;
  }
  | { readonly kind: "answer"; readonly answer: Refusal }
  /** It is for nobody here; without an answer even who would get one hears nothing. */
  | { readonly kind: "nobody"; readonly why: string; readonly answer: Refusal | undefined };

/** Finds the phone for a request from outside by RULES T1. */
export function findPhone(world: World, flow: Flow, request: SipRequest): Found {
  const known = isKnownPeer(world, flow.remote.ip);
  if (request.method === "REGISTER") {
    return nobody(known, {
      why: "REGISTER from outside",
      answer: { status: 403, reason: "Registrations are taken from the inside only" },
    });
  }
  if (isWithinDialog(request) || isInUntagged(world, request)) {
    return findDialog(world, request, known);
  }
  const byToken = findByToken(world, request, known);
  if (byToken !== undefined) return byToken;
  const byName = known ? findByName(world, flow, request) : undefined;
  return byName ?? nobody(known, {
    why: "no phone addressed",
    answer: { status: 404, reason: "Not Found" },
  });
}

/**
 * True for a request in a dialog whose phone gave no tag: its null tag is what a missing To tag means (RFC 3261
 * §12.1.2). The INVITE that made it comes once more where a registrar forks.
 */
function isInUntagged(world: World, request: SipRequest): boolean {
  const dialog = world.dialogs.get(dialogKey(callId(request), "", fromTag(request) ?? ""));
  if (dialog === undefined) return false;
  return !CREATES.has(request.method) || cseq(request).number > dialog.cseq.outside;
}

/** A known peer is told that there is nobody; what others hear is decided where strangers are (RULES S3). */
function nobody(known: boolean, { why, answer }: { why: string; answer: Refusal }): Found {
  return known ? { kind: "answer", answer } : { kind: "nobody", why, answer };
}

/** A To tag belongs to a dialog of ours or to nobody: it never falls through to an AOR. */
function findDialog(world: World, request: SipRequest, known: boolean): Found {
  const call = callId(request);
  const insideTag = toTag(request) ?? "";
  const dialog = world.dialogs.get(dialogKey(call, insideTag, fromTag(request) ?? ""));
  if (dialog?.ended) return nobody(known, { why: "ended dialog", answer: endedAnswer(request) });
  const party = dialog?.party ?? partyOfNewDialog(world, request, known);
  if (party === undefined || party.callId !== call || party.tag !== insideTag) {
    return nobody(known, {
      why: "unknown dialog",
      answer: { status: 481, reason: "Call/Transaction Does Not Exist" },
    });
  }
  return { kind: "phones", phones: [ofDialog(world, request, party)], dialog, party };
}

/**
 * The party whose token a request carries, its dialog being new to us: a NOTIFY may overtake the 200 that
 * would have made it, a known peer's request the answer of a fork. A stranger's guess at the tags is neither (RULES C2).
 */
function partyOfNewDialog(
  world: World,
  request: SipRequest,
  known: boolean,
): InsideParty | undefined {
  return known || request.method === "NOTIFY" ? partyOfToken(world, request, known) : undefined;
}

/** What a request gets for {@linkcode TIMES.memory} after its dialog's end (RULES X2). */
export function endedAnswer(request: SipRequest): Refusal {
  return request.method === "BYE"
    ? { status: 200, reason: "OK" }
    : { status: 481, reason: "Call/Transaction Does Not Exist" };
}

function findByToken(world: World, request: SipRequest, known: boolean): Found | undefined {
  const token = requestToken(request);
  const binding = token === undefined ? undefined : world.bindings.find(token);
  if (binding !== undefined) {
    const narrowed = providerOf(world, binding.domain)?.admit === "known";
    return narrowed && !known
      ? { kind: "nobody", why: "token from an unknown address", answer: undefined }
      : ofBindings([binding]);
  }
  const party = partyOfToken(world, request, known);
  if (party === undefined) return undefined;
  // Out of its dialog a dialog token is good for one thing: the INVITE that replaces it (RULES C2).
  if (request.method !== "INVITE" || !replaces(world, request, party)) return undefined;
  return { kind: "phones", phones: [ofParty(party)], dialog: undefined, party: undefined };
}

/** The token in the Request-URI. */
function requestToken(request: SipRequest): string | undefined {
  const uri = parseUri(request.uri);
  return uri.ok ? tokenOf(uri.value) : undefined;
}

function partyOfToken(
  world: World,
  request: SipRequest,
  known: boolean,
): InsideParty | undefined {
  const token = requestToken(request);
  if (token === undefined) return undefined;
  const party = world.dialogs.party(token);
  if (party !== undefined) return party;
  // `contact = "registered"`: the registration's token stands for its phone's dialogs too (RULES C2).
  const provider = providerOf(world, world.bindings.find(token)?.domain);
  if (provider?.contact !== "registered" || (provider.admit === "known" && !known)) {
    return undefined;
  }
  return world.dialogs.party(dialogToken(world.secret, callId(request), toTag(request) ?? ""));
}

/** True when a Replaces header (RFC 3891) names a dialog of that inside party. */
function replaces(world: World, request: SipRequest, party: InsideParty): boolean {
  const [call, ...rest] = (headerText(request, "replaces") ?? "").split(";");
  const params: Param[] = rest.map((part) => {
    const [name, ...value] = part.split("=");
    return { name: (name ?? "").trim(), value: value.join("=").trim() };
  });
  const insideTag = getParam(params, "to-tag") ?? "";
  const outsideTag = getParam(params, "from-tag") ?? "";
  const dialog = world.dialogs.get(dialogKey((call ?? "").trim(), insideTag, outsideTag));
  return dialog !== undefined && !dialog.ended && dialog.party === party;
}

/** By name, for known peers: AOR in To or Request-URI, else a user part that only one binding of that provider has. */
function findByName(world: World, flow: Flow, request: SipRequest): Found | undefined {
  const to = parseNameAddr(headerText(request, "to") ?? "");
  const keys = [uriKey(request.uri), to.ok ? uriKey(to.value.uri) : ""];
  for (const key of keys) {
    const bindings = world.bindings.ofAor(key);
    if (bindings.length > 0) return ofBindings(bindings);
  }
  const uri = parseUri(request.uri);
  const user = uri.ok ? telNumber(uri.value) ?? uri.value.user : undefined;
  if (user === undefined) return undefined;
  const ip = flow.remote.ip;
  const binding = isOwnIp(world, ip)
    ? world.bindings.onlyOfUser(user, undefined)
    : world.bindings.onlyOfUser(user, ip, domainsOfIp(world, ip));
  return binding && ofBindings([binding]);
}

function ofBindings(bindings: readonly Binding[]): Found {
  const phones = bindings.map((binding) => ({
    uri: binding.uri,
    maskedUser: binding.maskedUser,
    flow: binding.flow,
    routes: binding.path,
    binding,
  }));
  return { kind: "phones", phones, dialog: undefined, party: undefined };
}

/** With `contact = "registered"` the user part that was sent out is the registered one (RULES T2, C2). */
function ofDialog(world: World, request: SipRequest, party: InsideParty): Phone {
  const binding = world.bindings.find(requestToken(request) ?? "");
  const phone = ofParty(party);
  return binding === undefined ? phone : { ...phone, maskedUser: binding.maskedUser };
}

function ofParty(party: InsideParty): Phone {
  const { uri, maskedUser, flow, routes } = party;
  return { uri, maskedUser, flow, routes, binding: undefined };
}
