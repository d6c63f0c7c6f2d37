import { keyedHash } from "../base/hash.ts";
import { remembered } from "../base/memo.ts";
import { withBody, withoutHeader } from "../sip/edit.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { writeMessage } from "../sip/write.ts";
import type { Call } from "./calls.ts";
import type { Branch, RequestContext } from "./contexts.ts";
import type { Dialog, InsideParty } from "./dialogs.ts";
import type { CoreEffect } from "./events.ts";
import type {
  BranchRecord,
  CallRecord,
  DialogRecord,
  InviteRecord,
  PartyRecord,
} from "./stored_shapes.ts";
import type { World } from "./world.ts";

/** How soon a record must be on disk. */
type When = Extract<CoreEffect, { type: "store.set" }>["when"];

/** Notes that a call's record is out of date; it is written once a turn, before the turn's messages leave (RULES X1). */
export function touchCall(world: World, call: Call | undefined, when: When): void {
  if (call === undefined) return;
  call.touchedAt = world.now;
  if (when === "urgent" || !world.touched.has(call.id)) world.touched.set(call.id, when);
}

/** They tell a restart nothing by having come: an ACK repeats its INVITE's CSeq, and a BYE's is among those that X2 skips. */
const NO_NEWS: ReadonlySet<string> = new Set(["ACK", "BYE"]);

/**
 * Notes that a request came in one of a call's dialogs; `moved` when its sender or its Contact is elsewhere than
 * before. Without news no record is written: records are the dearest part of a call.
 */
export function hearCall(
  world: World,
  call: Call | undefined,
  { method, moved }: { readonly method: string; readonly moved: boolean },
): void {
  if (call === undefined) return;
  call.touchedAt = world.now;
  if (moved || !NO_NEWS.has(method)) touchCall(world, call, "soon");
}

/** Key of a call's record: the same few calls are written again and again. */
const callKey = remembered((id: string): readonly string[] => [
  "v1",
  "call",
  keyedHash("", [id], 32),
]);

/** The store effects of all calls that changed in this turn. */
export function takeCallRecords(world: World): CoreEffect[] {
  for (const session of world.media.dirty()) touchCall(world, world.calls.get(session), "soon");
  if (world.touched.size === 0) return [];
  const effects: CoreEffect[] = [];
  for (const [id, when] of world.touched) {
    const call = world.calls.get(id);
    if (call === undefined && !world.recorded.delete(id)) continue;
    if (call !== undefined) world.recorded.add(id);
    const value = call === undefined ? undefined : {
      ...callRecord(world, call),
      media: world.media.record(id),
      savedAtWallMs: world.wall(),
    };
    effects.push({ type: "store.set", key: callKey(id), value, when });
  }
  world.touched.clear();
  return effects;
}

function callRecord(world: World, call: Call): CallRecord {
  const pending = [...call.pending];
  return {
    callId: call.callId,
    callerTag: call.callerTag,
    callerSide: call.callerSide,
    holder: call.holder.name,
    from: call.from,
    to: call.to,
    number: call.number,
    phones: call.phones,
    ...(call.server === undefined ? {} : { server: call.server }),
    startedAgoMs: Math.round(world.now - call.startedAt),
    answeredAgoMs: call.answeredAt === undefined ? -1 : Math.round(world.now - call.answeredAt),
    dialogs: [...call.dialogs].map((dialog) => dialogRecord(dialog, pending)),
    invites: pending.map(inviteRecord),
  };
}

function dialogRecord(dialog: Dialog, pending: readonly RequestContext[]): DialogRecord {
  const { insideTag, outsideTag, kind, outsideTarget, routeSet, pinned, identities } = dialog;
  const { peers } = dialog;
  return {
    insideTag,
    outsideTag,
    kind,
    party: partyRecord(dialog.party),
    outsideTarget,
    routeSet,
    pinned,
    peers,
    identities,
    insideUri: dialog.insideUri,
    outsideUri: dialog.outsideUri,
    cseqInside: dialog.cseq.inside,
    cseqOutside: dialog.cseq.outside,
    confirmed: dialog.confirmed,
    origin: pending.findIndex((context) => context.server.id === dialog.origin),
  };
}

function partyRecord(party: InsideParty): PartyRecord {
  const { token, callId, tag, uri, maskedUser, flow, routes, domain, registration, name } = party;
  return {
    ...{ token, callId, tag, uri, maskedUser, flow, routes, name },
    ...(domain === undefined ? {} : { domain }),
    ...(registration === undefined ? {} : { registration }),
  };
}

function inviteRecord(context: RequestContext): InviteRecord {
  const bodies: string[] = [];
  const live = context.branches.filter((branch) => !branch.abandoned);
  const record = {
    request: writeMessage(withoutBody(context.request)),
    source: context.source,
    side: context.side,
    identities: context.identities,
    cancelled: context.cancelled,
    answered: context.final !== undefined,
    branches: live.map((branch) => branchRecord(branch, bodies)),
    bodies,
  };
  return context.party === undefined ? record : { ...record, party: partyRecord(context.party) };
}

/**
 * Bodies are what makes records large: those of a fork's branches are one, and of a branch that was answered
 * none is needed, since its INVITE is not sent again.
 */
function branchRecord(branch: Branch, bodies: string[]): BranchRecord {
  const { flow, side, branchId, hop, attempt, phone, final } = branch;
  const held = final === undefined ? branch.heldBack?.response : undefined;
  const provisional = branch.provisional || final !== undefined || held !== undefined;
  const rest = { flow, side, branchId, hop, attempt, provisional, phone: phone?.token ?? "" };
  const { body } = branch.request;
  if (provisional || body === "") {
    const record = { request: writeMessage(withoutBody(branch.request)), ...rest };
    if (held !== undefined) return { ...record, held: bareAnswer(held) };
    return final === undefined ? record : { ...record, final: bareAnswer(final) };
  }
  const known = bodies.indexOf(body);
  const place = known < 0 ? bodies.push(body) - 1 : known;
  return { request: writeMessage({ ...branch.request, body: "" }), body: place, ...rest };
}

/** Its status and header fields are what the caller will be told. */
function bareAnswer(response: SipResponse): string {
  return writeMessage(withoutHeader(withBody(response, ""), "content-type"));
}

function withoutBody(request: SipRequest): SipRequest {
  return request.body === "" ? request : withBody(request, "");
}

/** Key of a subscription's record. */
function subscriptionKey(dialog: Dialog): readonly string[] {
  return ["v1", "dialog", keyedHash("", [dialog.key], 32)];
}

/** Stores a subscription's dialog: its NOTIFYs find the phone after a restart too. */
export function saveSubscription(
  world: World,
  dialog: Dialog,
  options: { remainingMs: number; when: When },
): void {
  const { remainingMs, when } = options;
  const value = {
    callId: dialog.callId,
    dialog: dialogRecord(dialog, []),
    holder: dialog.holder.name,
    remainingMs,
    savedAtWallMs: world.wall(),
  };
  world.emit({ type: "store.set", key: subscriptionKey(dialog), value, when });
}

/** Takes a subscription's record out. */
export function dropSubscription(world: World, dialog: Dialog): void {
  world.emit({ type: "store.set", key: subscriptionKey(dialog), value: undefined, when: "soon" });
}
