import type { CoreEvent } from "./events.ts";
import { failOver, nextServer } from "./forward.ts";
import { branchUnsent } from "./response_context.ts";
import { markDown } from "./server_health.ts";
import type { World } from "./world.ts";

/**
 * A message could not leave. A request that waits for its first answer counts as answered by 503 (RULES N4, RFC 3261
 * §16.9): another server is tried, or its sender is told at once. All else is sent again, or not missed: answers and
 * ACKs by whoever lacks them, a keep-alive at its next turn.
 */
export function sendFailed(
  world: World,
  { owner, flow, fault }: Omit<Extract<CoreEvent, { type: "sip.failed" }>, "type">,
): void {
  world.count("send.failed");
  const client = owner.kind === "client" ? world.clients.get(owner.id) : undefined;
  const branch = client?.context.branch;
  // Without a listener it is sent again: when our address has changed there is another one soon.
  if (branch === undefined || fault.kind === "no-listener") return;
  if (branch.final !== undefined || branch.abandoned || branch.provisional) return;
  // A message that is too long for one server is so for all.
  if (branch.side === "outside" && fault.kind !== "too-long") {
    const next = nextServer(world, branch);
    markDown(world, { flow, trouble: { kind: "unsent", fault }, branch, next });
    if (failOver(world, branch)) return;
  }
  branchUnsent(world, branch, fault);
}
