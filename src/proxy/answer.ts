import { makeResponse } from "../sip/write.ts";
import { endOfRefusal } from "./call_end.ts";
import { initialInviteFailed } from "./call_life.ts";
import type { Refusal, RequestContext } from "./contexts.ts";
import { noteRefusal } from "./refusal_notes.ts";
import type { World } from "./world.ts";

/** Answers a request ourselves, once, and while somebody waits for it; with a To tag of ours (RULES V3). */
export function answer(world: World, context: RequestContext, refusal: Refusal): void {
  if (context.final !== undefined || isForgotten(context)) return;
  noteRefusal(world, context, refusal);
  const { status, reason, headers = [] } = refusal;
  context.final = status;
  const response = makeResponse(context.server.request, {
    status,
    reason,
    headers,
    toTag: world.newTag(),
  });
  if (isGuest(context)) world.servers.respondOnce(context.server, response, world.now);
  else world.servers.respond(context.server, response, world.now);
  if (status >= 300) initialInviteFailed(world, context, endOfRefusal(refusal));
}

/**
 * True for who knows a token and nothing else: his address may be forged, and an answer that is repeated until its ACK
 * would send eleven to whoever has that (RULES S3).
 */
function isGuest({ side, holder, dialog, branches }: RequestContext): boolean {
  return side === "outside" && holder.guest && dialog === undefined && branches.length === 0;
}

/** True when no answer can follow: the transaction is over, as for what waited too long for a name. */
export function isForgotten({ server }: RequestContext): boolean {
  return server.state === "terminated";
}

/**
 * Says 100 to an INVITE, so that it is not sent again (RFC 3261 §17.2.1): once, and not before its record
 * can be on disk. Whoever has got a 100 sends nothing more, and a restart would leave him waiting (RULES X1).
 */
export function trying(world: World, context: RequestContext): void {
  if (context.server.status !== undefined) return;
  const response = makeResponse(context.server.request, { status: 100 });
  world.servers.respond(context.server, response, world.now);
}
