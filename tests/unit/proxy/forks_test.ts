import { assertEquals } from "@std/assert";
import { LIMITS } from "../../../src/base/limits.ts";
import { answerText, audio, requestText } from "./messages.ts";
import { register, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

/** A call of alice's, and answers to it. */
function ringing() {
  const stage = new Stage();
  register(stage);
  const contact = `<sip:alice@${ALICE}>`;
  stage.inside(requestText({ contact, body: audio("192.168.1.20") }));
  const invite = sentRequest(stage.one("INVITE"));
  const answer = (status: number, tag: string, body = "") => {
    const headers = [["Contact", `<sip:${tag}@${PROVIDER}>`]] as const;
    stage.outside(answerText(invite, status, { tag, headers, body }));
    return stage.take().map(({ text, side }) => `${text.split(" ").slice(0, 2).join(" ")} ${side}`);
  };
  return { stage, answer };
}

Deno.test("thousands of To tags make no more dialogs than a call may have forks, and each is passed on (V7)", () => {
  const { stage, answer } = ringing();
  for (let count = 0; count < 1_000; count++) {
    assertEquals(answer(180, `t${count}`), ["SIP/2.0 180 inside"]);
  }
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [LIMITS.forks, 1]);
  assertEquals(stage.counters["forks.dropped"], 1_000 - LIMITS.forks);
  // Whoever picks up is in the call, though its dialog had gone.
  assertEquals(answer(200, "t3", audio("198.51.100.10")), ["SIP/2.0 200 inside"]);
  assertEquals(stage.calls.map(({ state }) => state), ["answered"]);
  const { sessions } = (stage.core.snapshot() as { media: { sessions: unknown[] } }).media;
  assertEquals(sessions.length, 1);
});

Deno.test("where all forks are answered a further one that rings is not heard, one that answers is hung up", () => {
  const { stage, answer } = ringing();
  for (let count = 0; count < LIMITS.forks; count++) answer(200, `t${count}`);
  assertEquals(answer(183, "late"), []);
  assertEquals(answer(200, "late"), [
    "ACK sip:late@198.51.100.10:5060 outside",
    "BYE sip:late@198.51.100.10:5060 outside",
  ]);
  assertEquals(stage.tables.dialogs, LIMITS.forks);
  assertEquals(stage.calls.length, 1);
});

Deno.test("a further fork that rings does not end a call that begins beside such ones", () => {
  const { stage, answer } = ringing();
  for (let count = 0; count < LIMITS.forks; count++) answer(200, `t${count}`);
  // Once more by the same Call-ID and tag, as after a challenge.
  const via = `SIP/2.0/UDP ${ALICE};branch=z9hG4bK-once-more`;
  const contact = `<sip:alice@${ALICE}>`;
  stage.inside(requestText({ via, cseq: 2, contact, body: audio("192.168.1.20") }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180, { tag: "further" }));
  assertEquals(stage.take().map(({ text }) => text.split("\r\n")[0]), []);
  stage.outside(answerText(invite, 486, { tag: "further" }));
  assertEquals(stage.one("SIP/2.0").text.split("\r\n")[0], "SIP/2.0 486 Busy Here");
});

Deno.test("thousands of NOTIFYs with tags of their own make no more dialogs either (V7)", () => {
  const stage = new Stage();
  register(stage);
  stage.inside(requestText({ method: "SUBSCRIBE", headers: ["Event: dialog"] }));
  const subscribe = sentRequest(stage.one("SUBSCRIBE"));
  const contact = subscribe.headers.find(({ key }) => key === "contact")!.line.slice(9).trim();
  for (let count = 0; count < 100; count++) {
    stage.outside(requestText({
      method: "NOTIFY",
      uri: contact.replace(/^<|>.*$/g, ""),
      via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-notify-${count}`,
      from: `<sip:bob@example.com>;tag=t${count}`,
      to: "<sip:alice@example.com>;tag=alice",
      contact: `<sip:bob@${PROVIDER}>`,
      headers: ["Event: dialog", "Subscription-State: active;expires=600"],
    }));
    stage.inside(answerText(sentRequest(stage.one("NOTIFY")), 200));
    stage.take();
  }
  assertEquals(stage.tables.dialogs, LIMITS.forks);
});

Deno.test("a phone that rings with thousands of tags holds no more places than a phone that is called (V7)", () => {
  const stage = new Stage();
  const masked = register(stage);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in`;
  stage.outside(requestText({ via, uri: masked, from: "<sip:carol@example.com>;tag=carol" }));
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  for (let count = 0; count < 1_000; count++) {
    stage.inside(answerText(invite, 180, { tag: `t${count}`, headers }));
  }
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [LIMITS.forks, LIMITS.forks]);
});
