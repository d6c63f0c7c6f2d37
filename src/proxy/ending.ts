import type { Flow } from "../base/address.ts";
import type { Holder } from "../base/shares.ts";
import type { SipRequest } from "../sip/message.ts";
import type { World } from "./world.ts";

/**
 * Sends a request of our own that ends a call, a BYE or a CANCEL, in one of the places kept for such (RULES V7). It
 * belongs to no branch: nobody waits for its answer. Its place is that of whose call it ends.
 */
export function sendEnding(
  world: World,
  flow: Flow,
  { request, branch, holder }: {
    readonly request: SipRequest;
    readonly branch: string;
    readonly holder: Holder;
  },
): void {
  world.clients.create({
    request,
    branch,
    holder: { ...holder, urgent: true },
    reliable: flow.transport !== "udp",
    now: world.now,
    context: { flow, branch: undefined },
  });
}
