import type { Flow } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { ownText } from "../base/bytes.ts";
import { opposite, type Side } from "../base/side.ts";
import { callId, fromTag, headerText, isWithinDialog } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { parseUri } from "../sip/uri.ts";
import { answer } from "./answer.ts";
import { dropSubscription, touchCall } from "./call_records.ts";
import { type CallEnd, isChallenge } from "./call_end.ts";
import { warnOfSilence, warnUnacknowledged } from "./call_warnings.ts";
import { callName, endWords, packetWords } from "./call_words.ts";
import { type Call, callIdentifier, THIS_HOST } from "./calls.ts";
import type { RequestContext } from "./contexts.ts";
import { exchangeOf } from "./describe.ts";
import type { Dialog } from "./dialogs.ts";
import { keepFailure } from "./failure_records.ts";
import { noPlaceIn } from "./no_place.ts";
import { mayJoin } from "./sources.ts";
import { TIMES } from "./times.ts";
import { isOwnAddress } from "./view.ts";
import type { World } from "./world.ts";

/** Begins the call of an initial INVITE, or joins the one that another fork of it began; false (and answered) when full, or when that is somebody else's. */
export function beginCall(
  world: World,
  context: RequestContext,
  phones: readonly string[] = [],
): boolean {
  const { request, side, source } = context;
  const id = callIdentifier(callId(request), fromTag(request) ?? "", side);
  const known = world.calls.get(id);
  if (known !== undefined) {
    if (!mayJoin(world, known, context)) {
      answer(world, context, { status: 482, reason: "Another call has this Call-ID and tag" });
      return false;
    }
    known.invites.add(context);
    context.call = known;
    return true;
  }
  // It may live for hours, and shall not keep its datagram for as long.
  const inside = side === "inside";
  const call: Call = {
    id: ownText(id),
    number: 0,
    callId: ownText(callId(request)),
    callerTag: ownText(fromTag(request) ?? ""),
    callerSide: side,
    holder: context.holder,
    from: ownText(partyName(request, "from")),
    to: ownText(partyName(request, "to")),
    phones: inside ? [source.remote.ip] : phones,
    server: inside ? undefined : serverName(world, source),
    startedAt: world.now,
    answeredAt: undefined,
    acknowledged: false,
    touchedAt: world.now,
    quiet: undefined,
    invites: new Set([context]),
    pending: new Set(),
    dialogs: new Set(),
  };
  const refused = world.calls.add(call);
  if (refused !== undefined) {
    const { shares } = world.calls;
    answer(world, context, noPlaceIn(world, context, { shares, table: "calls", why: refused }));
    return false;
  }
  // Not before: a flood of INVITEs without a place would use them up.
  call.number = numberOf(world, call);
  context.call = call;
  if (!isWithinDialog(request)) {
    const level = wasChallenged(world, call) ? "debug" : "info";
    world.note(level, "call.started", `${callName(call)} started`, call.holder);
  }
  return true;
}

/** `user@host` of From or To, for log lines. */
function partyName(request: SipRequest, key: string): string {
  const address = parseNameAddr(headerText(request, key) ?? "");
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  if (!uri?.ok) return "unknown";
  const { scheme, user, host, opaque } = uri.value;
  if (opaque !== "") return scheme === "tel" ? opaque : `${scheme}:${opaque}`;
  return user === undefined ? host : `${user}@${host}`;
}

/** Notes where a call's INVITE goes, or who has answered it, for its log lines. */
export function noteTarget(
  world: World,
  call: Call,
  { side, flow }: { side: Side; flow: Flow },
): void {
  if (side === "outside") call.server = serverName(world, flow);
  else call.phones = [flow.remote.ip];
}

function serverName(world: World, { remote }: Flow): string {
  return isOwnAddress(world, remote.ip, remote.port) ? THIS_HOST : remote.ip;
}

/** Notes that a dialog of the call was confirmed by its 2xx. */
export function answered(
  world: World,
  call: Call,
  options: { dialog: Dialog; calledTag: string; flow: Flow },
): void {
  const first = call.answeredAt === undefined;
  options.dialog.confirmed = true;
  world.media.confirmed(call.id, options.calledTag, world.now);
  if (!first) return;
  call.answeredAt = world.now;
  noteTarget(world, call, { side: opposite(call.callerSide), flow: options.flow });
  const waited = durationWords(world.now - call.startedAt);
  world.note("info", "call.answered", `${callName(call)} answered after ${waited}`, call.holder);
}

/** A final failure: of the initial INVITE it ends the call, of another request it undoes its offer (RULES X3, P3). */
export function initialInviteFailed(world: World, context: RequestContext, end: CallEnd): void {
  const { call, request } = context;
  if (call === undefined) return;
  keepFailure(world, context);
  if (!call.invites.has(context)) {
    world.media.failed(call.id, exchangeOf(request), world.now);
    return;
  }
  leaveInvite(world, context, end);
}

/** The INVITE is over: its early dialogs go, and the call with them unless another fork lives on. */
export function leaveInvite(world: World, context: RequestContext, end: CallEnd): void {
  const { call } = context;
  if (call === undefined) return;
  call.invites.delete(context);
  call.pending.delete(context);
  touchCall(world, call, "soon");
  for (const dialog of call.dialogs) {
    if (!dialog.confirmed && dialog.origin === context.server.id) endDialog(world, dialog, end);
  }
  endCallIfDone(world, call, end);
}

/** Ends a dialog; it is remembered for a while, for what crosses its end (RULES X2). */
export function endDialog(world: World, dialog: Dialog, end: CallEnd): void {
  if (dialog.ended) return;
  dialog.ended = true;
  if (dialog.kind === "subscription") dropSubscription(world, dialog);
  world.heap.cancel(dialog.deadline);
  dialog.deadline = world.heap.schedule(
    world.now + TIMES.memory,
    () => world.dialogs.delete(dialog),
  );
  for (const call of callsOf(world, dialog)) leaveCall(world, call, { dialog, end });
}

/** Ends a dialog that makes room for another one of its forks, and remembers nothing of it. */
export function dropDialog(world: World, dialog: Dialog): void {
  endDialog(world, dialog, { kind: "lost" });
  world.heap.cancel(dialog.deadline);
  world.dialogs.delete(dialog);
}

/** The calls that a dialog stands in: its own, and another when each party had sent an INVITE before either was answered. */
function callsOf(world: World, dialog: Dialog): Call[] {
  const { callId, insideTag, outsideTag } = dialog;
  const ids = new Set([
    dialog.call ?? "",
    callIdentifier(callId, insideTag, "inside"),
    callIdentifier(callId, outsideTag, "outside"),
  ]);
  return [...ids].flatMap((id) => {
    const call = world.calls.get(id);
    return call !== undefined && (id === dialog.call || call.dialogs.has(dialog)) ? [call] : [];
  });
}

function leaveCall(
  world: World,
  call: Call,
  { dialog, end }: { dialog: Dialog; end: CallEnd },
): void {
  call.dialogs.delete(dialog);
  const calledTag = call.callerTag === dialog.insideTag ? dialog.outsideTag : dialog.insideTag;
  world.media.forkEnded(call.id, calledTag);
  touchCall(world, call, "urgent");
  endForks(world, call, end);
  endCallIfDone(world, call, end);
}

/** With the last answered dialog of a call its forks' early ones are over: nobody hears or speaks to them any more. */
function endForks(world: World, call: Call, end: CallEnd): void {
  if (call.answeredAt === undefined || call.invites.size > 0) return;
  const dialogs = [...call.dialogs];
  if (dialogs.some((dialog) => dialog.confirmed)) return;
  for (const dialog of dialogs) endDialog(world, dialog, end);
}

function endCallIfDone(world: World, call: Call, end: CallEnd): void {
  if (call.dialogs.size > 0 || call.invites.size > 0) return;
  if (world.calls.get(call.id) !== call) return;
  world.calls.delete(call);
  world.heap.cancel(call.quiet);
  touchCall(world, call, "urgent");
  const totals = world.media.totals(call.id, world.now);
  world.media.end(call.id, world.now);
  if (call.answeredAt === undefined) return sayFailed(world, call, end);
  const lasted = world.now - call.answeredAt;
  const packets = totals === undefined ? "" : `; ${packetWords(totals)}`;
  const why = endWords(call, end, lasted);
  const text = `${callName(call)} ended after ${durationWords(lasted)}: ${why}${packets}`;
  world.note("info", "call.ended", text, call.holder);
  if (totals !== undefined) warnOfSilence(world, call, totals);
  warnUnacknowledged(world, call);
}

function sayFailed(world: World, call: Call, end: CallEnd): void {
  const challenged = isChallenge(end) && noteChallenge(world, call);
  const level = challenged ? "debug" : end.kind === "refused" ? "warn" : "info";
  // A silent server lets the INVITE live on for half a minute after its CANCEL.
  const endedAt = end.kind === "cancelled" ? call.cancelledAt ?? world.now : world.now;
  const why = challenged ? "asked for a password" : endWords(call, end, endedAt - call.startedAt);
  world.note(level, "call.failed", `${callName(call)} not answered: ${why}`, call.holder);
}

/** A challenge is not the end of a call: the same call comes again with credentials. A second one in a row is; false then. */
function noteChallenge(world: World, call: Call): boolean {
  const again = wasChallenged(world, call);
  // All are remembered equally long, so those that are over stand first.
  for (const [old, { until }] of world.challenged.entries()) {
    if (until > world.now) break;
    world.challenged.delete(old);
  }
  const key = challengeKey(call);
  world.challenged.delete(key);
  const { number } = call;
  if (!again) world.challenged.set(key, { until: world.now + TIMES.memory, number });
  return !again;
}

function wasChallenged(world: World, call: Call): boolean {
  return (world.challenged.get(challengeKey(call))?.until ?? 0) > world.now;
}

/** A call that comes again with credentials keeps its number. */
function numberOf(world: World, call: Call): number {
  const challenged = world.challenged.get(challengeKey(call));
  const number = challenged?.number;
  if (challenged === undefined || number === undefined || challenged.until <= world.now) {
    return world.calls.takeNumber();
  }
  challenged.number = undefined;
  return number;
}

/** Without the caller's tag: it is often another one in the request with credentials. */
function challengeKey({ callId, callerSide }: Call): string {
  return `${callId}\n${callerSide}`;
}
