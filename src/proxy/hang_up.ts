import type { Flow } from "../base/address.ts";
import { ownText } from "../base/bytes.ts";
import { MEDIA_LIMITS } from "../base/limits.ts";
import { cseq, headerText, headerValues, isWithinDialog, toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { makeRequest, writeMessage } from "../sip/write.ts";
import { endDialog } from "./call_life.ts";
import { cancelBranch } from "./cancel_branch.ts";
import { firstContact } from "./contact.ts";
import type { Branch, Refusal } from "./contexts.ts";
import { CSEQ_STEP } from "./dead_calls.ts";
import { sendEnding } from "./ending.ts";
import { sendOrOwe } from "./owed_byes.ts";
import { type OwnRequest, ownRequest, sendToFarEnd } from "./own_request.ts";
import { reply } from "./reply.ts";
import { dialogOf } from "./sources.ts";
import { routesToCalled } from "./track.ts";
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
  if (isWithinDialog(branch.request) || context.dialog !== undefined || hungUp.includes(tag)) {
    return;
  }
  if (hungUp.length >= MEDIA_LIMITS.dialogs) return;
  branch.hungUp = [...hungUp, ownText(tag)];
  // Its parts may be let go before the BYE is sent.
  const asSent = { ...branch };
  sendOrOwe(world, {
    holder: context.holder,
    send: () => sendBye(world, asSent, options),
  });
  const dialog = dialogOf(world, received, branch.context.side);
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
  const ack = inDialog(branch, { received, method: "ACK", number });
  sendInDialog(world, branch, {
    request: ack,
    send: (flow, { request }) => reply(world, flow, writeMessage(request)),
  });
}

function sendBye(
  world: World,
  branch: Branch,
  { received, why }: { received: SipResponse; why: Refusal },
): boolean {
  const { number } = cseq(branch.request);
  const reason = ["Reason", `SIP;cause=${why.status};text="${why.reason}"`] as const;
  const bye = inDialog(branch, {
    received,
    method: "BYE",
    number: number + CSEQ_STEP,
    headers: [reason],
  });
  const { holder } = branch.context;
  const send = (flow: Flow, own: OwnRequest) => sendEnding(world, flow, { ...own, holder });
  return sendInDialog(world, branch, { request: bye, send });
}

/** To a phone as its INVITE went, to a far end by its route set or Contact (RULES N1); false while that is not known. */
function sendInDialog(
  world: World,
  { context, flow, side }: Branch,
  { request, send }: { request: SipRequest; send: (flow: Flow, own: OwnRequest) => void },
): boolean {
  if (side === "outside") {
    return sendToFarEnd(world, { ...context, request, dialog: undefined, peer: flow }, send);
  }
  const own = ownRequest(world, request, { side, flow });
  if (own !== undefined) send(flow, own);
  return own !== undefined;
}

/** A request in the dialog that a 2xx has made, to who sent it, as the caller whose INVITE it got (RFC 3261 §12.2.1.1). */
function inDialog(
  branch: Branch,
  options: {
    received: SipResponse;
    method: string;
    number: number;
    headers?: readonly (readonly [string, string])[];
  },
): SipRequest {
  const { request: invite } = branch;
  const { received, method, number, headers = [] } = options;
  const inDialogRoutes = isWithinDialog(invite)
    ? headerValues(invite, "route")
    : routesToCalled(branch, received);
  return makeRequest({
    method,
    uri: firstContact(received)?.uri ?? invite.uri,
    headers: [
      ...inDialogRoutes.map((route) => ["Route", route] as const),
      ["Max-Forwards", "70"],
      ["From", headerText(invite, "from") ?? ""],
      ["To", headerText(received, "to") ?? ""],
      ["Call-ID", headerText(invite, "call-id") ?? ""],
      ["CSeq", `${number} ${method}`],
      ...headers,
    ],
  });
}
