import type { Mutant } from "./trial.ts";

/** Faults in who is a stranger, and in what those hear whom we do not expect. */
export const STRANGERS: readonly Mutant[] = [
  {
    what: "tell a stranger who knows a token what is wrong with its request",
    file: "proxy/requests.ts",
    from: "if (faulty !== undefined && !isExpected(world, flow, request)) {",
    to: "if (faulty !== undefined && !isExpected(world, flow, request) && faulty.status < 300) {",
    tests: ["unit/proxy/requests_test.ts"],
  },
  {
    what: "accept an AOR from a stranger",
    file: "proxy/find_phone.ts",
    from: "known ? findByName(world, flow, request) : undefined",
    to: "findByName(world, flow, request)",
    tests: ["unit/proxy/find_phone_test.ts", "flow/flow_test.ts"],
  },
  {
    what: "answer a garbled request of a stranger",
    file: "proxy/intake.ts",
    from: "if (!isExpected(world, flow, message)) return;",
    to: "",
    tests: ["unit/proxy/intake_test.ts"],
  },
  {
    what: "tell strangers by STUN that we are here",
    file: "proxy/intake.ts",
    from: 'if (answer === undefined || sideOf(world, flow) !== "inside") return;',
    to: "if (answer === undefined) return;",
    tests: ["unit/proxy/intake_test.ts"],
  },
  {
    what: "leave a server without a word about a call's end that calls have worked with",
    file: "proxy/find_phone.ts",
    from: 'return known ? { kind: "answer", answer } : { kind: "nobody", why, answer };',
    to: 'return known ? { kind: "answer", answer } : { kind: "nobody", why, answer: undefined };',
    tests: ["unit/proxy/stranger_test.ts"],
  },
  {
    what: "leave a server without a word about its CANCEL that calls have worked with",
    file: "proxy/cancel.ts",
    from: 'why: "unknown CANCEL", answer: UNKNOWN',
    to: 'why: "unknown CANCEL", answer: undefined',
    tests: ["unit/proxy/stranger_test.ts"],
  },
  {
    what: "take a CANCEL for one in a dialog whose tags it shows",
    file: "proxy/cancel.ts",
    from: 'invite === undefined && side === "outside" && !isKnownPeer(world, flow.remote.ip)',
    to:
      'invite === undefined && side === "outside" && !isKnownPeer(world, flow.remote.ip) && !/;tag=/.test(headerValues(request, "to").join())',
    tests: ["unit/proxy/cancel_test.ts"],
  },
  {
    what: "send more to an address that calls have worked with than was sent in its name",
    file: "proxy/stranger.ts",
    from: "const longest = writeMessage(request).length;",
    to: "const longest = Infinity;",
    tests: ["unit/proxy/stranger_test.ts", "flow/flow_test.ts"],
  },
  {
    what: "take a server that calls have worked with for a stranger",
    file: "proxy/stranger.ts",
    from: "const known = world.budgets.hasEarned(ip, world.now) ||",
    to: "const known =",
    tests: ["unit/proxy/stranger_test.ts"],
  },
  {
    what: "repeat the answer to whoever knows the tags of a dialog that has ended",
    file: "proxy/find_phone.ts",
    from: 'return nobody(known, { why: "ended dialog", answer: endedAnswer(request) });',
    to: 'return { kind: "answer", answer: endedAnswer(request) };',
    tests: ["unit/proxy/stranger_test.ts"],
  },
  {
    what: "leave who knows the tags of a dialog that has ended without a word",
    file: "proxy/stranger.ts",
    from: 'dialogOf(world, request, "outside")?.ended === true',
    to: "false",
    tests: ["unit/proxy/stranger_test.ts"],
  },
  {
    what: "take who is in a dialog for a stranger",
    file: "proxy/stranger.ts",
    from: 'return isInDialog(world, request, "outside");',
    to: "return false;",
    tests: ["unit/proxy/stranger_test.ts"],
  },
  {
    what: "know whoever has an OPTIONS answered",
    file: "proxy/budget.ts",
    from: "if (!EARNING.has(context.request.method)) return;",
    to: "",
    tests: ["unit/proxy/budget_test.ts"],
  },
  {
    what: "know nobody for a call that was answered",
    file: "proxy/budget.ts",
    from: 'new Set(["REGISTER", "INVITE"])',
    to: 'new Set(["REGISTER"])',
    tests: ["unit/proxy/budget_test.ts"],
  },
];
