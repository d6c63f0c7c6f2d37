import type { Flow } from "../base/address.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { answer } from "./answer.ts";
import { touchCall } from "./call_records.ts";
import { cancelBranch } from "./cancel_branch.ts";
import type { Refusal } from "./contexts.ts";
import { begin } from "./requests.ts";
import { turnAway } from "./stranger.ts";
import { isSomeProvider } from "./provider_sets.ts";
import { sideOf } from "./view.ts";
import type { World } from "./world.ts";

const UNKNOWN: Refusal = { status: 481, reason: "Call/Transaction Does Not Exist" };

/** Takes a CANCEL (RFC 3261 §16.10): 200 for itself, and an end to every branch of its INVITE. */
export function receiveCancel(world: World, flow: Flow, request: SipRequest): void {
  const side = sideOf(world, flow);
  const invite = world.servers.findInvite(request, flow)?.context;
  // A CANCEL is in no dialog, whatever tags it shows (RFC 3261 §9.1): they make nobody less of a stranger.
  if (invite === undefined && side === "outside" && !isSomeProvider(world, flow)) {
    return turnAway(world, flow, request, { why: "unknown CANCEL", answer: UNKNOWN });
  }
  const context = begin(world, flow, { request, side, urgent: invite !== undefined });
  if (context === undefined) return;
  if (invite === undefined) {
    return answer(world, context, UNKNOWN);
  }
  answer(world, context, { status: 200, reason: "OK" });
  if (invite.final !== undefined) return;
  // Perhaps for the second time: those that rang beside a phone which was picked up are cancelled, that one is not.
  invite.cancelled = true;
  if (invite.call !== undefined) invite.call.cancelledAt ??= world.now;
  touchCall(world, invite.call, "urgent");
  invite.cancelReasons = headerValues(request, "reason");
  for (const branch of invite.branches) cancelBranch(world, branch);
  // Still waiting for a name: there is nobody to wait for.
  if (invite.branches.length === 0) {
    answer(world, invite, { status: 487, reason: "Request Terminated" });
  }
}
