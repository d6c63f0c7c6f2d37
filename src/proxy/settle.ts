import { ownText } from "../base/bytes.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import type { Branch, RequestContext } from "./contexts.ts";
import type { World } from "./world.ts";

/**
 * Lets go of what the requests answered in this turn were made of. Their transactions live on for half a minute, for
 * late copies (RFC 3261 §17), which need a tenth of it: at some hundred requests a second the rest decides whether a
 * small router has the memory. Their contexts stay for loops (RULES V5) and for where answers go.
 */
export function settleAnswered(world: World): void {
  for (const context of world.answered) if (isOver(world, context)) settle(world, context);
  world.answered.clear();
}

/**
 * True when it is not let go yet and nothing that comes can change what was answered: it was final, and every branch has ended.
 * To an INVITE that was accepted further 2xx may come, and one on record may be written again (RULES X1).
 */
function isOver(world: World, context: RequestContext): boolean {
  const { server, final, call, branches } = context;
  if (context.settled === true) return false;
  if (final === undefined || (server.invite && final < 300)) return false;
  if (call !== undefined && world.calls.get(call.id) === call && call.pending.has(context)) {
    return false;
  }
  // A 2xx that could not be passed on comes again until its ACK is there, and that is ours to write (RULES V7).
  if (server.invite && branches.some(({ client }) => client?.state === "accepted")) return false;
  return branches.every((branch) => branch.final !== undefined || branch.abandoned);
}

function settle(world: World, context: RequestContext): void {
  context.settled = true;
  context.request = bareRequest(context.request);
  for (const branch of context.branches) settleBranch(context, branch);
  const { call, register } = context;
  for (const { token } of register?.contacts ?? []) world.bindings.dropPending(token, register!);
  context.register = undefined;
  if (call !== undefined && world.calls.get(call.id) !== call) context.call = undefined;
  context.dialog = undefined;
  context.cancelReasons = NOTHING;
  context.vias = NOTHING;
  context.identities = NOTHING;
  context.branches = NOTHING;
}

/** Its own request is never looked at again, but for its method. Of an INVITE that was given up for another server a late 180 is still cancelled, a late 2xx hung up (RULES N4). */
function settleBranch(context: RequestContext, branch: Branch): void {
  branch.alternatives = NOTHING;
  branch.build = undefined;
  branch.silence = undefined;
  branch.timerC = undefined;
  if (context.server.invite && branch.client?.state === "abandoned") return;
  branch.request = context.request;
  branch.final = branch.final && bareResponse(branch.final);
}

/** One for all that is let go; frozen, since some of what holds it could be added to. */
const NOTHING = Object.freeze([]) as unknown as never[];

const BARE = { version: "SIP/2.0", startLine: "", headers: NOTHING, blank: "", body: "" } as const;

/** What a loop is known by: the method and the Request-URI, in a text of its own. */
function bareRequest({ method, uri }: SipRequest): SipRequest {
  return { kind: "request", method, uri: ownText(uri), ...BARE };
}

/** That there was an answer. */
function bareResponse({ status }: SipResponse): SipResponse {
  return { kind: "response", status, reason: "", ...BARE };
}
