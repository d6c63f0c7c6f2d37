import { assert, assertEquals } from "@std/assert";
import { beginCall, leaveInvite } from "../../../src/proxy/call_life.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { pinCall } from "../../../src/proxy/next_hop.ts";
import { answerText, request, requestText } from "../proxy/messages.ts";
import { callOut, register, sentRequest, type Stage } from "../proxy/stage.ts";
import { flow, PROVIDER } from "../proxy/world_fixture.ts";
import { arrived, type CallLimit, type Reach } from "./reach_core.ts";
import { outcome } from "./reach_requests.ts";

/** An INVITE of alice's, or of somebody outside to a phone's masked URI. */
function invite(call: string, masked?: string): string {
  if (masked === undefined) return requestText({ call });
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-${call}`;
  return requestText({ call, via, uri: masked, from: "<sip:carol@example.com>;tag=c" });
}

/** Alice ends a call that `callOut` made. */
function hangUp(stage: Stage, call: string): void {
  const [uri, to] = [`sip:bob@${PROVIDER}`, "<sip:bob@example.com>;tag=bob"];
  stage.inside(requestText({ method: "BYE", call, uri, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.take();
}

/** Reaches each limit of what a core keeps of calls. */
export const CALLS_REACHED: Record<CallLimit, Reach> = {
  dialogs: (limits, core) => {
    const stage = core.stage();
    const masked = register(stage);
    for (let count = 0; count < limits.dialogs; count++) callOut(stage, { call: `${count}` });
    assertEquals(stage.tables["dialogs"], limits.dialogs);
    assertEquals(stage.tables["insideParties"], limits.dialogs);
    // From inside it is known at once, from outside when the phone has answered: it is told that the call is over.
    stage.inside(invite("more"));
    assertEquals(outcome(stage), 500);
    stage.outside(invite("in", masked));
    stage.inside(answerText(sentRequest(stage.one("INVITE")), 200, { tag: "alice" }));
    assertEquals([outcome(stage), stage.counters["full.dialogs"]], [480, 2]);
    hangUp(stage, "0");
    stage.pass(40_000);
    stage.take();
    stage.inside(invite("later"));
    assertEquals(outcome(stage), "on");
  },
  calls: (limits, core) => {
    const stage = core.stage();
    const masked = register(stage);
    for (let count = 0; count <= limits.calls; count++) {
      stage.inside(invite(`${count}`));
      assertEquals(outcome(stage), count < limits.calls ? "on" : 500);
    }
    stage.outside(invite("in", masked));
    assertEquals([outcome(stage), stage.calls.length], [480, limits.calls]);
    assertEquals(stage.counters["full.calls"], 2);
    // Another fork of a call that is there needs no place.
    stage.inside(invite("0").replace(";branch=z9hG4bK", ";branch=z9hG4bK-fork"));
    assertEquals(outcome(stage), "on");
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
