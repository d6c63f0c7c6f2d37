import type { Mutant } from "./trial.ts";

/** Faults in limits, and in what becomes of what goes beyond them. */
export const LIMIT_FAULTS: readonly Mutant[] = [
  {
    what: "hold what the file says whatever limits were handed in",
    file: "proxy/world.ts",
    from: "this.limits = options.limits ?? LIMITS;",
    to: "this.limits = LIMITS;",
    tests: ["unit/base/limits_test.ts"],
  },
  {
    what: "count bindings under way by the limit of those that live",
    file: "proxy/bindings.ts",
    from: "new BoundedMap(limits.pendingBindings)",
    to: "new BoundedMap(limits.bindings)",
    tests: ["unit/base/limits_test.ts"],
  },
  {
    what: "draw the tag of each stateless answer anew",
    file: "proxy/reply.ts",
    from: "toTag: statelessTag(world, request)",
    to: "toTag: world.newTag()",
    tests: ["unit/proxy/reply_test.ts"],
  },
  {
    what: "let a request leave for which no inside party fits",
    file: "proxy/outward.ts",
    from: 'answer(world, context, dialogsFull(world, "inside"));\n  return false;',
    to: "return true;",
    tests: ["unit/proxy/dialogs_full_test.ts"],
  },
  {
    what: "pass on an answer whose dialog does not fit",
    file: "proxy/track.ts",
    from: 'if (dialog === "full") return dialogsFull(world, context.side);',
    to: 'if (dialog === "full") return undefined;',
    tests: ["unit/proxy/dialogs_full_test.ts"],
  },
  {
    what: "take an accepted call for refused when another fork does not fit",
    file: "proxy/deliver.ts",
    from: "if (!translated.ok && isAccepted(context)) {",
    to: "if (false) {",
    tests: ["unit/proxy/dialogs_full_test.ts"],
  },
  {
    what: "take a subscription that ran out in a restart for taken up",
    file: "proxy/restore_calls.ts",
    from: 'if (left === 0) return "over";',
    to: 'if (left === 0) return "restored";',
    tests: ["unit/proxy/records_test.ts"],
  },
  {
    what: "show a provider the Contact of an address that we have no more",
    file: "proxy/build_outward.ts",
    from: "masked !== undefined && leadsHere(world, masked) ? masked : undefined",
    to: "masked",
    tests: ["flow/flow_test.ts"],
  },
];
