import { assertEquals } from "@std/assert";
import { TIMES } from "../../../src/proxy/times.ts";
import { answerText, requestText } from "./messages.ts";
import { sentRequest, Stage } from "./stage.ts";
import { ALICE } from "./world_fixture.ts";

const TO = "<sip:alice@example.com>";

/** A REGISTER with credentials for `nonce`, answered by 401 with the next challenge. */
function challenged(stage: Stage, nonce: string | undefined, next: string, more = ""): void {
  const headers = nonce === undefined ? [] : [`Authorization: Digest nonce="${nonce}"`];
  attempt(stage, headers, {
    status: 401,
    headers: [["WWW-Authenticate", `Digest realm="x", nonce="${next}"${more}`]],
  });
}

function attempt(
  stage: Stage,
  headers: string[],
  answer: { status: number; headers?: readonly (readonly [string, string])[] },
): void {
  const contact = `<sip:alice@${ALICE}>`;
  const call = `${stage.effects.length}`;
  stage.inside(requestText({ method: "REGISTER", to: TO, contact, call, headers }));
  const sent = sentRequest(stage.one("REGISTER"));
  stage.outside(answerText(sent, answer.status, { headers: answer.headers ?? [] }));
  stage.take();
}

const refusals = (stage: Stage) => stage.notes("register.refused").length;

Deno.test("old credentials are no wrong password, those for the last challenge are", () => {
  const stage = new Stage();
  challenged(stage, undefined, "1");
  challenged(stage, "0", "2");
  assertEquals(refusals(stage), 0);
  challenged(stage, "2", "3");
  assertEquals(refusals(stage), 1);
});

Deno.test("one stale challenge is as usual, three in a row are told, success lets them be forgotten", () => {
  const stage = new Stage();
  for (const round of [0, 1]) challenged(stage, `${round}`, `${round + 1}`, ", stale=TRUE");
  attempt(stage, [], { status: 200 });
  for (const round of [2, 3]) challenged(stage, `${round}`, `${round + 1}`, ", stale=TRUE");
  assertEquals(refusals(stage), 0);
  challenged(stage, "4", "5", ", stale=TRUE");
  assertEquals(refusals(stage), 1);
});

Deno.test("the same refusal is told once an hour, another one at once", () => {
  const stage = new Stage();
  for (let times = 0; times < 3; times++) attempt(stage, [], { status: 404 });
  assertEquals(refusals(stage), 1);
  attempt(stage, [], { status: 500 });
  assertEquals(refusals(stage), 2);
  stage.pass(TIMES.stillDown);
  attempt(stage, [], { status: 500 });
  assertEquals(refusals(stage), 3);
});

Deno.test("what was refused long ago takes no place", () => {
  const stage = new Stage();
  attempt(stage, [], { status: 404 });
  assertEquals(stage.core.sizes()["registerTroubles"], 1);
  attempt(stage, [], { status: 200 });
  assertEquals(stage.core.sizes()["registerTroubles"], 0);
});
