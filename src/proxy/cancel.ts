import type { Flow } from "../base/address.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { answer } from "./answer.ts";
import { touchCall } from "./call_records.ts";
import { cancelBranch } from "./cancel_branch.ts";
import { begin } from "./requests.ts";
import { isStranger } from "./stranger.ts";
import { sideOf } from "./view.ts";
import type { World } from "./world.ts";

/** Takes a CANCEL (RFC 3261 §16.10): 200 for itself, and an end to every branch of its INVITE. */
export function receiveCancel(world: World, flow: Flow, request: SipRequest): void {
  const side = sideOf(world, flow);
  const invite = world.servers.findInvite(request, flow)?.context;
  if (invite === undefined && isStranger(world, flow, request)) {
    return world.refuse("stranger.unknown CANCEL", flow.remote.ip);
  }
  const context = begin(world, flow, { request, side, ending: invite !== undefined });
  if (context === undefined) return;
  if (invite === undefined) {
    return answer(world, context, { status: 481, reason: "Call/Transaction Does Not Exist" });
  }
  answer(world, context, { status: 200, reason: "OK" });
  // Branches may be cancelled already for the sake of one that waits to be passed on.
  if (invite.final !== undefined) return;
  invite.cancelled = true;
  touchCall(world, invite.call, "urgent");
  invite.cancelReasons = headerValues(request, "reason");
  for (const branch of invite.branches) cancelBranch(world, branch);
  // Still waiting for a name: there is nobody to wait for.
  if (invite.branches.length === 0) {
    answer(world, invite, { status: 487, reason: "Request Terminated" });
  }
}
