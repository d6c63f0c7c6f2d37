import { assertEquals } from "@std/assert";
import { answerText, requestText } from "./messages.ts";
import { sentRequest, Stage } from "./stage.ts";
import { ALICE } from "./world_fixture.ts";

const TEN_MINUTES = 600_000;

function ringing() {
  const stage = new Stage();
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180));
  stage.take();
  return { stage, invite };
}

function cancels(stage: Stage): number {
  return stage.lines().filter((line) => line.startsWith("CANCEL")).length;
}

Deno.test("after ten minutes of ringing the far end gets a CANCEL (V3)", () => {
  const { stage } = ringing();
  stage.pass(TEN_MINUTES - 1);
  assertEquals(cancels(stage), 0);
  stage.pass(1);
  assertEquals(cancels(stage), 1);
});

const RESTARTS: [status: number, restarts: boolean][] = [[100, false], [180, true], [199, true]];

Deno.test("each 101 to 199 starts the ten minutes again, a 100 does not", () => {
  for (const [status, restarts] of RESTARTS) {
    const { stage, invite } = ringing();
    stage.pass(TEN_MINUTES - 1);
    stage.outside(answerText(invite, status));
    stage.take();
    stage.pass(1);
    assertEquals(cancels(stage), restarts ? 0 : 1, String(status));
    if (!restarts) continue;
    stage.pass(TEN_MINUTES - 1);
    assertEquals(cancels(stage), 1, String(status));
  }
});

Deno.test("a final answer stops it", () => {
  const { stage, invite } = ringing();
  stage.outside(answerText(invite, 200, { tag: "b" }));
  stage.pass(2 * TEN_MINUTES);
  assertEquals(cancels(stage), 0);
});
