import { type Flow, parseIp } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import type { Side } from "../base/side.ts";
import { isWithinDialog } from "../sip/headers.ts";
import type { SipMessage, SipRequest } from "../sip/message.ts";
import { parseUri, type SipUri } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import type { Call } from "./calls.ts";
import { touchCall } from "./call_records.ts";
import { tokenOf } from "./contact.ts";
import { type Dialog, dialogKey, dialogTags, type InsideParty } from "./dialogs.ts";
import { isOfProvider, isProviderOf } from "./provider_sets.ts";
import { providerOf } from "./providers.ts";
import { routeUri } from "./routes.ts";
import { partyBinding } from "./sender.ts";
import { hostOf } from "./unusable_hop.ts";
import { isInsideHost, isOwnIp, isOwnUri } from "./view.ts";
import type { World } from "./world.ts";

/*
 * Where the messages of a dialog may come from (RULES S3). Tags are no secrets: every hop of a call has them, and
 * whoever listens there. So the source must be one that the dialog's messages went to or came from, stand in its route
 * set or remote target, or belong to the provider set of its phone.
 */

/** The dialog that a request from `side`, or an answer to such a one, names by its tags, ended or not. */
export function dialogOf(world: World, message: SipMessage, side: Side): Dialog | undefined {
  const { call, insideTag, outsideTag } = dialogTags(message, side);
  return world.dialogs.get(dialogKey(call, insideTag, outsideTag));
}

/** True when a message that came by this flow may belong to a dialog. */
export function maySpeak(
  world: World,
  dialog: Dialog,
  { side, source }: { side: Side; source: Flow },
): boolean {
  const { ip } = source.remote;
  return side === "inside" ? isPhone(world, dialog.party, ip) : isFarEnd(world, dialog, ip);
}

/** The dialog that a request names though it comes from somebody who has no part in it; a REGISTER is in none. */
export function foreignDialog(
  world: World,
  request: SipRequest,
  from: { side: Side; source: Flow },
): Dialog | undefined {
  if (request.method === "REGISTER") return undefined;
  const dialog = dialogOf(world, request, from.side);
  if (dialog !== undefined) return maySpeak(world, dialog, from) ? undefined : dialog;
  return from.side === "inside" ? asFarEnd(world, request) : undefined;
}

/** The dialog of a request that would be handed to the other side (RULES N2), where it has a far end and that is not we. */
function asFarEnd(world: World, request: SipRequest): Dialog | undefined {
  if (!isWithinDialog(request)) return undefined;
  const { advertised } = world.network;
  const dialog = dialogOf(world, request, "outside");
  const uri = parseUri(request.uri);
  if (dialog === undefined || advertised === undefined || !uri.ok) return undefined;
  if (!isOwnUri(world, uri.value) && !isInsideHost(world, uri.value.host)) return undefined;
  return isFarEnd(world, dialog, advertised) ? undefined : dialog;
}

/** True for an address outside that may act in a new dialog of an inside party, by its token: its provider set. */
export function mayBegin(world: World, party: InsideParty, { remote }: Flow): boolean {
  return world.handedOver || isInProviderSet(world, party, remote.ip);
}

/**
 * True for an address of an inside party's phone: the one it was last heard from, those in its Contact and in the
 * route of the proxies before it (a PBX may have several), and those from which its account is registered now.
 */
export function isPhone(world: World, party: InsideParty, ip: string): boolean {
  if (party.flow.remote.ip === ip || isHostOf(parseUri(party.uri), ip)) return true;
  if (party.routes.some((route) => isRouteTo(route, ip))) return true;
  return bindingsOf(world, party).some((binding) => isRegisteredFrom(binding, ip));
}

/** True when the phone of a binding registered from an address, or names it in its Contact. */
export function isRegisteredFrom({ flow, uri }: Binding, ip: string): boolean {
  return flow.remote.ip === ip || isHostOf(parseUri(uri), ip);
}

/** True for an address outside that may act in a dialog. */
export function isFarEnd(world: World, dialog: Dialog, ip: string): boolean {
  const { pinned, peers, party, named } = dialog;
  if (pinned.remote.ip === ip || peers.includes(ip) || named?.ips.includes(ip)) return true;
  const target = parseUri(dialog.outsideTarget);
  // The far end of a local call is a phone of ours, to which our former address may have been given.
  if (isOwnIp(world, ip)) return target.ok && isOurs(world, target.value);
  if (isHostOf(target, ip) || dialog.routeSet.some((route) => isRouteTo(route, ip))) return true;
  if (isInProviderSet(world, party, ip)) return true;
  // A phone without a registration, or with none any more, has a provider all the same where one is configured.
  const asked = parseUri(dialog.outsideUri);
  const provider = providerOf(world, party.domain ?? (asked.ok ? asked.value.host : undefined));
  return provider !== undefined && isOfProvider(world, provider, ip);
}

function isOurs(world: World, uri: SipUri): boolean {
  const token = tokenOf(uri);
  if (token === undefined) return isOwnUri(world, uri);
  return world.dialogs.party(token) !== undefined || world.bindings.find(token) !== undefined;
}

function isInProviderSet(world: World, party: InsideParty, ip: string): boolean {
  return bindingsOf(world, party).some((binding) => isProviderOf(world, binding, ip));
}

/** The bindings of an inside party's account as registered now, at the registrar it began the dialog with. */
function bindingsOf(world: World, party: InsideParty): readonly Binding[] {
  // A REGISTER that is under way proves nothing: anybody can send one.
  if (party.registration !== undefined) return world.bindings.ofAccount(party.registration);
  const binding = partyBinding(world, party);
  return binding === undefined ? [] : [binding];
}

function isHostOf(uri: ReturnType<typeof parseUri>, ip: string): boolean {
  return uri.ok && parseIp(hostOf(uri.value))?.text === ip;
}

function isRouteTo(route: string, ip: string): boolean {
  const uri = routeUri(route);
  return uri !== undefined && parseIp(hostOf(uri))?.text === ip;
}

/** Notes that a message of a dialog went to an IP outside or came from there; false when that is known. */
export function notePeer(world: World, dialog: Dialog, ip: string): boolean {
  if (dialog.peers.includes(ip)) return false;
  dialog.peers = [...dialog.peers, ip].slice(-world.limits.dialogPeers);
  return true;
}

/** Notes where a message of a dialog goes outside; what its route set and target name needs no place in its record. */
export function noteSent(world: World, dialog: Dialog, { remote: { ip } }: Flow): void {
  const { peers, outsideTarget, routeSet } = dialog;
  if (peers.includes(ip) || isHostOf(parseUri(outsideTarget), ip)) return;
  if (routeSet.some((route) => isRouteTo(route, ip))) return;
  keepPeer(world, dialog, ip);
}

/** Notes a peer as {@linkcode notePeer} does, and in the call's record (RULES X1). */
export function keepPeer(world: World, dialog: Dialog, ip: string): void {
  if (!notePeer(world, dialog, ip) || dialog.call === undefined) return;
  touchCall(world, world.calls.get(dialog.call), "soon");
}

/** True when an INVITE with the Call-ID and tag of a call belongs to it: it comes from where that one came from. */
export function mayJoin(
  world: World,
  call: Call,
  { side, source }: { side: Side; source: Flow },
): boolean {
  const { ip } = source.remote;
  const invites = [...call.invites, ...call.pending];
  if (invites.some((invite) => invite.source.remote.ip === ip)) return true;
  if ([...call.dialogs].some((dialog) => maySpeak(world, dialog, { side, source }))) return true;
  if (side === "inside") return false;
  return invites.some(({ branches }) =>
    branches.some(({ phone }) => phone !== undefined && isProviderOf(world, phone, ip))
  );
}

/** Drops a request in a dialog of others (RULES S3); a provider's further server, or another host of a PBX, has a remedy. */
export function dropRequest(
  world: World,
  request: SipRequest,
  { dialog, side, source }: { dialog: Dialog; side: Side; source: Flow },
): void {
  const { ip } = source.remote;
  world.refuse("dialog.source", ip);
  const peer = side === "inside" ? dialog.party.flow.remote.ip : dialog.pinned.remote.ip;
  sayDropped(world, source, {
    what: `${logText(request.method)} from ${ip}`,
    why: `it belongs to a ${dialog.kind} of ${peer}`,
    side,
  });
}

/** Says that a message was dropped since it is part of somebody else's dialog or transaction. */
export function sayDropped(
  world: World,
  source: Flow,
  { what, why, side }: { what: string; why: string; side: Side },
): void {
  const advice = side === "outside"
    ? "; if the provider uses both addresses, add this one to its [[provider]] servers"
    : "; if it is the same phone, it must register from there first";
  world.note("warn", "stranger", `${what} dropped: ${why}${advice}`, source);
}
