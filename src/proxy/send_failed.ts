import type { Flow } from "../base/address.ts";
import { remoteKey } from "./bindings.ts";
import type { Branch } from "./contexts.ts";
import { failOver } from "./forward.ts";
import { markDead } from "./next_hop.ts";
import type { World } from "./world.ts";

/** A send failed at once: the branches that wait for that server try another (RULES N4); the rest send again or time out. */
export function sendFailed(world: World, flow: Flow, reason: string): void {
  world.count("send.failed");
  const key = remoteKey(flow);
  const waiting: Branch[] = [];
  for (const branch of world.branches.values()) {
    if (branch.final !== undefined || branch.abandoned || branch.provisional) continue;
    if (branch.side === "outside" && remoteKey(branch.flow) === key) waiting.push(branch);
  }
  for (const branch of waiting) {
    if (branch.alternatives.length === 0) continue;
    markDead(world, flow, `cannot be reached (${reason})`);
    failOver(world, branch);
  }
}
