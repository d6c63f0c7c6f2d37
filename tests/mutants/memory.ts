import type { Mutant } from "./trial.ts";

/** Faults that hold what is over, let go what is not, or admit more than can be held. */
export const MEMORY: readonly Mutant[] = [
  {
    what: "never let an answered request go",
    file: "proxy/core.ts",
    from: "    settleAnswered(world);\n",
    to: "",
    tests: ["unit/proxy/settle_test.ts"],
  },
  {
    what: "hold an answered request when its last branch ends after its answer",
    file: "proxy/core.ts",
    from: "if (context.final !== undefined) world.answered.add(context);",
    to: "void context;",
    tests: ["unit/proxy/settle_test.ts"],
  },
  {
    what: "let a fork go at its answer, whatever still rings",
    file: "proxy/settle.ts",
    from: "return branches.every((branch) => branch.final !== undefined || branch.abandoned);",
    to: "return branches.length >= 0;",
    tests: ["unit/proxy/settle_test.ts"],
  },
  {
    what: "let the INVITE of a server that was given up go before it can be cancelled",
    file: "proxy/settle.ts",
    from: 'if (context.server.invite && branch.client?.state === "abandoned") return;',
    to: "",
    tests: ["unit/proxy/settle_test.ts"],
  },
  {
    what: "hold the request of a transaction that has had its last answer",
    file: "transaction/server.ts",
    from:
      'if (this.state === "completed" || this.state === "terminated") this.#request = undefined;',
    to: "void this.state;",
    tests: ["unit/transaction/server_test.ts"],
  },
  {
    what: "acknowledge another fork's failure with the first one's To",
    file: "transaction/client.ts",
    from: "? repeatAck(this.text, response)",
    to: "? this.text",
    tests: ["unit/transaction/client_test.ts"],
  },
  {
    what: "hold what a cancelled timer would have run",
    file: "base/deadline_heap.ts",
    from: "(deadline as Entry).run = NOTHING;",
    to: "",
    tests: ["unit/base/deadline_heap_test.ts"],
  },
  {
    what: "count a datagram of 30 kB like one of 300 bytes",
    file: "proxy/budget.ts",
    from: "const cost = Math.max(1, Math.ceil(bytes / MESSAGE_BYTES));",
    to: "const cost = Math.min(1, Math.ceil(bytes / MESSAGE_BYTES) + 1);",
    tests: ["unit/proxy/budget_test.ts"],
  },
  {
    what: "keep a whole datagram for the Call-ID of a dialog",
    file: "proxy/dialogs.ts",
    from: "    callId: ownText(dialog.callId),\n",
    to: "",
    tests: ["unit/proxy/dialog_memory_test.ts"],
  },
  {
    what: "keep a whole datagram for the way back through a proxy inside",
    file: "proxy/dialogs.ts",
    from: "routes: party.routes.map(ownText)",
    to: "routes: party.routes",
    tests: ["unit/proxy/dialog_memory_test.ts"],
  },
  {
    what: "keep a whole answer for the route set in it",
    file: "proxy/dialogs.ts",
    from: "dialog.routeSet = routes.map(ownText);",
    to: "dialog.routeSet = routes;",
    tests: ["unit/proxy/dialog_memory_test.ts"],
  },
  {
    what: "keep a whole INVITE for the Call-ID of its call",
    file: "proxy/call_life.ts",
    from: "callId: ownText(callId(request))",
    to: "callId: callId(request)",
    tests: ["unit/proxy/dialog_memory_test.ts"],
  },
];
