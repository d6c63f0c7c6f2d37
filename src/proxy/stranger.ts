import type { Flow } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import type { SipRequest } from "../sip/message.ts";
import type { Refusal } from "./contexts.ts";
import type { Dialog } from "./dialogs.ts";
import { replyTo } from "./reply.ts";
import { isSomeProvider } from "./provider_sets.ts";
import { dialogOf, maySpeak } from "./sources.ts";
import { sideOf } from "./view.ts";
import type { World } from "./world.ts";

/** True for who is answered with all that it takes: a phone, somebody's provider, and who asks in a dialog that goes on (RULES S3). */
export function isExpected(world: World, flow: Flow, request: SipRequest): boolean {
  if (sideOf(world, flow) === "inside" || isSomeProvider(world, flow)) return true;
  return ownDialog(world, flow, request)?.ended === false;
}

/**
 * Turns away a request that is not expected and leads nowhere. A stranger hears nothing (RULES S3). A provider's server
 * outside its names would repeat for 32 s what it hears nothing of: one that a call has worked with is answered, and
 * who was in a dialog that has just ended (RULES X2). But nothing is kept of that, and it never gets more
 * than it sent, since anybody may have written its address.
 */
export function turnAway(
  world: World,
  flow: Flow,
  request: SipRequest,
  { why, answer }: { readonly why: string; readonly answer: Refusal | undefined },
): void {
  const { ip } = flow.remote;
  const known = world.budgets.hasEarned(ip, world.now) ||
    ownDialog(world, flow, request)?.ended === true;
  if (answer !== undefined && known) {
    const longest = world.arrivedLength;
    if (replyTo(world, flow, request, { ...answer, longest })) return;
  }
  world.refuse(`stranger.${why}`, ip);
  const { method, uri } = request;
  world.debug("stranger", () => {
    const what = `${logText(method)} from stranger ${ip} to ${logText(uri)}`;
    return { text: `${what} not answered: ${why}` };
  }, flow);
}

/** The dialog of a request from outside, ended or not, if that comes from where its messages do. */
function ownDialog(world: World, source: Flow, request: SipRequest): Dialog | undefined {
  const dialog = dialogOf(world, request, "outside");
  return dialog && maySpeak(world, dialog, { side: "outside", source }) ? dialog : undefined;
}
