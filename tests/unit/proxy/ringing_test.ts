import { assertEquals } from "@std/assert";
import { isRinging } from "../../../src/proxy/ringing.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { answerText, request, requestText } from "./messages.ts";
import { register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, makeBinding, makeWorld, PROVIDER } from "./world_fixture.ts";

const FROM = "<sip:carol@x>;tag=c";

/** The same INVITE by another way, as a registrar's fork brings it. */
function fork(stage: Stage, branch: string, parts: { from?: string; cseq?: number } = {}): void {
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-${branch}`;
  const uri = "sip:alice@example.com";
  stage.outside(requestText({ uri, to: `<${uri}>`, from: FROM, call: "in", via, ...parts }));
}

/** First words of what went to the phone and to the provider. */
function starts(stage: Stage): string[] {
  return stage.take().map(({ text, to }) =>
    `${to === ALICE ? "phone" : "provider"} ${text.slice(0, 11)}`
  )
    .filter((line) => !line.endsWith("SIP/2.0 100"));
}

/** A phone that rings, and the INVITE it got. */
function rung(): { first: Stage; invite: SipRequest } {
  const first = new Stage();
  register(first);
  fork(first, "1");
  const invite = sentRequest(first.one("INVITE"));
  first.inside(answerText(invite, 180));
  first.take();
  return { first, invite };
}

Deno.test("a phone that has an INVITE is passed by its other forks, after a restart too (V5, X1)", () => {
  const { first } = rung();
  const second = restart(first);
  for (const stage of [first, second]) {
    stage.take();
    fork(stage, "2");
    assertEquals(starts(stage), ["provider SIP/2.0 482"]);
    // Another INVITE, or another caller's, is no fork of it.
    fork(stage, "3", { cseq: 2 });
    fork(stage, "4", { from: "<sip:dave@x>;tag=d" });
    assertEquals(starts(stage), ["phone INVITE sip:", "phone INVITE sip:"]);
  }
});

Deno.test("an INVITE that rang before the restart and has ended rings no more", () => {
  const { first, invite } = rung();
  const stage = restart(first);
  stage.inside(answerText(invite, 486));
  stage.take();
  fork(stage, "2");
  assertEquals(starts(stage), ["phone INVITE sip:"]);
});

Deno.test("nothing rings in a world where nobody was called", () => {
  assertEquals(isRinging(makeWorld(), request(), makeBinding("alice")), false);
});
