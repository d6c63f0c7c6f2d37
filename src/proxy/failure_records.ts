import { keyedHash } from "../base/hash.ts";
import { withBody } from "../sip/edit.ts";
import { writeMessage } from "../sip/write.ts";
import { touchCall } from "./call_records.ts";
import type { RequestContext } from "./contexts.ts";
import type { World } from "./world.ts";

/*
 * Failures of INVITEs, kept until their ACK (RULES X1). Once we have acknowledged a failure, nobody but us knows it:
 * lost in a power cut, its caller would hear it ring on. The record is committed together with the end of the
 * call's own, before the ACK and the failure leave.
 */

function failureKey(context: RequestContext): readonly string[] {
  return ["v1", "failure", keyedHash("", [context.server.key], 32)];
}

/** Notes the failure that an INVITE has just got, unless no restart could have found that INVITE: it comes again then. */
export function keepFailure(world: World, context: RequestContext): void {
  const { call, request, source, side, server } = context;
  if (call?.pending.delete(context) !== true) return;
  touchCall(world, call, "urgent");
  const value = {
    request: writeMessage(withBody(request, "")),
    source,
    side,
    response: server.response,
    savedAtWallMs: world.wall(),
  };
  context.failureKept = true;
  world.emit({ type: "store.set", key: failureKey(context), value, when: "urgent" });
}

/** Takes it out when its ACK has come, or never will; found once more it does no harm, so there is no haste. */
export function dropFailure(world: World, context: RequestContext): void {
  if (context.failureKept !== true) return;
  context.failureKept = false;
  world.emit({ type: "store.set", key: failureKey(context), value: undefined, when: "lazy" });
}
