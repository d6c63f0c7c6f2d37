import type { Mutant } from "./trial.ts";

/** Faults in answers that come again, wait, or cannot be passed on. */
export const ANSWERS: readonly Mutant[] = [
  {
    what: "let only the first 200 wait for our outside address",
    file: "proxy/responses.ts",
    from: "if (!hungUp && mustWait(world, branch, response))",
    to: "if (branch.final === undefined && mustWait(world, branch, response))",
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
];
