import type { Side } from "../base/side.ts";
import type { SipRequest } from "../sip/message.ts";
import { dialogOf } from "./sources.ts";
import type { World } from "./world.ts";

/** True for a request that has a place whatever is full (RULES V6, V7): of an emergency call, or a BYE. */
export function isUrgent(world: World, request: SipRequest, side: Side): boolean {
  if (side === "inside" && isEmergency(request)) return true;
  const dialog = dialogOf(world, request, side);
  // A BYE of an unknown dialog ends nothing, and anybody can write it.
  if (dialog === undefined || dialog.ended) return false;
  return request.method === "BYE" || dialog.holder.urgent === true;
}

/** True for an INVITE that calls for help (RFC 5031). */
function isEmergency({ method, uri }: SipRequest): boolean {
  return method === "INVITE" && /^urn:service:/i.test(uri);
}
