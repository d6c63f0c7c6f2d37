import { assertEquals } from "@std/assert";
import type { SipRequest } from "../../../src/sip/message.ts";
import { powerCut, recordsLeft } from "./power_cut.ts";
import { answerText, requestText } from "./messages.ts";
import { callOut, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

const ACK = { method: "ACK", to: "<sip:bob@example.com>;tag=bob", branch: "z9hG4bK1" };

/** A call that rings at the provider; its INVITE as that got it. */
function ringing(stage: Stage): SipRequest {
  stage.inside(requestText({ branch: "z9hG4bK1" }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180, { tag: "bob" }));
  stage.take();
  return invite;
}

Deno.test("the failure of a call is on disk before it leaves, and before the far end may forget it (X1)", () => {
  const stage = new Stage();
  stage.outside(answerText(ringing(stage), 486, { tag: "bob" }));
  const sent = stage.take().map(({ text, to, committed }) => [text.slice(0, 11), to, committed]);
  assertEquals(sent, [["ACK sip:bob", PROVIDER, true], ["SIP/2.0 486", ALICE, true]]);
  assertEquals(recordsLeft(stage), ["failure"]);
  const when = stage.effects.flatMap((effect) => effect.type === "store.set" ? [effect.when] : []);
  assertEquals(when.slice(-2), ["urgent", "urgent"]);
});

Deno.test("its record is taken out with the ACK, without haste", () => {
  const stage = new Stage();
  stage.outside(answerText(ringing(stage), 486, { tag: "bob" }));
  stage.inside(requestText(ACK));
  assertEquals(recordsLeft(stage), []);
  const changes = stage.effects.filter((effect) => effect.type === "store.set");
  assertEquals(changes.at(-1)?.when, "lazy");
  const before = changes.length;
  stage.pass(60_000);
  assertEquals(stage.effects.filter((effect) => effect.type === "store.set").length, before);
});

Deno.test("its record is taken out when no ACK ever comes", () => {
  const stage = new Stage();
  stage.outside(answerText(ringing(stage), 486, { tag: "bob" }));
  stage.pass(40_000);
  assertEquals(recordsLeft(stage), []);
});

Deno.test("an INVITE that was refused before it went anywhere leaves nothing to write", () => {
  const stage = new Stage({ resolve: () => ({ ok: false, reason: "no such name" }) });
  stage.inside(requestText());
  assertEquals(stage.lines().length, 1);
  assertEquals(stage.effects.filter((effect) => effect.type === "store.set"), []);
});

Deno.test("a refused change of a call is repeated after a power cut, and the call goes on", () => {
  const first = new Stage();
  callOut(first);
  const to = "<sip:bob@example.com>;tag=bob";
  first.inside(requestText({ to, uri: `sip:bob@${PROVIDER}`, cseq: 2, branch: "z9hG4bK2" }));
  first.outside(answerText(sentRequest(first.one("INVITE")), 488, { tag: "bob" }));
  const stage = powerCut(first);
  assertEquals(stage.calls.map(({ state }) => state), ["answered"]);
  stage.pass(600);
  assertEquals(stage.lines(), [`SIP/2.0 488 Not Acceptable Here > ${ALICE}`]);
});
