import type { Mutant } from "./trial.ts";

/** Faults in where the next request of a dialog or an account goes: targets, pinned servers, servers that failed. */
export const TARGETS: readonly Mutant[] = [
  {
    what: "write a Contact's headers into the Request-URI",
    file: "proxy/contact.ts",
    from: 'return uri.headers === "" ? text : writeUri({ ...uri, headers: "" });',
    to: "return text;",
    tests: ["unit/proxy/contact_test.ts"],
  },
  {
    what: "ask the server that a call began with, though another speaks for it now",
    file: "proxy/enter_dialog.ts",
    from: "  dialog.pinned = pinned;\n",
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "ignore the provider's new Contact in a re-INVITE",
    file: "proxy/enter_dialog.ts",
    from: "  moveTarget(dialog, target);\n",
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "forget the highest CSeq that came from outside",
    file: "proxy/enter_dialog.ts",
    from: "  dialog.cseq.outside = Math.max(dialog.cseq.outside, cseq(request).number);\n",
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "ignore the provider's new Contact in its answer to a re-INVITE",
    file: "proxy/track.ts",
    from:
      'if (contact !== undefined && context.side === "inside") moveTarget(dialog, contact.uri);\n  if (contact !== undefined && context.side === "outside") moveParty(dialog.party, contact);',
    to:
      'if (contact !== undefined && context.side === "outside") moveParty(dialog.party, contact);',
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "ignore a phone's new Contact in its answer to a re-INVITE",
    file: "proxy/track.ts",
    from:
      'if (contact !== undefined && context.side === "outside") moveParty(dialog.party, contact);',
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "ask a server that answered 503 first again",
    file: "proxy/responses.ts",
    from: 'markDown(world, { flow: branch.flow, trouble: { kind: "unavailable" }, branch, next });',
    to: "",
    tests: ["flow/flow_test.ts"],
  },
  {
    what: "ask a server that gave no answer first again",
    file: "proxy/response_context.ts",
    from: "markDown(world, { flow: branch.flow, trouble, branch, next });",
    to: "",
    tests: ["flow/flow_test.ts"],
  },
];
