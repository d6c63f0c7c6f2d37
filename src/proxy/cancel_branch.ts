import { withHeaderValues } from "../sip/edit.ts";
import { makeCancel } from "../transaction/hop_by_hop.ts";
import type { Branch } from "./contexts.ts";
import { sendEnding } from "./ending.ts";
import { TIMES } from "./times.ts";
import { branchTimedOut, endHeldBack } from "./response_context.ts";
import type { World } from "./world.ts";

/**
 * Cancels a branch (RFC 3261 §9.1): at once when it has sent a provisional answer, else as soon as
 * it does. A phone that has answered would not heed it (§9.2): if its 2xx was never passed on, it is
 * hung up. One that never ends its INVITE is given up after {@linkcode TIMES.memory}.
 */
export function cancelBranch(world: World, branch: Branch): void {
  if (branch.final !== undefined || branch.abandoned) return;
  if (branch.heldBack !== undefined) {
    return endHeldBack(world, branch, { status: 487, reason: "Request Terminated" });
  }
  if (branch.cancelSent || !branch.provisional) return;
  sendCancel(world, branch);
  world.heap.cancel(branch.timerC);
  branch.timerC = world.heap.schedule(
    world.now + TIMES.memory,
    () => branchTimedOut(world, branch),
  );
}

/** Sends the CANCEL of a branch's INVITE, with the branch parameter of that (RULES V2). */
export function sendCancel(world: World, branch: Branch): void {
  branch.cancelSent = true;
  const { cancelReasons, holder } = branch.context;
  const cancel = withHeaderValues(makeCancel(branch.request), "Reason", cancelReasons);
  sendEnding(world, branch.flow, { request: cancel, branch: branch.branchId, holder });
}
