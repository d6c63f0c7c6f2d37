import { ownText } from "../base/bytes.ts";
import { MEDIA_LIMITS } from "../base/limits.ts";
import { cseq, headerText, headerValues, isWithinDialog, toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { MAGIC_COOKIE } from "../sip/via.ts";
import { makeRequest, writeMessage } from "../sip/write.ts";
import { endDialog } from "./call_life.ts";
import { cancelBranch } from "./cancel_branch.ts";
import { firstContact } from "./contact.ts";
import type { Branch, Refusal } from "./contexts.ts";
import { CSEQ_STEP } from "./dead_calls.ts";
import { sendEnding } from "./ending.ts";
import { sendOrOwe } from "./owed_byes.ts";
import { reply } from "./reply.ts";
import { dialogOf, routesToCalled } from "./track.ts";
import { ownVia, viewFor } from "./view.ts";
import type { World } from "./world.ts";

/**
 * Ends what an INVITE's branch has begun although its answer could not be passed on (RULES V7): who gave it
 * must neither ring on nor sit in a call that nobody else is in.
 */
export function hangUp(
  world: World,
  branch: Branch,
  options: { received: SipResponse; why: Refusal },
): void {
  const { received, why } = options;
  const { context } = branch;
  if (context.request.method !== "INVITE" || received.status >= 300) return;
  if (received.status < 200) {
    context.cancelled = true;
    for (const other of context.branches) cancelBranch(world, other);
    return;
  }
  sendAck(world, branch, received);
  const { hungUp = [] } = branch;
  const tag = toTag(received) ?? "";
  // A re-INVITE that fails leaves its dialog as it was, though we may have lost it; a 2xx that is repeated is acknowledged again.
  // What was sent is asked: of a branch that was given up that is there when its context is settled.
  if (isWithinDialog(branch.request) || hungUp.includes(tag)) return;
  if (hungUp.length >= MEDIA_LIMITS.dialogs) return;
  branch.hungUp = [...hungUp, ownText(tag)];
  // Its parts may be let go before the BYE is sent.
  const asSent = { ...branch };
  sendOrOwe(world, {
    holder: context.holder,
    send: () => sendBye(world, asSent, options),
  });
  const dialog = dialogOf(world, branch, received);
  if (dialog !== undefined) endDialog(world, dialog, { kind: "refused", refusal: why });
}

/** Acknowledges a 2xx that comes again from who was hung up on, whatever has become of the call; false for any other. */
export function acknowledgedAgain(world: World, branch: Branch, received: SipResponse): boolean {
  if (branch.hungUp?.includes(toTag(received) ?? "") !== true) return false;
  sendAck(world, branch, received);
  return true;
}

function sendAck(world: World, branch: Branch, received: SipResponse): void {
  const { number } = cseq(branch.request);
  const ack = inDialog(world, branch, { received, method: "ACK", number });
  if (ack !== undefined) reply(world, branch.flow, writeMessage(ack.request));
}

function sendBye(
  world: World,
  branch: Branch,
  { received, why }: { received: SipResponse; why: Refusal },
): boolean {
  const { number } = cseq(branch.request);
  const reason = ["Reason", `SIP;cause=${why.status};text="${why.reason}"`] as const;
  const bye = inDialog(world, branch, {
    received,
    method: "BYE",
    number: number + CSEQ_STEP,
    headers: [reason],
  });
  if (bye === undefined) return false;
  sendEnding(world, branch.flow, { ...bye, holder: branch.context.holder });
  return true;
}

/** A request in the dialog that a 2xx has made, to who sent it, as the caller whose INVITE it got (RFC 3261 §12.2.1.1). */
function inDialog(
  world: World,
  branch: Branch,
  options: {
    received: SipResponse;
    method: string;
    number: number;
    headers?: readonly (readonly [string, string])[];
  },
): { request: SipRequest; branch: string } | undefined {
  const { flow, request: invite, side } = branch;
  const { received, method, number, headers = [] } = options;
  const view = viewFor(world, side, flow.remote.ip);
  if (view === undefined) return undefined;
  const name = `${MAGIC_COOKIE}${world.newTag()}`;
  const inDialogRoutes = isWithinDialog(invite)
    ? headerValues(invite, "route")
    : routesToCalled(branch, received);
  const request = makeRequest({
    method,
    uri: firstContact(received)?.uri ?? invite.uri,
    headers: [
      ["Via", ownVia(view, { flow, branch: name })],
      ...inDialogRoutes.map((route) => ["Route", route] as const),
      ["Max-Forwards", "70"],
      ["From", headerText(invite, "from") ?? ""],
      ["To", headerText(received, "to") ?? ""],
      ["Call-ID", headerText(invite, "call-id") ?? ""],
      ["CSeq", `${number} ${method}`],
      ...headers,
    ],
  });
  return { request, branch: name };
}
