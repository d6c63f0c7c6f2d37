import type { Flow } from "../base/address.ts";
import { callId, cseq, fromTag, headerText, isWithinDialog, toTag } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { getParam, type Param } from "../sip/params.ts";
import { parseUri } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import { tokenOf } from "./contact.ts";
import type { Refusal } from "./contexts.ts";
import { type Dialog, dialogKey, type InsideParty } from "./dialogs.ts";
import { CREATES } from "./track.ts";
import { findByName } from "./find_by_name.ts";
import { findByGruu } from "./gruus.ts";
import { isSomeProvider, mayReach } from "./provider_sets.ts";
import { providerOf } from "./providers.ts";
import { partyBinding } from "./sender.ts";
import { mayBegin } from "./sources.ts";
import { dialogToken } from "./tokens.ts";
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
  const known = isSomeProvider(world, flow);
  if (request.method === "REGISTER") {
    return nobody(known, {
      why: "REGISTER from outside",
      answer: { status: 403, reason: "Registrations are taken from the inside only" },
    });
  }
  if (isWithinDialog(request) || isInUntagged(world, request)) {
    return findDialog(world, flow, request);
  }
  const byToken = findByToken(world, flow, request);
  if (byToken !== undefined) return byToken;
  const byGruu = known ? findByGruu(world, flow, request) : [];
  if (byGruu.length > 0) return ofBindings(byGruu, request);
  const byName = known ? findByName(world, flow, request) : [];
  return byName.length > 0 ? ofBindings(byName) : nobody(known, NOT_FOUND);
}

const NOT_FOUND = {
  why: "no phone addressed",
  answer: { status: 404, reason: "Not Found", cause: "no-phone" },
} as const;

/**
 * True for a request in a dialog whose phone gave no tag: its null tag is what a missing To tag means (RFC 3261
 * §12.1.2). The INVITE that made it comes once more where a registrar forks.
 */
function isInUntagged(world: World, request: SipRequest): boolean {
  const dialog = world.dialogs.get(dialogKey(callId(request), "", fromTag(request) ?? ""));
  if (dialog === undefined) return false;
  return !CREATES.has(request.method) || cseq(request).number > dialog.cseq.outside;
}

/** Somebody's provider is told that there is nobody; what others hear is decided where strangers are (RULES S3). */
function nobody(known: boolean, { why, answer }: { why: string; answer: Refusal }): Found {
  return known ? { kind: "answer", answer } : { kind: "nobody", why, answer };
}

/** A To tag belongs to a dialog of ours or to nobody: it never falls through to an AOR. */
function findDialog(world: World, flow: Flow, request: SipRequest): Found {
  const known = isSomeProvider(world, flow);
  const call = callId(request);
  const insideTag = toTag(request) ?? "";
  const dialog = world.dialogs.get(dialogKey(call, insideTag, fromTag(request) ?? ""));
  if (dialog?.ended) return nobody(known, { why: "ended dialog", answer: endedAnswer(request) });
  const party = dialog?.party ?? partyOfNewDialog(world, flow, request);
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
 * would have made it, a provider's request the answer of a fork. A stranger's guess at the tags is neither (RULES C2).
 */
function partyOfNewDialog(
  world: World,
  flow: Flow,
  request: SipRequest,
): InsideParty | undefined {
  const party = partyOfToken(world, flow, request);
  return party !== undefined && mayBegin(world, party, flow) ? party : undefined;
}

/** What a request gets for {@linkcode TIMES.memory} after its dialog's end (RULES X2). */
export function endedAnswer(request: SipRequest): Refusal {
  return request.method === "BYE"
    ? { status: 200, reason: "OK" }
    : { status: 481, reason: "Call/Transaction Does Not Exist" };
}

function findByToken(world: World, flow: Flow, request: SipRequest): Found | undefined {
  const token = requestToken(request);
  const binding = token === undefined ? undefined : world.bindings.find(token);
  if (binding !== undefined) {
    const secret = request.method === "INVITE" && !isNarrowed(world, binding);
    if (secret || mayReach(world, binding, flow)) return ofBindings([binding]);
    // Somebody else's provider hears what it would of a token that is nobody's.
    const why = "token from an unknown address";
    if (isSomeProvider(world, flow)) return { kind: "answer", answer: NOT_FOUND.answer };
    return { kind: "nobody", why, answer: undefined };
  }
  const party = partyOfToken(world, flow, request);
  if (party === undefined) return undefined;
  // Out of its dialog a dialog token is good for one thing: the INVITE that replaces it (RULES C2).
  if (request.method !== "INVITE" || !replaces(world, request, party)) return undefined;
  // It makes a dialog of its own, with the provider that the replaced one is with.
  const phone = { ...ofParty(party), binding: partyBinding(world, party) };
  return { kind: "phones", phones: [phone], dialog: undefined, party: undefined };
}

/** True for a registration token that alone lets nobody in: by configuration, or since callees are shown it (RULES C2). */
function isNarrowed(world: World, { domain }: Binding): boolean {
  const provider = providerOf(world, domain);
  return provider?.admit === "known" || provider?.contact === "registered";
}

/** The token in the Request-URI. */
function requestToken(request: SipRequest): string | undefined {
  const uri = parseUri(request.uri);
  return uri.ok ? tokenOf(uri.value) : undefined;
}

function partyOfToken(
  world: World,
  flow: Flow,
  request: SipRequest,
): InsideParty | undefined {
  const token = requestToken(request);
  if (token === undefined) return undefined;
  const party = world.dialogs.party(token);
  if (party !== undefined) return party;
  // `contact = "registered"`: the registration's token stands for its phone's dialogs too (RULES C2).
  const binding = world.bindings.find(token);
  if (binding === undefined || !mayReach(world, binding, flow)) return undefined;
  if (providerOf(world, binding.domain)?.contact !== "registered") return undefined;
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

/** The phones of bindings; named by a GRUU each has its own user part, whatever stands in that (RULES T2, RFC 5627 §5.1). */
function ofBindings(bindings: readonly Binding[], byGruu?: SipRequest): Found {
  const gruu = byGruu && parseUri(byGruu.uri);
  const phones = bindings.map((binding) => ({
    uri: binding.uri,
    maskedUser: (gruu?.ok ? gruu.value.user : undefined) ?? binding.maskedUser,
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
