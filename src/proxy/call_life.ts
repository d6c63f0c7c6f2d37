import { logText } from "../base/log_text.ts";
import { ownText } from "../base/bytes.ts";
import { callId, fromTag, headerText, isWithinDialog } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { parseUri } from "../sip/uri.ts";
import { answer } from "./answer.ts";
import { dropSubscription, touchCall } from "./call_records.ts";
import { type Call, callIdentifier } from "./calls.ts";
import type { RequestContext } from "./contexts.ts";
import { exchangeOf } from "./describe.ts";
import type { Dialog } from "./dialogs.ts";
import { keepFailure } from "./failure_records.ts";
import { noPlaceIn } from "./no_place.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/** Begins the call of an initial INVITE, or joins the one that another fork of it began; false (and answered) when full. */
export function beginCall(world: World, context: RequestContext): boolean {
  const { request, side } = context;
  const id = callIdentifier(callId(request), fromTag(request) ?? "", side);
  const known = world.calls.get(id);
  if (known !== undefined) {
    known.invites.add(context);
    context.call = known;
    return true;
  }
  // It may live for hours, and shall not keep its datagram for as long.
  const call: Call = {
    id: ownText(id),
    callId: ownText(callId(request)),
    callerTag: ownText(fromTag(request) ?? ""),
    callerSide: side,
    holder: context.holder,
    from: ownText(partyName(request, "from")),
    to: ownText(partyName(request, "to")),
    startedAt: world.now,
    answeredAt: undefined,
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
  context.call = call;
  if (!isWithinDialog(request)) {
    const level = wasChallenged(world, call) ? "debug" : "info";
    world.note(level, "call.started", `${callName(call)} started`);
  }
  return true;
}

/** `user@host` of From or To, for log lines. */
function partyName(request: SipRequest, key: string): string {
  const address = parseNameAddr(headerText(request, key) ?? "");
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  if (!uri?.ok) return "unknown";
  const { user, host, opaque } = uri.value;
  if (opaque !== "") return opaque;
  return user === undefined ? host : `${user}@${host}`;
}

/** Which call it is, in log lines. */
export function callName(call: Call): string {
  const way = call.callerSide === "inside" ? "Call out" : "Call in";
  return `${way} from ${logText(call.from)} to ${logText(call.to)}`;
}

/** Notes that a dialog of the call was confirmed by its 2xx. */
export function answered(
  world: World,
  call: Call,
  options: { dialog: Dialog; calledTag: string },
): void {
  const first = call.answeredAt === undefined;
  options.dialog.confirmed = true;
  world.media.confirmed(call.id, options.calledTag, world.now);
  if (!first) return;
  call.answeredAt = world.now;
  const waited = seconds(world.now - call.startedAt);
  world.note("info", "call.answered", `${callName(call)} answered after ${waited}`);
}

/** A final failure: of the initial INVITE it ends the call, of another request it undoes its offer (RULES X3, P3). */
export function initialInviteFailed(world: World, context: RequestContext, why: string): void {
  const { call, request } = context;
  if (call === undefined) return;
  keepFailure(world, context);
  if (!call.invites.has(context)) {
    world.media.failed(call.id, exchangeOf(request), world.now);
    return;
  }
  leaveInvite(world, context, why);
}

/** The INVITE is over: its early dialogs go, and the call with them unless another fork lives on. */
export function leaveInvite(world: World, context: RequestContext, why: string): void {
  const { call } = context;
  if (call === undefined) return;
  call.invites.delete(context);
  call.pending.delete(context);
  touchCall(world, call, "soon");
  for (const dialog of call.dialogs) {
    if (!dialog.confirmed && dialog.origin === context.server.id) endDialog(world, dialog, why);
  }
  endCallIfDone(world, call, why);
}

/** Ends a dialog; it is remembered for a while, for what crosses its end (RULES X2). */
export function endDialog(world: World, dialog: Dialog, why: string): void {
  if (dialog.ended) return;
  dialog.ended = true;
  if (dialog.kind === "subscription") dropSubscription(world, dialog);
  world.heap.cancel(dialog.deadline);
  dialog.deadline = world.heap.schedule(
    world.now + TIMES.memory,
    () => world.dialogs.delete(dialog),
  );
  for (const call of callsOf(world, dialog)) leaveCall(world, call, { dialog, why });
}

/** Ends a dialog that makes room for another one of its forks, and remembers nothing of it. */
export function dropDialog(world: World, dialog: Dialog): void {
  endDialog(world, dialog, "another fork took its place");
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
  { dialog, why }: { dialog: Dialog; why: string },
): void {
  call.dialogs.delete(dialog);
  const calledTag = call.callerTag === dialog.insideTag ? dialog.outsideTag : dialog.insideTag;
  world.media.forkEnded(call.id, calledTag);
  touchCall(world, call, "urgent");
  endForks(world, call, why);
  endCallIfDone(world, call, why);
}

/** With the last answered dialog of a call its forks' early ones are over: nobody hears or speaks to them any more. */
function endForks(world: World, call: Call, why: string): void {
  if (call.answeredAt === undefined || call.invites.size > 0) return;
  const dialogs = [...call.dialogs];
  if (dialogs.some((dialog) => dialog.confirmed)) return;
  for (const dialog of dialogs) endDialog(world, dialog, why);
}

function endCallIfDone(world: World, call: Call, why: string): void {
  if (call.dialogs.size > 0 || call.invites.size > 0) return;
  if (world.calls.get(call.id) !== call) return;
  world.calls.delete(call);
  world.heap.cancel(call.quiet);
  touchCall(world, call, "urgent");
  world.media.end(call.id, world.now);
  if (call.answeredAt === undefined) {
    const level = /^40[17] /.test(why) && noteChallenge(world, call) ? "debug" : "info";
    world.note(level, "call.failed", `${callName(call)} not answered: ${why}`);
    return;
  }
  const lasted = seconds(world.now - call.answeredAt);
  world.note("info", "call.ended", `${callName(call)} ended after ${lasted}: ${why}`);
}

/** A challenge is not the end of a call: the same call comes again with credentials. A second one in a row is; false then. */
function noteChallenge(world: World, call: Call): boolean {
  const again = wasChallenged(world, call);
  // All are remembered equally long, so those that are over stand first.
  for (const [old, until] of world.challenged.entries()) {
    if (until > world.now) break;
    world.challenged.delete(old);
  }
  world.challenged.delete(challengeKey(call));
  if (!again) world.challenged.set(challengeKey(call), world.now + TIMES.memory);
  return !again;
}

function wasChallenged(world: World, call: Call): boolean {
  return (world.challenged.get(challengeKey(call)) ?? 0) > world.now;
}

/** Without the caller's tag: it is often another one in the request with credentials. */
function challengeKey(call: Call): string {
  return `${call.callId}\n${call.callerSide}`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
