import { assertEquals } from "@std/assert";
import {
  ALICE,
  answerText,
  callOut,
  PROVIDER,
  requestText,
  sentRequest,
  Stage,
} from "./world_fixture.ts";

const INVITE = { contact: `<sip:alice@${ALICE}>` };

Deno.test("a call is told from its start to its end", () => {
  const stage = new Stage();
  callOut(stage);
  stage.pass(61_000);
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  const who = "Call out from alice@example.com to bob@example.com";
  assertEquals(stage.notes("call.started"), [`${who} started`]);
  assertEquals(stage.notes("call.answered"), [`${who} answered after 0 s`]);
  assertEquals(stage.notes("call.ended"), [`${who} ended after 61 s: hung up from inside`]);
  assertEquals(stage.calls, []);
});

const FAILURES: [status: number, level: string][] = [[486, "info"], [407, "debug"], [401, "debug"]];

Deno.test("a call that fails says why; a challenge is said in a low voice", () => {
  for (const [status, level] of FAILURES) {
    const stage = new Stage();
    stage.inside(requestText(INVITE));
    stage.outside(answerText(sentRequest(stage.one("INVITE")), status));
    const notes = stage.effects.flatMap((effect) =>
      effect.type === "note" && effect.note.kind === "call.failed" ? [effect.note.level] : []
    );
    assertEquals(notes, [level], String(status));
    assertEquals(stage.calls, []);
  }
});

Deno.test("a failed re-INVITE leaves the call, a failed first one ends it (X3)", () => {
  const stage = new Stage();
  callOut(stage);
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ ...INVITE, uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("INVITE")), 488));
  stage.pass(60_000);
  assertEquals(stage.calls.length, 1);
});

Deno.test("the same call tried again with credentials is a call of its own", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  stage.outside(answerText(sentRequest(stage.one("INVITE")), 407));
  stage.take();
  stage.inside(requestText({ ...INVITE, cseq: 2 }));
  const again = sentRequest(stage.one("INVITE"));
  assertEquals(stage.calls.length, 1);
  stage.pass(5_000);
  stage.outside(answerText(again, 200, { tag: "bob" }));
  stage.pass(60_000);
  assertEquals(stage.calls.map(({ state, dialogs }) => [state, dialogs]), [["answered", 1]]);
});
