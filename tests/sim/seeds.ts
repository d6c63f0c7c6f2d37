/** A world that must fail with a fault in the program, one that was once there or one like it. */
export interface FoundWorld {
  readonly seed: number;
  /** What the fault does. */
  readonly what: string;
  /** Path below `src`. */
  readonly file: string;
  /** Text that occurs exactly once in the file, and what the fault makes of it. */
  readonly from: string;
  readonly to: string;
}

/**
 * Worlds in which such faults show. The tests run them for ever without them, and the mutants with them (`../mutants`):
 * a world that no longer shows its fault, since the simulator has changed, needs another seed.
 */
export const FOUND: readonly FoundWorld[] = [
  {
    seed: 17,
    what: "the record of a subscription that ran out in a restart stays",
    file: "proxy/restore_dialogs.ts",
    from: 'if (left === 0) return "over";',
    to: 'if (left === 0) return "restored";',
  },
  {
    seed: 29,
    what: "a keep-alive has nowhere to go while the outside address is unknown",
    file: "proxy/targets.ts",
    from: 'const flow = flowTo(world, "outside", remote);\n  if (flow === undefined) {',
    to: 'const flow = flowTo(world, "outside", remote);\n' +
      "  if (flow === undefined || !hasOutside(world)) {",
  },
  {
    seed: 133,
    what: "an INVITE whose party does not fit goes out with the phone's own Contact",
    file: "proxy/outward.ts",
    from:
      'answer(world, context, noPlaceIn(world, context, { shares, table: "dialogs", why: held }));' +
      "\n    return false;",
    to: "return true;",
  },
  {
    seed: 125,
    what: "a 180 whose dialog does not fit goes out with the phone's own Contact",
    file: "proxy/track.ts",
    from: 'if (dialog === undefined || dialog === "forks" || "status" in dialog) return dialog;',
    to: 'if (dialog === undefined || dialog === "forks") return dialog;\n' +
      '  if ("status" in dialog) return undefined;',
  },
  {
    seed: 7,
    what: "a registration is put on the disk when there is time",
    file: "proxy/binding_life.ts",
    from: 'storeBinding(world, binding, moved ? "urgent" : "lazy");',
    to: 'storeBinding(world, binding, "lazy");',
  },
  {
    seed: 8,
    what: "no audio is taken up after a restart",
    file: "proxy/restore_calls.ts",
    from: "!world.media.restore(id, media, { holder, now: world.now })",
    to: "world.now < 0",
  },
  {
    seed: 5,
    what: "keep-alives are sent once",
    file: "proxy/keepalive.ts",
    from: "sendKeepalives(world);\n    startKeepalives(world);",
    to: "sendKeepalives(world);",
  },
  {
    seed: 10,
    what: "a call rings for ever, since Timer C never fires",
    file: "proxy/timer_c.ts",
    from: "if (call !== undefined && world.media.flowing(call.id, since)) {",
    to: "if (call !== undefined) {",
  },
  {
    seed: 13,
    what: "only who is outside is told that a call is dead",
    file: "proxy/dead_calls.ts",
    from: 'for (const to of ["inside", "outside"] as const) {',
    to: 'for (const to of ["outside"] as const) {',
  },
  {
    seed: 601,
    what: "a registration that goes on is never put on the disk again",
    file: "proxy/binding_life.ts",
    from: 'storeBinding(world, binding, moved ? "urgent" : "lazy");',
    to: 'if (moved) storeBinding(world, binding, "urgent");',
  },
  {
    seed: 1062,
    what:
      "after a change of our address a SUBSCRIBE names the registered Contact, which leads nowhere",
    file: "proxy/build_outward.ts",
    from: "return masked !== undefined && leadsHere(world, masked) ? masked : undefined;",
    to: "return masked;",
  },
  {
    seed: 87,
    what: "a far end gets another Contact back than it wrote, since that lies inside",
    file: "proxy/far_end_uris.ts",
    from: "targets: [outsideTarget, ...hops],",
    to: "targets: hops,",
  },
  {
    seed: 24,
    what: "nobody knows after a restart where audio came from",
    file: "media/record.ts",
    from: "sources: writeSources(session),",
    to: "sources: [],",
  },
];
