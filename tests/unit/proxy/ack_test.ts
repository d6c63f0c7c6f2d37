import { assertEquals, assertNotEquals } from "@std/assert";
import { answerText, audio, header, requestText } from "./messages.ts";
import { callIn, callOut, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER, STRANGER } from "./world_fixture.ts";

const OUT = {
  method: "ACK",
  uri: `sip:bob@${PROVIDER}`,
  to: "<sip:bob@example.com>;tag=bob",
  branch: "z9hG4bK-again",
};
const IN = {
  method: "ACK",
  uri: `sip:alice@203.0.113.5:5060`,
  from: "<sip:carol@example.com>;tag=carol",
  to: "<sip:alice@example.com>;tag=alice",
  call: "call-in",
};

Deno.test("the ACK of a 2xx goes to the far end's Contact with our Via and one hop less", () => {
  const stage = new Stage();
  const invite = callOut(stage);
  stage.inside(requestText(OUT));
  const sent = stage.one("ACK");
  assertEquals([sent.to, sent.owner.kind], [PROVIDER, "dialog"]);
  const ack = sentRequest(sent);
  assertEquals([ack.uri, header(ack, "max-forwards")], [OUT.uri, "69"]);
  assertNotEquals(header(ack, "via"), header(invite, "via"));
});

Deno.test("the ACK of a call in goes to the phone", () => {
  const stage = new Stage();
  callIn(stage, register(stage));
  stage.outside(requestText(IN));
  const sent = stage.one("ACK");
  assertEquals([sent.to, sentRequest(sent).uri], [ALICE, `sip:alice@${ALICE}`]);
});

Deno.test("nothing ever answers an ACK (V3)", () => {
  const stage = new Stage();
  register(stage);
  const acks = [OUT, IN, { ...OUT, hops: "0" }, { ...OUT, uri: "mailto:x@y" }, { method: "ACK" }];
  for (const ack of acks) {
    stage.inside(requestText(ack));
    stage.outside(requestText(ack));
    stage.outside(requestText(ack), STRANGER);
  }
  assertEquals(stage.take(), []);
  assertEquals(stage.tables.serverTransactions, 1);
});

Deno.test("an ACK with no hop left goes nowhere", () => {
  const stage = new Stage();
  callOut(stage);
  stage.inside(requestText({ ...OUT, hops: "0" }));
  assertEquals(stage.take(), []);
  assertEquals(stage.counters["ack.hops"], 1);
});

Deno.test("the hops of an ACK are counted like those of any request (RFC 3261 §16.6)", () => {
  for (const [hops, left] of [["70", "69"], ["255", "254"], ["256", "70"], ["4294967295", "70"]]) {
    const stage = new Stage();
    callOut(stage);
    stage.inside(requestText({ ...OUT, hops: hops! }));
    assertEquals(header(sentRequest(stage.one("ACK")), "max-forwards"), left, hops);
  }
});

Deno.test("an answer in the ACK is described for the far end (P1)", () => {
  const stage = new Stage();
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  stage.outside(answerText(invite, 200, { tag: "bob", headers, body: audio("198.51.100.10") }));
  stage.take();
  stage.inside(requestText({ ...OUT, body: audio("192.168.1.20") }));
  const { text } = stage.one("ACK");
  assertEquals([text.includes("192.168.1."), text.includes("c=IN IP4 203.0.113.5")], [false, true]);
});

Deno.test("an INVITE stays on record after its ACK, which a restart may swallow, as long as its 2xx may come again (X1)", () => {
  const stage = new Stage();
  callOut(stage);
  stage.inside(requestText(OUT));
  assertEquals(lastInvites(stage), [true]);
  stage.pass(40_000);
  assertEquals(lastInvites(stage), []);
});

/** Of each INVITE in the call's last record, whether it is known to be answered. */
function lastInvites(stage: Stage): boolean[] {
  const records = stage.effects.flatMap((effect) =>
    effect.type === "store.set" && effect.key[1] === "call" ? [effect.value] : []
  );
  const { invites } = records.at(-1) as { invites: readonly { answered: boolean }[] };
  return invites.map(({ answered }) => answered);
}
