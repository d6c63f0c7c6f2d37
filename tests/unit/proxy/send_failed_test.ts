import { assertEquals } from "@std/assert";
import { answerText, requestText } from "./messages.ts";
import { sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, flow } from "./world_fixture.ts";

const FIRST = "198.51.100.1:5060";
const SECOND = "198.51.100.2:5060";

function failed(stage: Stage, remote: string): void {
  stage.event({ type: "sip.failed", flow: flow("outside", remote), reason: "no route" });
}

Deno.test("a send that fails at once goes to the next server (N4)", () => {
  const stage = new Stage({ resolve: () => servers(FIRST, SECOND) });
  stage.inside(requestText({ method: "MESSAGE" }));
  stage.take();
  failed(stage, FIRST);
  assertEquals(stage.take().map(({ to }) => to), [SECOND]);
  assertEquals(stage.notes("server").length, 1);
  assertEquals(stage.counters["send.failed"], 1);
});

Deno.test("a failed send to somebody else, or of a server that has answered, moves nothing", () => {
  const stage = new Stage({ resolve: () => servers(FIRST, SECOND) });
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const invite = sentRequest(stage.one("INVITE"));
  failed(stage, "198.51.100.9:5060");
  stage.outside(answerText(invite, 180), FIRST);
  stage.take();
  failed(stage, FIRST);
  assertEquals(stage.take(), []);
});

Deno.test("the only server is asked again", () => {
  const stage = new Stage({ resolve: () => servers(FIRST) });
  stage.inside(requestText({ method: "MESSAGE" }));
  stage.take();
  failed(stage, FIRST);
  assertEquals(stage.take(), []);
  stage.pass(500);
  assertEquals(stage.take().map(({ to }) => to), [FIRST]);
  assertEquals(stage.notes("server"), []);
});
