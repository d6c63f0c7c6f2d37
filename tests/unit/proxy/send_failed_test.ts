import { assertEquals } from "@std/assert";
import type { SendFault } from "../../../src/base/send_fault.ts";
import { answerText, requestText } from "./messages.ts";
import { type Sent, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, flow } from "./world_fixture.ts";

const FIRST = "198.51.100.1:5060";
const SECOND = "198.51.100.2:5060";
const UNREACHABLE: SendFault = { kind: "unreachable", reason: "network is unreachable" };

/** A message that was sent could not leave. */
function fails(stage: Stage, { owner, to }: Sent, fault = UNREACHABLE): void {
  stage.event({ type: "sip.failed", owner, flow: flow("outside", to), fault });
}

Deno.test("a send that fails at once goes to the next server (N4)", () => {
  const stage = new Stage({ resolve: () => servers(FIRST, SECOND) });
  stage.inside(requestText({ method: "MESSAGE" }));
  fails(stage, stage.one("MESSAGE"));
  assertEquals(stage.take().map(({ to }) => to), [SECOND]);
  assertEquals(stage.notes("server").length, 1);
  assertEquals(stage.counters["send.failed"], 1);
});

Deno.test("a failed send concerns its own transaction alone, and none that was answered", () => {
  const stage = new Stage({ resolve: () => servers(FIRST, SECOND) });
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const invite = stage.one("INVITE");
  stage.inside(requestText({ method: "MESSAGE", call: "other" }));
  const message = stage.one("MESSAGE");
  fails(stage, message);
  assertEquals(stage.take().map(({ to }) => to), [SECOND]);
  stage.outside(answerText(sentRequest(invite), 180), FIRST);
  stage.take();
  fails(stage, invite);
  assertEquals(stage.take(), []);
});

Deno.test("without another server the phone is answered at once, with the reason (N4)", () => {
  for (const method of ["MESSAGE", "INVITE"]) {
    const stage = new Stage({ resolve: () => servers(FIRST) });
    stage.inside(requestText({ method, contact: `<sip:alice@${ALICE}>` }));
    fails(stage, stage.one(method));
    const reason = "SIP/2.0 503 Cannot be sent, network is unreachable";
    assertEquals(stage.lines(), [`${reason} > ${ALICE}`]);
    assertEquals(stage.calls, []);
  }
});

Deno.test("a message that is too long is tried nowhere else, and its server is not blamed", () => {
  const stage = new Stage({ resolve: () => servers(FIRST, SECOND) });
  stage.inside(requestText({ method: "MESSAGE" }));
  fails(stage, stage.one("MESSAGE"), { kind: "too-long", reason: "message too long" });
  assertEquals(stage.lines(), [`SIP/2.0 500 Cannot be sent, message too long > ${ALICE}`]);
  assertEquals(stage.notes("server"), []);
});

Deno.test("while there is no listener a request is sent again", () => {
  const stage = new Stage({ resolve: () => servers(FIRST, SECOND) });
  stage.inside(requestText({ method: "MESSAGE" }));
  fails(stage, stage.one("MESSAGE"), { kind: "no-listener", reason: "gone" });
  assertEquals(stage.take(), []);
  stage.pass(500);
  assertEquals(stage.take().map(({ to }) => to), [FIRST]);
});
