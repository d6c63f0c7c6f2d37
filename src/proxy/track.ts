import { type Flow } from "../base/address.ts";
import type { NoPlace } from "../base/shares.ts";
import { callId, cseq, headerText, headerValues, isWithinDialog, toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { endOfBranch } from "./call_end.ts";
import { answered, endDialog } from "./call_life.ts";
import { saveSubscription } from "./call_records.ts";
import type { Branch, Refusal, RequestContext } from "./contexts.ts";
import {
  type Dialog,
  dialogKey,
  dialogTags,
  type InsideParty,
  moveParty,
  moveTarget,
  ownDialog,
  ownParty,
  registrationOf,
  setRoutes,
} from "./dialogs.ts";
import { makeRoom, payer } from "./forks.ts";
import { noPlaceIn } from "./no_place.ts";
import { TIMES } from "./times.ts";
import { firstContact } from "./contact.ts";
import { routeKey } from "./routes.ts";
import { withFarEndParties } from "./far_end_uris.ts";
import { watchQuiet } from "./quiet_calls.ts";
import { dialogToken } from "./tokens.ts";
import { flowTo } from "./view.ts";
import { dialogOf } from "./sources.ts";
import type { World } from "./world.ts";

/** Requests whose answers make dialogs (RFC 3261 §12, RFC 6665 §4, RFC 3515 §2.4). */
export const CREATES: ReadonlySet<string> = new Set(["INVITE", "SUBSCRIBE", "REFER", "NOTIFY"]);

/**
 * Notes what an answer means for dialogs and calls, before it is masqueraded. What its dialog makes room for is
 * passed on; a dialog that does not fit is a refusal: nobody could find the phone, and its own Contact would leave.
 * One of more forks than there may be is not the end of the call, and its answer is dropped.
 */
export function trackResponse(
  world: World,
  branch: Branch,
  response: SipResponse,
): Refusal | "forks" | undefined {
  const { context } = branch;
  const { method } = context.request;
  if (context.dialog !== undefined) return void trackInDialog(world, branch, response);
  if (!CREATES.has(method) || response.status <= 100 || response.status >= 300) return undefined;
  if (method !== "INVITE" && response.status < 200) return undefined;
  // An unsolicited NOTIFY (message waiting) belongs to no subscription.
  if (method === "NOTIFY" && !isWithinDialog(context.request)) return undefined;
  // Without a tag a 2xx makes a dialog all the same: its tag is null (RFC 3261 §12.1.2).
  if (response.status < 200 && (toTag(response) ?? "") === "") return undefined;
  const dialog = findOrMake(world, branch, response);
  if (dialog === undefined || dialog === "forks" || "status" in dialog) return dialog;
  const contact = firstContact(response);
  if (context.side === "inside" && contact !== undefined) moveTarget(dialog, contact.uri);
  if (context.side === "outside" && contact !== undefined) moveParty(dialog.party, contact);
  if (context.side === "inside") takeRouteSet(dialog, response);
  if (method === "INVITE") return void trackInvite(world, branch, { response, dialog });
  dialog.confirmed = true;
  lengthen(world, dialog, grantedMs(response, context.request));
  return undefined;
}

/** The route set is the answer's (RFC 3261 §12.1.2, §13.2.2.4); a 180 that names none takes none away. */
function takeRouteSet(dialog: Dialog, response: SipResponse): void {
  const routes = headerValues(response, "record-route");
  if (routes.length > 0 || response.status >= 200) setRoutes(dialog, routes.reverse());
}

/** Route set to the party that has answered a dialog-making request (RFC 3261 §12.1.2). */
export function routesToCalled(branch: Branch, response: SipResponse): readonly string[] {
  return branch.side === "inside"
    ? insideRoutes(branch.request, response)
    : headerValues(response, "record-route").reverse();
}

/** One fork has failed, perhaps while another goes on: its early dialog ends with it (RULES P3). */
export function forkFailed(world: World, branch: Branch, response: SipResponse): void {
  if (branch.request.method !== "INVITE" || branch.context.dialog !== undefined) return;
  const dialog = dialogOf(world, response, branch.context.side);
  if (dialog === undefined || dialog.confirmed) return;
  endDialog(world, dialog, endOfBranch(branch, response));
}

function trackInvite(
  world: World,
  branch: Branch,
  options: { response: SipResponse; dialog: Dialog },
): void {
  const { call } = branch.context;
  const { response, dialog } = options;
  if (call === undefined) return;
  if (world.calls.get(call.id) !== call) return answeredLate(world, response, dialog);
  if (!dialog.ended) call.dialogs.add(dialog);
  if (response.status < 200) return;
  const calledTag = toTag(response) ?? "";
  // One that the other party's INVITE has made may be confirmed already, but not for this call.
  if (!dialog.confirmed || (dialog.call !== call.id && !dialog.ended)) {
    answered(world, call, { dialog, calledTag, flow: branch.flow });
    watchQuiet(world, call);
  }
  call.invites.delete(branch.context);
}

/** A fork's 2xx after the call's end: its dialog lives as long as it takes to acknowledge and end it. */
function answeredLate(world: World, response: SipResponse, dialog: Dialog): void {
  if (dialog.confirmed) return;
  dialog.ended = false;
  dialog.confirmed = response.status >= 200;
  dialog.deadline ??= world.heap.schedule(
    world.now + TIMES.memory,
    () => world.dialogs.delete(dialog),
  );
}

/** Undefined when its phone has not said where it is: a request without Contact in a dialog that we do not know. */
function findOrMake(
  world: World,
  branch: Branch,
  response: SipResponse,
): Dialog | Refusal | "forks" | undefined {
  const { context } = branch;
  const { call: callId, insideTag, outsideTag } = dialogTags(response, context.side);
  const key = dialogKey(callId, insideTag, outsideTag);
  const known = world.dialogs.get(key);
  if (known !== undefined) return known;
  if (!makeRoom(world, { callId, insideTag, outsideTag })) return "forks";
  const inside = context.side === "inside";
  const party = inside
    ? context.party
    : answeringParty(world, branch, { response, call: callId, tag: insideTag });
  if (party === undefined) return undefined;
  const asker = { holder: payer(context), side: context.side };
  const { shares } = world.dialogs;
  if (typeof party === "string") {
    return noPlaceIn(world, asker, { shares: shares.parties, table: "dialogs", why: party });
  }
  const dialog = makeDialog(world, branch, { key, insideTag, outsideTag, party });
  const refused = world.dialogs.add(dialog);
  if (!inside) world.dialogs.release(party);
  if (refused === undefined) return dialog;
  return noPlaceIn(world, asker, { shares: shares.dialogs, table: "dialogs", why: refused });
}

/** The phone that answers: an inside party with a token of its own. Held once; the dialog takes its own hold. */
function answeringParty(
  world: World,
  branch: Branch,
  options: { response: SipResponse; call: string; tag: string },
): InsideParty | NoPlace {
  const { response, call, tag } = options;
  const contact = firstContact(response);
  const { phone, flow } = branch;
  const uri = contact?.uri ?? phone?.uri ?? branch.request.uri;
  return world.dialogs.hold(ownParty({
    token: dialogToken(world.secret, call, tag),
    holder: payer(branch.context),
    callId: call,
    tag,
    uri,
    maskedUser: contact?.user ?? "",
    flow: phone?.flow ?? flow,
    routes: insideRoutes(branch.request, response),
    domain: phone?.domain,
    registration: registrationOf(phone),
    name: phone?.user ?? "",
    users: 0,
  }));
}

/** Record-Route entries that proxies inside put above ours: the route back to the phone (RULES D1), nearest to us first. */
function insideRoutes(sent: SipRequest, response: SipResponse): readonly string[] {
  const ours = new Set(headerValues(sent, "record-route").map(routeKey));
  const all = headerValues(response, "record-route");
  // A phone that does not repeat ours loses that, and not what its proxy has written.
  const end = all.findIndex((value) => ours.has(routeKey(value)));
  return (end < 0 ? all : all.slice(0, end)).reverse();
}

function makeDialog(
  world: World,
  branch: Branch,
  options: { key: string; insideTag: string; outsideTag: string; party: InsideParty },
): Dialog {
  const { context } = branch;
  const { request } = context;
  const inside = context.side === "inside";
  const number = cseq(request).number;
  const pinned = pinnedPeer(world, branch);
  return ownDialog({
    key: options.key,
    callId: callId(request),
    insideTag: options.insideTag,
    outsideTag: options.outsideTag,
    kind: request.method === "INVITE" ? "call" : "subscription",
    holder: payer(context),
    party: options.party,
    call: request.method === "INVITE" ? context.call?.id : undefined,
    outsideTarget: inside ? request.uri : firstContact(request)?.uri ?? request.uri,
    routeSet: inside ? [] : headerValues(request, "record-route"),
    pinned,
    peers: [pinned.remote.ip],
    identities: inside ? context.identities : withFarEndParties(world, context.identities, request),
    insideUri: uriOf(request, inside ? "from" : "to"),
    outsideUri: uriOf(request, inside ? "to" : "from"),
    cseq: { inside: inside ? number : 0, outside: inside ? 0 : number },
    hops: { inside: undefined, outside: undefined },
    confirmed: false,
    origin: context.server.id,
    ended: false,
    deadline: undefined,
  });
}

function pinnedPeer(world: World, branch: Branch): Flow {
  const { context } = branch;
  if (context.side === "inside") return branch.flow;
  return flowTo(world, "outside", context.source.remote) ?? context.source;
}

function uriOf(request: SipRequest, key: string): string {
  const address = parseNameAddr(headerText(request, key) ?? "");
  return address.ok ? address.value.uri : "";
}

/** A request inside a dialog: BYE ends it when it succeeds (RULES X3), 2xx refresh targets and subscriptions. */
function trackInDialog(world: World, branch: Branch, response: SipResponse): void {
  const { context } = branch;
  const dialog = context.dialog!;
  const { method } = context.request;
  if (response.status < 200) return;
  if (method === "BYE" && (response.status < 300 || response.status === 481)) {
    return endDialog(world, dialog, { kind: "hung-up", side: context.side });
  }
  if (response.status >= 300) return;
  const contact = firstContact(response);
  if (contact !== undefined && context.side === "inside") moveTarget(dialog, contact.uri);
  if (contact !== undefined && context.side === "outside") moveParty(dialog.party, contact);
  if (dialog.kind === "subscription") trackSubscription(world, context, response);
}

function trackSubscription(world: World, context: RequestContext, response: SipResponse): void {
  const dialog = context.dialog!;
  const state = headerText(context.request, "subscription-state") ?? "";
  if (/^terminated/i.test(state)) return endDialog(world, dialog, { kind: "subscription" });
  // A NOTIFY that says nothing of time takes none away.
  const speaks = context.request.method === "SUBSCRIBE" ||
    secondsLeft(context.request) !== undefined;
  if (speaks) lengthen(world, dialog, grantedMs(response, context.request));
}

/** How long a subscription was granted: by the answer or the NOTIFY, else as asked for (RFC 6665 §4.1.1, §4.1.3). */
function grantedMs(response: SipResponse, request: SipRequest): number {
  const seconds = secondsLeft(request) ?? expiresOf(response) ?? expiresOf(request);
  return seconds === undefined ? TIMES.subscription : seconds * 1000;
}

/** What a NOTIFY says is left of its subscription. */
function secondsLeft(request: SipRequest): number | undefined {
  const state = headerText(request, "subscription-state") ?? "";
  const left = /;\s{0,4}expires\s{0,4}=\s{0,4}(\d{1,10})/i.exec(state);
  return left === null ? undefined : Number(left[1]);
}

function expiresOf(message: SipRequest | SipResponse): number | undefined {
  const text = headerText(message, "expires");
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A subscription's dialog lives as long as it was granted, and a while longer for its last NOTIFY. */
export function lengthen(world: World, dialog: Dialog, grantedMs: number): void {
  if (dialog.kind !== "subscription" || dialog.ended) return;
  const remainingMs = Math.min(grantedMs, TIMES.longestGrant);
  world.heap.cancel(dialog.deadline);
  const when = dialog.deadline === undefined ? "soon" : "lazy";
  saveSubscription(world, dialog, { remainingMs, when });
  dialog.deadline = world.heap.schedule(world.now + remainingMs + TIMES.memory, () => {
    endDialog(world, dialog, { kind: "subscription" });
  });
}
