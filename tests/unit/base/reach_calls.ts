import { assert, assertEquals } from "@std/assert";
import { beginCall, leaveInvite } from "../../../src/proxy/call_life.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import type { Dialog, InsideParty } from "../../../src/proxy/dialogs.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { pinCall } from "../../../src/proxy/next_hop.ts";
import { request } from "../proxy/messages.ts";
import { flow, PROVIDER } from "../proxy/world_fixture.ts";
import { arrived, type CallLimit, type Reach, SIDES } from "./reach_core.ts";

/** Reaches each limit of what a core keeps of calls. */
export const CALLS_REACHED: Record<CallLimit, Reach> = {
  dialogs: (limits, core) => {
    const { dialogs } = core.world();
    const party = (count: number) => ({ token: `${count}`, users: 0 }) as InsideParty;
    const dialog = (count: number) => ({ key: `${count}`, party: party(-1) }) as Dialog;
    for (let count = 0; count < limits.dialogs; count++) {
      assert(dialogs.add(dialog(count)) && dialogs.hold(party(count)) !== undefined);
    }
    assertEquals([dialogs.add(dialog(-2)), dialogs.hold(party(-2))], [false, undefined]);
    assertEquals([dialogs.size, dialogs.parties], [limits.dialogs, limits.dialogs]);
    dialogs.delete(dialog(0));
    assert(dialogs.add(dialog(-2)));
  },
  calls: (limits, core) => {
    const world = core.world();
    for (let count = 1; count < limits.calls; count++) world.calls.add({ id: `${count}` } as Call);
    const last = arrived(world, "inside", "last");
    assertEquals([beginCall(world, last), world.calls.size], [true, limits.calls]);
    // Another fork of a call that is there needs no place.
    assert(beginCall(world, last));
    for (const [side, status] of SIDES) {
      const more = arrived(world, side, "more");
      assertEquals([beginCall(world, more), more.final], [false, status]);
    }
    assertEquals(world.counters.get("full.calls"), 2);
  },
  callsForUnknown: (limits, core) => {
    const world = core.world();
    for (let count = 1; count < limits.callsForUnknown; count++) {
      world.calls.add({ id: `${count}` } as Call);
    }
    assert(beginCall(world, arrived(world, "inside", "last")));
    const more = arrived(world, "inside", "more");
    assertEquals([beginCall(world, more), more.final], [false, 500]);
    assertEquals(world.counters.get("full.callsForUnknown"), 1);
    assert(beginCall(world, arrived(world, "outside", "from the provider")));
    world.budgets.earn(more.source.remote.ip, world.now);
    assert(beginCall(world, arrived(world, "inside", "who is known by now")));
  },
  pins: (limits, core) => {
    const world = core.world();
    const challenged = (call: string) =>
      pinCall(world, request({ call }), { hop: "example.com", flow: flow("outside", PROVIDER) });
    for (let count = 0; count <= limits.pins; count++) challenged(`${count}`);
    assertEquals(world.pins.size, limits.pins);
    world.now = TIMES.memory;
    challenged("later");
    assertEquals(world.pins.size, 1);
  },
  challenged: (limits, core) => {
    const world = core.world();
    const challengedCall = (call: string) => {
      const passage = arrived(world, "inside", call);
      beginCall(world, passage);
      leaveInvite(world, passage, "407 Proxy Authentication Required");
      return world.challenged.size;
    };
    const sizes = Array.from(
      { length: limits.challenged + 1 },
      (_, count) => challengedCall(`${count}`),
    );
    assertEquals(sizes.slice(-2), [limits.challenged, limits.challenged]);
    world.now = TIMES.memory;
    assertEquals(challengedCall("later"), 1);
  },
};
