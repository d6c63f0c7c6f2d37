import { callId, fromTag, toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { T2 } from "../transaction/timers.ts";
import { isPhoneOf } from "./answer_sources.ts";
import { answer } from "./answer.ts";
import { touchCall } from "./call_records.ts";
import { callIdentifier } from "./calls.ts";
import type { Branch, RequestContext } from "./contexts.ts";
import { mustWait, NO_OUTSIDE } from "./deliver.ts";
import { branchFinished, cancelOthers, endHeldBack } from "./response_context.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/**
 * Keeps a 2xx until our outside address is known: the phone repeats it until it is acknowledged (RFC 3261 §13.3.1.4).
 * Of the first one there is a last moment to pass it on, or to end the call; a copy of one that was passed on has time.
 */
export function holdBack(world: World, branch: Branch, response: SipResponse): void {
  world.count("waiting.outside");
  if (branch.final !== undefined) return;
  const { heldBack } = branch;
  // Behind a proxy inside two phones may have picked up: the first one's waits.
  if (heldBack !== undefined && toTag(heldBack.response) !== toTag(response)) return;
  branch.heldBack = { response, heardAt: world.now };
  if (heldBack !== undefined) return;
  watchHeldBack(world, branch);
  // Somebody has picked up: the other phones shall not ring on, whether or not the caller can be told in time.
  cancelOthers(world, branch);
}

/** Sets the last moment of a 2xx that waits; after a restart anew. */
export function watchHeldBack(world: World, branch: Branch): void {
  world.heap.cancel(branch.timerC);
  branch.timerC = world.heap.schedule(
    world.now + TIMES.heldBack,
    () => lastMoment(world, branch),
  );
}

/** Passed on only if its phone still repeats it: one that has hung up unheard would leave the caller in a dead call. */
function lastMoment(world: World, branch: Branch): void {
  const { heldBack, final } = branch;
  if (heldBack === undefined || final !== undefined) return;
  const { response, heardAt } = heldBack;
  const repeated = heardAt !== undefined && world.now - heardAt <= T2;
  if (repeated && !mustWait(world, branch, response)) {
    return branchFinished(world, branch, response);
  }
  endHeldBack(world, branch, NO_OUTSIDE);
}

/**
 * True, and answered, for the BYE of a phone whose 2xx waits: of its dialog the caller knows nothing, so no BYE can
 * reach him, but the failure of his INVITE can.
 */
export function hangsUpHeldBack(world: World, context: RequestContext): boolean {
  const branch = waitingBranch(world, context.request);
  if (branch === undefined) return false;
  if (!isPhoneOf(branch, { world, ip: context.source.remote.ip })) return false;
  answer(world, context, { status: 200, reason: "OK" });
  // It needs no BYE of ours; copies of its 2xx that are under way are acknowledged.
  branch.hungUp = [fromTag(context.request) ?? ""];
  const why = { status: 480, reason: "Hung up before our outside address was known" };
  endHeldBack(world, branch, why);
  touchCall(world, branch.context.call, "urgent");
  return true;
}

/** The branch that waits for the phone which sends a request in the dialog of its own 2xx. */
function waitingBranch(world: World, request: SipRequest): Branch | undefined {
  const id = callIdentifier(callId(request), toTag(request) ?? "", "outside");
  for (const { branches } of world.calls.get(id)?.invites ?? []) {
    const found = branches.find(({ heldBack, final }) =>
      heldBack !== undefined && final === undefined &&
      toTag(heldBack.response) === fromTag(request)
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
