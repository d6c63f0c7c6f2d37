import { assertEquals } from "@std/assert";
import { MEDIA_LIMITS } from "../../../src/base/limits.ts";
import { Negotiation, otherRole, type Outcome, type Sdp } from "../../../src/media/offer_answer.ts";
import type { SignalledStream } from "../../../src/media/stream.ts";

function stream(port: number): SignalledStream {
  return {
    live: true,
    rtp: true,
    ip: "192.0.2.1",
    port,
    unspecified: false,
    rtcpIp: "192.0.2.1",
    rtcpPort: port + 1,
    types: [0],
    sends: true,
    receives: true,
  };
}

/** One message of a case: who, in which exchange, dialog, in a request or not, and its port. */
type Step = [
  role: "caller" | "called",
  exchange: string,
  dialog: string,
  kind: string,
  port: number,
];

function sdpOf([role, exchange, dialog, kind, port]: Step): Sdp {
  const party = { side: "inside" as const, local: "192.0.2.9", sipIp: "192.0.2.1" };
  return {
    role,
    exchange,
    dialog: dialog === "" ? undefined : dialog,
    request: kind === "?" ? undefined : kind === "request",
    mark: `${exchange} ${port}`,
    statement: { party, streams: [stream(port)] },
  };
}

function text(outcome: Outcome): string {
  const changes = outcome.changes.map(({ role, dialog, statement }) =>
    `${role}${dialog === undefined ? "" : ` ${dialog}`} ${statement?.streams[0]?.port}`
  );
  return [...changes, ...(outcome.answered ? ["answered"] : [])].join(", ");
}

/** What each message changes. */
const CASES: [name: string, steps: [step: Step, effect: string][]][] = [
  ["offer in the INVITE, answer in the 200", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
  ]],
  ["the 183's answer comes again in the 200, the same and another", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["called", "I1", "a", "response", 2], ""],
    [["called", "I1", "a", "response", 3], "called a 3, answered"],
  ]],
  ["a retransmitted INVITE", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["caller", "I1", "", "request", 1], ""],
  ]],
  ["two forks answer", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["called", "I1", "b", "response", 3], "called b 3, answered"],
  ]],
  ["late offer, answered in the ACK", [
    [["called", "I1", "a", "response", 2], "called a 2"],
    [["caller", "I1", "a", "request", 1], "caller a 1, answered"],
    [["caller", "I1", "a", "request", 1], ""],
  ]],
  ["late offer in a 183, answered in the PRACK", [
    [["called", "I1", "a", "response", 2], "called a 2"],
    [["caller", "P2", "a", "request", 1], "caller a 1, answered"],
    [["called", "I1", "a", "response", 2], ""],
  ]],
  ["offer in the PRACK, answered in its 200", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["caller", "P2", "a", "request", 5], ""],
    [["called", "P2", "a", "response", 6], "caller a 5, called a 6, answered"],
  ]],
  ["an UPDATE of the called party before the call is answered; the 200 repeats the 183", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["called", "U9", "a", "request", 7], ""],
    [["caller", "U9", "a", "response", 1], "called a 7, caller a 1, answered"],
    [["called", "I1", "a", "response", 2], ""],
  ]],
  ["an UPDATE of the caller before the call is answered; the 200 repeats the 183", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["caller", "U2", "a", "request", 5], ""],
    [["called", "U2", "a", "response", 6], "caller a 5, called a 6, answered"],
    [["called", "I1", "a", "response", 2], ""],
  ]],
  ["re-INVITE by either side", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["called", "I5", "a", "request", 3], ""],
    [["caller", "I5", "a", "response", 4], "called a 3, caller a 4, answered"],
    [["caller", "I2", "a", "request", 6], ""],
    [["called", "I2", "a", "response", 7], "caller a 6, called a 7, answered"],
  ]],
  ["crossing re-INVITEs are two offers", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["caller", "I2", "a", "request", 5], ""],
    [["called", "I9", "a", "request", 6], ""],
    [["called", "I2", "a", "response", 7], "caller a 5, called a 7, answered"],
  ]],
  ["a better offer replaces the one before", [
    [["caller", "I1", "", "request", 1], "caller 1"],
    [["called", "I1", "a", "response", 2], "called a 2, answered"],
    [["caller", "I2", "a", "request", 5], ""],
    [["caller", "I3", "a", "request", 6], ""],
    [["called", "I3", "a", "response", 2], "caller a 6, called a 2, answered"],
  ]],
  ["a corrected late offer after its answer", [
    [["called", "I1", "a", "response", 2], "called a 2"],
    [["caller", "P2", "a", "request", 1], "caller a 1, answered"],
    [["called", "I1", "a", "response", 3], "called a 3"],
  ]],
  ["without knowing requests from responses", [
    [["caller", "I1", "", "?", 1], "caller 1"],
    [["called", "I1", "a", "?", 2], "called a 2, answered"],
    [["called", "I9", "a", "?", 3], ""],
    [["caller", "I9", "a", "?", 4], "called a 3, caller a 4, answered"],
    [["called", "I10", "a", "?", 5], ""],
    [["caller", "P3", "a", "?", 6], "called a 5, caller a 6, answered"],
  ]],
];

Deno.test("a description is repetition, answer or offer, and takes effect when it is answered", () => {
  for (const [name, steps] of CASES) {
    const negotiation = new Negotiation();
    for (const [index, [step, effect]] of steps.entries()) {
      assertEquals(text(negotiation.take(sdpOf(step))), effect, `${name}: ${index + 1}`);
    }
  }
});

Deno.test("it makes no difference when the program restarts between two messages", () => {
  for (const [name, steps] of CASES) {
    let negotiation = new Negotiation();
    for (const [index, [step, effect]] of steps.entries()) {
      negotiation = new Negotiation(JSON.parse(JSON.stringify(negotiation.record())));
      const changed = text(negotiation.take(sdpOf(step)));
      // Statements read back are no longer one object: saying them again is allowed, and does nothing.
      assertEquals(changed.endsWith(effect), true, `${name}: ${index + 1}: ${changed}`);
    }
  }
});

function talking(): Negotiation {
  const negotiation = new Negotiation();
  negotiation.take(sdpOf(["caller", "I1", "", "request", 1]));
  negotiation.take(sdpOf(["called", "I1", "a", "response", 2]));
  return negotiation;
}

Deno.test("P3: a refused offer changes nothing and is no longer open", () => {
  const negotiation = talking();
  negotiation.take(sdpOf(["caller", "I2", "a", "request", 5]));
  assertEquals(negotiation.failed("I2"), []);
  assertEquals(text(negotiation.take(sdpOf(["called", "I9", "a", "request", 6]))), "");
  assertEquals(
    text(negotiation.take(sdpOf(["caller", "I9", "a", "response", 1]))),
    "called a 6, caller a 1, answered",
  );
});

Deno.test("P3: however often an offer is refused, it changes nothing", () => {
  const negotiation = talking();
  for (const exchange of ["I2", "I3", "I4"]) {
    assertEquals(text(negotiation.take(sdpOf(["caller", exchange, "a", "request", 5]))), "");
    assertEquals(negotiation.failed(exchange), []);
  }
});

Deno.test("P3: a re-INVITE refused after an early answer is undone", () => {
  const negotiation = talking();
  negotiation.take(sdpOf(["caller", "I2", "a", "request", 5]));
  negotiation.take(sdpOf(["called", "I2", "a", "response", 6]));
  const changes = negotiation.failed("I2");
  assertEquals(text({ changes, answered: false }), "caller a undefined, called a 2");
  assertEquals(negotiation.failed("I2"), []);
});

Deno.test("a failure of an exchange that offered nothing changes nothing", () => {
  const negotiation = talking();
  assertEquals(negotiation.failed("BYE 3"), []);
  assertEquals(negotiation.failed("I1"), []);
  assertEquals([negotiation.isFirst("I1"), negotiation.isFirst("I2")], [true, false]);
});

Deno.test("what holds can be applied anew", () => {
  const negotiation = talking();
  const applied = () => text({ changes: negotiation.applied(), answered: false });
  assertEquals(applied(), "caller 1, called a 2");
  negotiation.take(sdpOf(["caller", "I2", "a", "request", 5]));
  assertEquals(applied(), "caller 1, called a 2");
  negotiation.take(sdpOf(["called", "I2", "a", "response", 6]));
  assertEquals(applied(), "caller 1, caller a 5, called a 6");
  negotiation.forget("a");
  assertEquals(applied(), "caller 1");
});

Deno.test("a session has a bounded number of dialogs", () => {
  const negotiation = new Negotiation();
  for (let index = 0; index < MEDIA_LIMITS.dialogs; index++) {
    assertEquals(negotiation.admits(`tag${index}`), true);
    negotiation.take(sdpOf(["called", "I1", `tag${index}`, "response", 2]));
  }
  assertEquals([...negotiation.dialogs].length, MEDIA_LIMITS.dialogs);
  assertEquals(negotiation.admits("one more"), false);
  assertEquals(negotiation.admits("tag0") && negotiation.admits(undefined), true);
});

Deno.test("there are two roles", () => {
  assertEquals([otherRole("caller"), otherRole("called")], ["called", "caller"]);
});
