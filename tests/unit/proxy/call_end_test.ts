import { assertEquals } from "@std/assert";
import {
  type CallEnd,
  endOfBranch,
  endOfRefusal,
  isChallenge,
} from "../../../src/proxy/call_end.ts";
import type { Branch } from "../../../src/proxy/contexts.ts";
import type { SipResponse } from "../../../src/sip/message.ts";

function response(status: number): SipResponse {
  const parts = { version: "SIP/2.0", startLine: "", headers: [], blank: "", body: "" };
  return { kind: "response", status, reason: "Why", ...parts };
}

function branch(parts: { cancelled?: boolean; ended?: CallEnd }): Branch {
  return { context: { cancelled: parts.cancelled ?? false }, ended: parts.ended } as Branch;
}

Deno.test("a final failure is its target's, unless the caller gave up or we ended the branch", () => {
  assertEquals(endOfBranch(branch({}), response(486)), {
    kind: "failed",
    status: 486,
    reason: "Why",
  });
  assertEquals(endOfBranch(branch({ cancelled: true }), response(487)), { kind: "cancelled" });
  assertEquals(endOfBranch(branch({ cancelled: true }), response(486)).kind, "failed");
  const ended = { kind: "unanswered", rang: false } as const;
  assertEquals(endOfBranch(branch({ ended }), response(408)), ended);
});

Deno.test("our own answer is a refusal, but for the one to a CANCEL", () => {
  const refusal = { status: 500, reason: "Full" };
  assertEquals(endOfRefusal(refusal), { kind: "refused", refusal });
  assertEquals(endOfRefusal({ status: 487, reason: "Request Terminated" }), { kind: "cancelled" });
});

Deno.test("a challenge is 401 or 407 of the far end, not of ours", () => {
  const failed = (status: number) => isChallenge({ kind: "failed", status, reason: "" });
  assertEquals([401, 403, 407].map(failed), [true, false, true]);
  assertEquals(isChallenge(endOfRefusal({ status: 407, reason: "" })), false);
});
