import type { Flow } from "../base/address.ts";
import type { SipResponse } from "../sip/message.ts";
import { dropAnswer, mayAnswer } from "./answer_sources.ts";
import { noteSuccess } from "./budget.ts";
import { touchCall } from "./call_records.ts";
import { cancelBranch, sendCancel } from "./cancel_branch.ts";
import { admittedChallenge } from "./challenges.ts";
import type { Branch } from "./contexts.ts";
import { deliver, mustWait } from "./deliver.ts";
import { failOver, nextServer } from "./forward.ts";
import { acknowledgedAgain } from "./hang_up.ts";
import { holdBack } from "./held_back.ts";
import { pinCall } from "./server_choice.ts";
import { branchFinished } from "./response_context.ts";
import { markDown, markUp } from "./server_health.ts";
import { dialogOf, keepPeer } from "./sources.ts";
import { restartTimerC } from "./timer_c.ts";
import { forkFailed } from "./track.ts";
import type { World } from "./world.ts";

/** Takes a response: to the client transaction whose branch it carries, from where that may be answered (RULES S3). */
export function receiveResponse(world: World, flow: Flow, response: SipResponse): void {
  const client = world.clients.find(response);
  if (client === undefined) return world.refuse("response.unmatched", flow.remote.ip);
  if (!mayAnswer(world, client.context, flow)) {
    return dropAnswer(world, response, { sending: client.context, source: flow });
  }
  const { branch } = client.context;
  const admitted = admittedChallenge(world, branch, { source: flow, response });
  if (admitted === undefined) return;
  world.clients.received(client, admitted, world.now);
  if (branch?.side === "outside") noteAnswerer(world, branch, { response, ip: flow.remote.ip });
}

/** Who has answered may speak in the dialog, though its request went to another address (RULES S3). */
function noteAnswerer(
  world: World,
  branch: Branch,
  { response, ip }: { response: SipResponse; ip: string },
): void {
  const dialog = response.status > 100 ? dialogOf(world, response, branch.context.side) : undefined;
  if (dialog !== undefined && !dialog.ended) keepPeer(world, dialog, ip);
}

/** Takes a response that its transaction passes up. */
export function branchAnswered(world: World, branch: Branch, response: SipResponse): void {
  world.heap.cancel(branch.silence);
  if (branch.side === "outside" && response.status !== 503) markUp(world, branch.flow);
  if (response.status === 100) {
    branch.provisional = true;
  } else if (response.status < 200) {
    provisional(world, branch, response);
  } else {
    final(world, branch, response);
  }
  if (branch.request.method === "INVITE") {
    // We acknowledge a failure, and then only we know it.
    touchCall(world, branch.context.call, response.status >= 200 ? "urgent" : "soon");
  }
  // A CANCEL that came before the first provisional answer waits for it (RFC 3261 §9.1).
  const early = response.status < 200 && branch.heldBack === undefined;
  if (early && branch.context.cancelled) cancelBranch(world, branch);
}

/**
 * A server that was given up speaks after all (RULES N4): its phone shall not go on ringing beside the next
 * server's, and a call that it has answered is the caller's to acknowledge (RFC 3261 §16.7 step 5), or ours to end
 * when the caller has been refused.
 */
export function branchAnsweredLate(world: World, branch: Branch, response: SipResponse): void {
  if (branch.request.method !== "INVITE" || response.status >= 300) return;
  if (response.status < 200) return branch.cancelSent ? undefined : sendCancel(world, branch);
  if (acknowledgedAgain(world, branch, response)) return;
  branchFinished(world, branch, response);
  touchCall(world, branch.context.call, "urgent");
}

function provisional(world: World, branch: Branch, response: SipResponse): void {
  branch.provisional = true;
  if (branch.abandoned || branch.context.final !== undefined) return;
  if (branch.request.method === "INVITE" && !branch.cancelSent) restartTimerC(world, branch);
  deliver(world, branch, response);
}

function final(world: World, branch: Branch, response: SipResponse): void {
  const { context } = branch;
  const success = response.status < 300;
  if (success && acknowledgedAgain(world, branch, response)) return;
  if (mustWait(world, branch, response)) return holdBack(world, branch, response);
  if (success) noteSuccess(world, branch);
  if (response.status === 401 || response.status === 407) {
    pinCall(world, context.request, { hop: branch.hop, flow: branch.flow });
  }
  if (response.status === 503 && branch.side === "outside" && branch.alternatives.length > 0) {
    const next = nextServer(world, branch);
    markDown(world, { flow: branch.flow, trouble: { kind: "unavailable" }, branch, next });
    if (failOver(world, branch)) return;
  }
  // Further 2xx of other forks, and 2xx sent again, go on as they come (RFC 3261 §16.7 step 5).
  if (branch.final !== undefined && !(success && branch.request.method === "INVITE")) return;
  if (!success) forkFailed(world, branch, response);
  branchFinished(world, branch, response);
}
