import type { SendFault } from "../base/send_fault.ts";
import type { Side } from "../base/side.ts";
import type { SipResponse } from "../sip/message.ts";
import type { Branch, Refusal } from "./contexts.ts";

/** Why a call, one of its dialogs or an INVITE of it is over. */
export type CallEnd =
  /** A party of that side sent BYE. */
  | { readonly kind: "hung-up"; readonly side: Side }
  /** The caller gave up while it rang. */
  | { readonly kind: "cancelled" }
  /** Nothing crossed its streams for too long (RULES X2). */
  | { readonly kind: "no-media" }
  /** The called side refused it. */
  | { readonly kind: "failed"; readonly status: number; readonly reason: string }
  /** We refused it. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The called side gave no answer at all, or rang until Timer C. */
  | { readonly kind: "unanswered"; readonly rang: boolean }
  /** The kernel refused to send it (RULES N4). */
  | { readonly kind: "unsent"; readonly fault: SendFault }
  /** Its transaction ended without an answer. */
  | { readonly kind: "lost" }
  /** A subscription, which is no call. */
  | { readonly kind: "subscription" };

/** What a final failure that a branch ended with says of the call. */
export function endOfBranch(branch: Branch, { status, reason }: SipResponse): CallEnd {
  if (branch.ended !== undefined) return branch.ended;
  const cancelled = branch.context.cancelled && status === 487;
  return cancelled ? { kind: "cancelled" } : { kind: "failed", status, reason };
}

/** What an answer of our own says of the call. */
export function endOfRefusal(refusal: Refusal): CallEnd {
  return refusal.status === 487 ? { kind: "cancelled" } : { kind: "refused", refusal };
}

/** True for a challenge: the call comes again with credentials (RFC 3261 §22.2). */
export function isChallenge(end: CallEnd): boolean {
  return end.kind === "failed" && (end.status === 401 || end.status === 407);
}
