import { cancelBranch } from "./cancel_branch.ts";
import type { Branch } from "./contexts.ts";
import { TIMES } from "./times.ts";
import { branchTimedOut } from "./response_context.ts";
import type { World } from "./world.ts";

/** Timer C (RFC 3261 §16.6 step 11, RULES V3): restarted by each 101–199 and by early media that flows. */
export function restartTimerC(world: World, branch: Branch): void {
  world.heap.cancel(branch.timerC);
  const since = world.now;
  branch.timerC = world.heap.schedule(since + TIMES.timerC, () => {
    const { call } = branch.context;
    if (call !== undefined && world.media.flowing(call.id, since)) {
      return restartTimerC(world, branch);
    }
    if (!branch.provisional) return branchTimedOut(world, branch);
    // What it answers to the CANCEL is not why the call failed.
    branch.ended = { kind: "unanswered", rang: true };
    cancelBranch(world, branch);
  });
}
