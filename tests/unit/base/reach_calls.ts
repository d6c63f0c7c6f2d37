import { assertEquals } from "@std/assert";
import { beginCall, leaveInvite } from "../../../src/proxy/call_life.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { pinCall } from "../../../src/proxy/server_choice.ts";
import { answerText, request, requestText } from "../proxy/messages.ts";
import { callOut, register, sentRequest, type Stage } from "../proxy/stage.ts";
import { ALICE, flow, PROVIDER } from "../proxy/world_fixture.ts";
import { ANYBODY } from "./anybody.ts";
import { arrived, type CallLimit, phoneAt, type Reach } from "./reach_core.ts";
import { outcome } from "./reach_requests.ts";

/** An INVITE of alice's, or of somebody outside to a phone's masked URI. */
function invite(call: string, masked?: string): string {
  if (masked === undefined) return requestText({ call });
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-${call}`;
  return requestText({ call, via, uri: masked, from: "<sip:carol@example.com>;tag=c" });
}

/** A phone ends a call that `callOut` made. */
function hangUp(stage: Stage, call: string, from: string): void {
  const [uri, to] = [`sip:bob@${PROVIDER}`, "<sip:bob@example.com>;tag=bob"];
  stage.inside(requestText({ method: "BYE", call, uri, to, cseq: 2 }), from);
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.take();
}

/** Reaches each limit of what a core keeps of calls. */
export const CALLS_REACHED: Record<CallLimit, Reach> = {
  dialogs: (limits, core) => {
    const stage = core.stage();
    const masked = register(stage);
    for (let count = 0; count < limits.dialogs; count++) {
      register(stage, `phone${count}`, phoneAt(count));
      callOut(stage, { call: `${count}` }, phoneAt(count));
    }
    assertEquals(stage.tables["dialogs"], limits.dialogs);
    assertEquals(stage.tables["insideParties"], limits.dialogs);
    // From inside it is known at once, from outside when the phone has answered: it is told that the call is over.
    stage.inside(invite("more"));
    assertEquals(outcome(stage), 500);
    stage.outside(invite("in", masked));
    stage.inside(answerText(sentRequest(stage.one("INVITE")), 200, { tag: "alice" }));
    assertEquals([outcome(stage), stage.counters["full.dialogs"]], [480, 2]);
    hangUp(stage, "0", phoneAt(0));
    stage.pass(40_000);
    stage.take();
    stage.inside(invite("later"));
    assertEquals(outcome(stage), "on");
  },
  calls: (limits, core) => {
    const stage = core.stage();
    const masked = register(stage);
    for (let count = 0; count < limits.calls; count++) {
      register(stage, `phone${count}`, phoneAt(count));
      stage.inside(invite(`${count}`), phoneAt(count));
      assertEquals(outcome(stage), "on");
    }
    stage.inside(invite("more"));
    assertEquals(outcome(stage), 500);
    stage.outside(invite("in", masked));
    assertEquals([outcome(stage), stage.calls.length], [480, limits.calls]);
    assertEquals(stage.counters["full.calls"], 2);
    // Another fork of a call that is there needs no place.
    stage.inside(invite("0").replace(";branch=z9hG4bK", ";branch=z9hG4bK-fork"), phoneAt(0));
    assertEquals(outcome(stage), "on");
  },
  emergencies: (limits, core) => {
    const { calls } = core.world();
    const call = (id: string, urgent = false) =>
      calls.add({ id, holder: { ...ANYBODY, name: id, urgent } } as Call);
    for (let count = 0; count < limits.calls; count++) assertEquals(call(`${count}`), undefined);
    assertEquals(call("more"), "full");
    for (let count = 0; count < limits.emergencies; count++) {
      assertEquals(call(`help ${count}`, true), undefined);
    }
    assertEquals(call("one more", true), "full");
  },
  forks: (limits, core) => {
    const stage = core.stage();
    register(stage);
    stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
    const sent = sentRequest(stage.one("INVITE"));
    const answered = (status: number, tag: string) => {
      const headers = [["Contact", `<sip:${tag}@${PROVIDER}>`]] as const;
      stage.outside(answerText(sent, status, { tag, headers }));
      return stage.take().map(({ text }) => text.split(" ").slice(0, 2).join(" "));
    };
    for (let count = 0; count < limits.forks; count++) answered(180, `early${count}`);
    assertEquals(stage.counters["forks.dropped"], undefined);
    // A further one takes the place of the oldest that nobody has answered.
    assertEquals(answered(180, "more"), ["SIP/2.0 180"]);
    assertEquals([stage.tables["dialogs"], stage.counters["forks.dropped"]], [limits.forks, 1]);
    for (let count = 0; count < limits.forks; count++) {
      assertEquals(answered(200, `answered${count}`), ["SIP/2.0 200"]);
    }
    // Where all are answered one more is told that the call is over, and one that only rings is not heard.
    assertEquals(answered(200, "late"), [`ACK sip:late@${PROVIDER}`, `BYE sip:late@${PROVIDER}`]);
    assertEquals(answered(180, "later"), []);
    assertEquals(stage.tables["dialogs"], limits.forks);
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
      leaveInvite(world, passage, { kind: "failed", status: 407, reason: "Who are you" });
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
