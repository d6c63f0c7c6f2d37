import type { Holder } from "../base/shares.ts";
import { absenceSince } from "../base/stored_time.ts";
import { headerValues } from "../sip/headers.ts";
import { type Call, callIdentifier } from "./calls.ts";
import { callName } from "./call_words.ts";
import { touchCall } from "./call_records.ts";
import { cancelBranch } from "./cancel_branch.ts";
import type { Branch, RequestContext } from "./contexts.ts";
import { replyFlow } from "./destination.ts";
import { dialogKey, dialogTags } from "./dialogs.ts";
import { watchHeldBack } from "./held_back.ts";
import { holderNamed } from "./holders.ts";
import { noRoom, TOO_BUSY } from "./no_place.ts";
import { TIMES } from "./times.ts";
import { RELEASED_AT_WALL_MS } from "./release_date.ts";
import { stampVia } from "./requests.ts";
import { holdParty, type Lost, RESTORED, restoreDialog } from "./restore_dialogs.ts";
import {
  type BranchRecord,
  type CallRecord,
  type InviteRecord,
  readCall,
  readInvite,
  readResponse,
} from "./stored_shapes.ts";
import { finishIfDone } from "./response_context.ts";
import { noteRinging } from "./ringing.ts";
import { restartTimerC } from "./timer_c.ts";
import { watchQuiet } from "./quiet_calls.ts";
import type { World } from "./world.ts";

/** Brings a call back with its dialogs, its pending INVITEs and its media (RULES X1). */
export function restoreCall(world: World, value: unknown): "restored" | "unreadable" | "full" {
  const record = readCall(value);
  if (record === undefined) return "unreadable";
  const id = callIdentifier(record.callId, record.callerTag, record.callerSide);
  if (record.dialogs.length === 0 && record.invites.every((invite) => invite.answered)) {
    return "unreadable";
  }
  const { media, savedAtWallMs } = value as { media?: unknown; savedAtWallMs?: unknown };
  const savedAt = typeof savedAtWallMs === "number" ? savedAtWallMs : NaN;
  const call = makeCall(world, record, {
    id,
    sinceMs: absenceSince(savedAt, world.wall(), RELEASED_AT_WALL_MS),
  });
  // First, so that a call that does not fit leaves no media behind: records of calls that had just ended may be among them.
  if (world.calls.add(call, RESTORED) !== undefined) {
    world.count("full.calls");
    return "full";
  }
  const { holder } = call;
  if (media !== undefined && !world.media.restore(id, media, { holder, now: world.now })) {
    world.note(
      "warn",
      "restored",
      `${callName(call)}: its audio could not be taken up`,
    );
  }
  world.recorded.add(id);
  const lost: Lost = { full: false };
  const contexts = record.invites.map((invite) => restoreInvite(world, { call, invite, lost }));
  for (const dialog of record.dialogs) {
    const origin = contexts[dialog.origin]?.server.id ?? -1;
    const restored = restoreDialog(world, {
      callId: record.callId,
      record: dialog,
      call: id,
      origin,
      holder: call.holder,
      lost,
    });
    if (restored !== undefined) call.dialogs.add(restored);
  }
  for (const context of contexts) {
    if (context === undefined) continue;
    enterRestored(world, context);
    // None of its branches could be read, or has a place: no answer will come, and its caller would wait for ever.
    const refusal = lost.full ? noRoom(context.side, TOO_BUSY) : undefined;
    finishIfDone(world, context, refusal);
  }
  touchCall(world, call, "soon");
  if (call.dialogs.size > 0 || call.pending.size > 0) {
    if (call.answeredAt !== undefined) watchQuiet(world, call);
    return "restored";
  }
  // Nothing in it could be taken up: nobody would ever end it.
  world.calls.delete(call);
  world.media.end(id, world.now);
  return lost.full ? "full" : "unreadable";
}

/** Who held the places of a call; records of earlier versions do not say it. */
function holderOfRecord(world: World, { holder, dialogs, invites }: CallRecord): Holder {
  const phone = dialogs[0]?.party.flow ?? invites[0]?.source;
  return holderNamed(world, holder ?? phone?.remote.ip ?? "");
}

/** `sinceMs`: how long ago it was saved. */
function makeCall(
  world: World,
  record: CallRecord,
  { id, sinceMs }: { id: string; sinceMs: number },
): Call {
  const { callId, callerTag, callerSide, from, to, startedAgoMs, answeredAgoMs } = record;
  const holder = holderOfRecord(world, record);
  return {
    id,
    number: record.number ?? world.calls.takeNumber(),
    callId,
    callerTag,
    callerSide,
    holder,
    from,
    to,
    phones: record.phones ?? [],
    server: record.server,
    startedAt: world.now - sinceMs - startedAgoMs,
    answeredAt: answeredAgoMs < 0 ? undefined : world.now - sinceMs - answeredAgoMs,
    // Whether the ACK had come is not known.
    acknowledged: true,
    touchedAt: world.now,
    quiet: undefined,
    invites: new Set(),
    pending: new Set(),
    dialogs: new Set(),
  };
}

/** A pending INVITE: its server transaction, and its branches found again by their branch parameter. */
function restoreInvite(
  world: World,
  options: { call: Call; invite: InviteRecord; lost: Lost },
): RequestContext | undefined {
  const { call, invite, lost } = options;
  const { holder } = call;
  const request = readInvite(invite.request);
  if (request === undefined) return undefined;
  const stamped = stampVia(request, invite.source);
  if (world.servers.find(stamped, invite.source) !== undefined) return undefined;
  const { answered } = invite;
  const server = world.servers.restore(stamped, invite.source, {
    now: world.now,
    holder,
    answered,
  });
  if (server === undefined) {
    lost.full = true;
    return undefined;
  }
  const vias = headerValues(stamped, "via");
  const context: RequestContext = {
    server,
    request,
    side: invite.side,
    source: invite.source,
    holder,
    reply: replyFlow(invite.source, vias[0]),
    vias,
    parent: undefined,
    depth: 0,
    branches: [],
    identities: invite.identities,
    // Once a 2xx has gone out no failure may follow, whatever becomes of the branches.
    final: answered ? 200 : undefined,
    cancelled: invite.cancelled,
    cancelReasons: [],
    call,
    dialog: undefined,
    party: invite.party && holdParty(world, { record: invite.party, holder, lost }),
    register: undefined,
  };
  server.context = context;
  call.pending.add(context);
  if (!answered) call.invites.add(context);
  const { bodies = [] } = invite;
  for (const record of invite.branches) {
    const body = record.body === undefined ? "" : bodies[record.body] ?? "";
    restoreBranch(world, context, { record, body, answered, lost });
  }
  // Records of earlier versions do not say which of the branches was answered, and that one must not be cancelled.
  const unsaid = answered && invite.bodies === undefined;
  // The CANCEL is gone with its transaction; its sender has his 200 and will not send it again.
  if (context.cancelled && !unsaid) {
    // One whose 2xx waits was not cancelled: the others were for its sake.
    for (const branch of context.branches) {
      if (branch.heldBack === undefined) cancelBranch(world, branch);
    }
  }
  return context;
}

function restoreBranch(
  world: World,
  context: RequestContext,
  options: { record: BranchRecord; body: string; answered: boolean; lost: Lost },
): void {
  const { record, body, answered, lost } = options;
  const request = readInvite(record.request + body);
  if (request === undefined) return;
  const { flow, side, branchId, hop, attempt, provisional } = record;
  const final = record.final === undefined ? undefined : readResponse(record.final);
  const branch: Branch = {
    context,
    side,
    client: undefined,
    flow,
    request,
    branchId,
    hop,
    attempt,
    alternatives: [],
    build: undefined,
    phone: record.phone === "" ? undefined : world.bindings.get(record.phone),
    provisional,
    final,
    abandoned: false,
    cancelSent: false,
    silence: undefined,
    timerC: undefined,
  };
  const held = record.held === undefined ? undefined : readResponse(record.held);
  if (held !== undefined) branch.heldBack = { response: held, heardAt: undefined };
  // It failed while others go on: only its answer is needed, when all have ended.
  if (final !== undefined && final.status >= 300) return void context.branches.push(branch);
  if (world.branches.get(branchId) !== undefined) return;
  if (!world.branches.set(branchId, branch)) return;
  branch.client = world.clients.create({
    request,
    branch: branchId,
    reliable: flow.transport !== "udp",
    now: world.now,
    holder: context.holder,
    context: { flow, branch },
    // Nobody had answered yet: sent again, it is a retransmission to whoever has it, and a CANCEL need not wait.
    restored: provisional,
  });
  // Nothing would ever end a branch without one.
  if (branch.client === undefined) {
    world.branches.delete(branchId);
    lost.full = true;
    return world.count("full.transactions");
  }
  context.branches.push(branch);
  noteRinging(world, branch);
  if (!provisional) return;
  if (held !== undefined) return watchHeldBack(world, branch);
  if (!answered) return restartTimerC(world, branch);
  // Its 2xx may come again until the ACK has passed; if that was long ago, nothing comes any more.
  branch.timerC = world.heap.schedule(world.now + TIMES.memory, () => {
    if (branch.client !== undefined) world.clients.abandon(branch.client, world.now);
  });
}

/** A pending re-INVITE belongs to a dialog, which is there only now. */
function enterRestored(world: World, context: RequestContext): void {
  const { call, insideTag, outsideTag } = dialogTags(context.request, context.side);
  const dialog = world.dialogs.get(dialogKey(call, insideTag, outsideTag));
  // The INVITE that made a dialog with a null tag is not in it.
  if (dialog?.origin !== context.server.id) context.dialog = dialog;
}
