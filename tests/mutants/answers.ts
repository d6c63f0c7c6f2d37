import type { Mutant } from "./trial.ts";

/** Faults in answers that come again, wait, or cannot be passed on. */
export const ANSWERS: readonly Mutant[] = [
  {
    what: "let only the first 200 wait for our outside address",
    file: "proxy/responses.ts",
    from: "if (mustWait(world, branch, response))",
    to: "if (branch.final === undefined && mustWait(world, branch, response))",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "let a re-INVITE go though copies of its 200 are still ours to acknowledge",
    file: "proxy/settle.ts",
    from: 'branches.some(({ client }) => client?.state === "accepted")',
    to: "branches.some(({ hungUp }) => hungUp !== undefined)",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "leave a server alone that was given up and accepts a call which was refused meanwhile",
    file: "proxy/responses.ts",
    from: "  if (acknowledgedAgain(world, branch, response)) return;\n  branchFinished(",
    to:
      "  if (acknowledgedAgain(world, branch, response)) return;\n  if ((branch.context.final ?? 0) >= 300) return;\n  branchFinished(",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "end the call of a re-INVITE that was given up and is accepted late",
    file: "proxy/hang_up.ts",
    from: "function isWithinDialog({ request }: Branch): boolean {",
    to: "function isWithinDialog({ context: { request } }: Branch): boolean {",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "hang up on a damaged copy of the 200 that was passed on",
    file: "proxy/deliver.ts",
    from: "if (!copy) hangUp(",
    to: "hangUp(",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "forget over a restart that an INVITE was accepted",
    file: "proxy/deliver.ts",
    from: 'return server.state === "accepted";',
    to: "return server.invite && (server.status ?? 0) >= 200 && server.status! < 300;",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "cancel a phone whose 200 waits as if it were ringing",
    file: "proxy/cancel_branch.ts",
    from: "if (branch.heldBack !== undefined) return",
    to: "if (branch.heldBack !== undefined && branch.cancelSent) return",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "hang up on a phone whose 200 waits because another one fails",
    file: "proxy/response_context.ts",
    from: "branch !== winner && branch.heldBack === undefined\n",
    to: "branch !== winner\n",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "let the other phones ring on while one's 200 waits",
    file: "proxy/responses.ts",
    from: "  cancelOthers(world, branch);\n",
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "accept a call for a phone that was hung up on",
    file: "proxy/responses.ts",
    from: "if (success && acknowledgedAgain(world, branch, response)) return;",
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "take a phone that has not said where it is for one dialog too many",
    file: "proxy/track.ts",
    from: 'if (party === undefined) return inside ? undefined : "full";',
    to: 'if (party === undefined) return "full";',
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "end the call of a re-INVITE whose dialog was lost",
    file: "proxy/hang_up.ts",
    from: "if (isWithinDialog(branch) ||",
    to: "if (context.dialog !== undefined ||",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "answer a fork's OPTIONS once more",
    file: "proxy/response_context.ts",
    from: 'if (!first && context.request.method !== "INVITE") {',
    to: 'if (!first && context.request.method === "") {',
    tests: ["unit/proxy/response_context_test.ts"],
  },
  {
    what: "cancel the one phone whose 200 waits after a restart",
    file: "proxy/response_context.ts",
    from: 'context.request.method !== "INVITE" || others.length === 0',
    to: 'context.request.method !== "INVITE"',
    tests: ["flow/flow_test.ts"],
  },
];
