import type { Flow } from "../base/address.ts";
import type { Side } from "../base/side.ts";
import type { SipRequest } from "../sip/message.ts";
import { dialogKey, dialogTags } from "./dialogs.ts";
import { isKnownPeer, sideOf } from "./view.ts";
import type { World } from "./world.ts";

/**
 * True for an outside source that nothing speaks for: it is no known peer, no call has worked with it, and the request
 * is in no dialog. Whoever decides whether a request is answered asks this (RULES S3): a provider's server outside its
 * names would repeat for 32 s what it hears nothing of. Whose phones ring by name is another question (RULES T1).
 */
export function isStranger(world: World, flow: Flow, request: SipRequest): boolean {
  const { ip } = flow.remote;
  if (sideOf(world, flow) === "inside" || isKnownPeer(world, ip)) return false;
  return !world.budgets.hasEarned(ip, world.now) && !isInDialog(world, request, "outside");
}

/** True for a request in a dialog that we know and that is not over. */
export function isInDialog(world: World, request: SipRequest, side: Side): boolean {
  const { call, insideTag, outsideTag } = dialogTags(request, side);
  return world.dialogs.get(dialogKey(call, insideTag, outsideTag))?.ended === false;
}
