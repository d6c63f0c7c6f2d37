import type { SendFault } from "../base/send_fault.ts";
import { withHeaderValues } from "../sip/edit.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipResponse } from "../sip/message.ts";
import { makeResponse } from "../sip/write.ts";
import { answer } from "./answer.ts";
import { endOfRefusal } from "./call_end.ts";
import { cancelBranch } from "./cancel_branch.ts";
import type { Branch, Refusal, RequestContext } from "./contexts.ts";
import { deliver } from "./deliver.ts";
import { failOver, nextServer } from "./forward.ts";
import { hangUp } from "./hang_up.ts";
import { forgetRinging } from "./ringing.ts";
import { markDown } from "./server_health.ts";
import { trackResponse } from "./track.ts";
import type { World } from "./world.ts";

/** A branch has its final answer (RFC 3261 §16.7): 2xx goes on at once, others wait for all branches. */
export function branchFinished(world: World, branch: Branch, response: SipResponse): void {
  const { context } = branch;
  endBranch(world, branch);
  branch.final = response;
  if (response.status < 300) {
    if ((context.final ?? 0) >= 300) return crossed(world, branch, response);
    const first = context.final === undefined;
    // Only an INVITE has room for more than one answer (§16.7 step 5); of a fork's SUBSCRIBE each makes a dialog all the same.
    if (!first && context.request.method !== "INVITE") {
      return void trackResponse(world, branch, response);
    }
    context.final = response.status;
    deliver(world, branch, response);
    if (first) cancelOthers(world, branch);
    return;
  }
  if (context.final !== undefined || branch.abandoned) return;
  if (response.status >= 600) cancelOthers(world, branch);
  finishIfDone(world, context);
}

/** A 2xx that has crossed the CANCEL of a call which is over: nobody waits for it any more. */
function crossed(world: World, branch: Branch, received: SipResponse): void {
  const status = branch.context.final!;
  hangUp(world, branch, { received, why: { status, reason: "Call is over" } });
}

/** A branch was silent to the end: another server, else 408 for an INVITE and nothing for the rest (RULES V3). */
export function branchTimedOut(world: World, branch: Branch): void {
  if (branch.final !== undefined || branch.abandoned) return;
  if (branch.side === "outside" && !branch.provisional) {
    const trouble = { kind: "unanswered", method: branch.request.method } as const;
    const next = nextServer(world, branch);
    markDown(world, { flow: branch.flow, trouble, branch, next });
    if (failOver(world, branch)) return;
  }
  const { context } = branch;
  endBranch(world, branch);
  // An INVITE that has rung has no timer of its own left: it would stay in the table for ever.
  if (branch.client !== undefined) world.clients.abandon(branch.client, world.now);
  const status = context.cancelled ? 487 : 408;
  branch.ended = context.cancelled
    ? { kind: "cancelled" }
    : { kind: "unanswered", rang: branch.provisional };
  branch.final = makeResponse(branch.request, { status, toTag: world.newTag() });
  if (context.request.method !== "INVITE") {
    // RFC 4320: a 408 to a non-INVITE would come too late for anybody.
    if (context.branches.every((other) => other.final !== undefined || other.abandoned)) {
      context.final = 408;
    }
    return;
  }
  finishIfDone(world, context);
}

/** A request that the kernel refused to send counts as answered by 503 (RULES N4, RFC 3261 §16.9), by 480 for a caller outside (RULES V7). */
export function branchUnsent(world: World, branch: Branch, fault: SendFault): void {
  const { context } = branch;
  endBranch(world, branch);
  if (branch.client !== undefined) world.clients.abandon(branch.client, world.now);
  branch.ended = context.cancelled ? { kind: "cancelled" } : { kind: "unsent", fault };
  const toTag = world.newTag();
  branch.final = makeResponse(branch.request, { ...unsentAnswer(context, fault), toTag });
  finishIfDone(world, context);
  if (context.final !== undefined) world.answered.add(context);
}

/** Our phones are told the reason, a caller outside that the phone is not there. */
function unsentAnswer({ cancelled, side }: RequestContext, { reason }: SendFault): Refusal {
  if (cancelled) return { status: 487, reason: "Request Terminated" };
  if (side === "outside") return { status: 480, reason: "Temporarily Unavailable" };
  return { status: 503, reason: `Cannot be sent, ${reason}` };
}

/** Answers when every branch has ended: the best of their answers, or `refusal` when there is none. */
export function finishIfDone(world: World, context: RequestContext, refusal?: Refusal): void {
  if (context.final !== undefined) return;
  const live = context.branches.filter((branch) => !branch.abandoned);
  if (live.some((branch) => branch.final === undefined)) return;
  const best = bestOf(live);
  if (best === undefined) {
    return answer(world, context, refusal ?? { status: 408, reason: "Request Timeout" });
  }
  context.final = best.final!.status;
  deliver(world, best, collected(live, best));
}

/** RFC 3261 §16.7 step 6: a 6xx, else the lowest class, and in it what the caller can act upon. */
function bestOf(branches: readonly Branch[]): Branch | undefined {
  const actionable = [401, 407, 415, 420, 484];
  const rank = (branch: Branch): number => {
    const { status } = branch.final!;
    if (status >= 600) return 0;
    const group = Math.floor(status / 100) * 10;
    return group + (actionable.includes(status) ? 0 : status === 408 || status === 503 ? 2 : 1);
  };
  return [...branches].sort((left, right) => rank(left) - rank(right))[0];
}

/** All challenges of a fork go into the one answer (RFC 3261 §16.7 step 7). */
function collected(branches: readonly Branch[], best: Branch): SipResponse {
  let response = best.final!;
  if (branches.length < 2 || (response.status !== 401 && response.status !== 407)) return response;
  for (const name of ["WWW-Authenticate", "Proxy-Authenticate"]) {
    const values = branches.flatMap((branch) => headerValues(branch.final!, name.toLowerCase()));
    if (values.length > 0) response = withHeaderValues(response, name, values);
  }
  return response;
}

/** One branch of an INVITE decides for all (RFC 3261 §16.7 step 10); a phone that was picked up while our address is unknown is none to cancel. */
export function cancelOthers(world: World, winner: Branch): void {
  const { context } = winner;
  if (context.request.method !== "INVITE") return;
  context.cancelled = true;
  for (const branch of context.branches) {
    if (branch !== winner && branch.heldBack === undefined) cancelBranch(world, branch);
  }
}

/** Nobody waits any more for the 2xx that a branch holds back: who gave it is hung up, as it was never passed on. */
export function endHeldBack(world: World, branch: Branch, why: Refusal): void {
  const received = branch.heldBack!.response;
  const { status, reason } = why;
  endBranch(world, branch);
  // After a restart no copy has come perhaps, and an INVITE that has rung has no timer of its own left.
  if (branch.client !== undefined) world.clients.abandon(branch.client, world.now);
  branch.final = makeResponse(branch.request, { status, reason, toTag: world.newTag() });
  branch.ended = endOfRefusal(why);
  hangUp(world, branch, { received, why });
  finishIfDone(world, branch.context);
}

function endBranch(world: World, branch: Branch): void {
  world.heap.cancel(branch.silence);
  world.heap.cancel(branch.timerC);
  forgetRinging(world, branch);
}

/** The client transaction of a branch has left its table. */
export function forgetBranch(world: World, branch: Branch): void {
  endBranch(world, branch);
  world.branches.delete(branch.branchId);
}
