import { assertEquals } from "@std/assert";
import { answerText, header, requestText } from "./messages.ts";
import { register, sentRequest, Stage } from "./stage.ts";
import { ALICE, NETWORK, PROVIDER } from "./world_fixture.ts";

/** A ringing call that alice gives up. */
function cancelled() {
  const stage = new Stage();
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>`, branch: "z9hG4bK1" }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180));
  stage.inside(requestText({ method: "CANCEL", branch: "z9hG4bK1" }));
  stage.take();
  return { stage, invite };
}

Deno.test("one CANCEL goes out, however often the far end rings on", () => {
  const { stage, invite } = cancelled();
  stage.outside(answerText(invite, 180));
  stage.outside(answerText(invite, 183));
  assertEquals(stage.lines().filter((line) => line.startsWith("CANCEL")), []);
});

Deno.test("a far end that never ends its INVITE is given up after 32 s, with 487 for the caller", () => {
  const { stage } = cancelled();
  stage.pass(31_999);
  const before = stage.take().filter(({ side }) => side === "inside");
  assertEquals(before, []);
  stage.pass(1);
  const answer = stage.take().filter(({ side }) => side === "inside");
  assertEquals(answer.map(({ text }) => text.slice(0, 11)), ["SIP/2.0 487"]);
  stage.pass(120_000);
  assertEquals([stage.tables.clientTransactions, stage.tables.branches, stage.tables.timers], [
    0,
    0,
    1,
  ]);
});

Deno.test("an answer that crosses the CANCEL makes the call all the same", () => {
  const { stage, invite } = cancelled();
  stage.outside(answerText(invite, 200, { tag: "b" }));
  assertEquals(stage.take().map(({ text }) => text.slice(0, 11)), ["SIP/2.0 200"]);
  assertEquals(stage.calls[0]?.state, "answered");
});

Deno.test("a phone whose 2xx waits is hung up when its caller gives up, and each copy gets an ACK as whole as the first", () => {
  const stage = new Stage();
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in`;
  const incoming = { uri: register(stage), via, from: "<sip:carol@example.com>;tag=carol" };
  stage.outside(requestText(incoming));
  const invite = sentRequest(stage.one("INVITE"));
  stage.event({ type: "network.changed", network: { ...NETWORK, advertised: undefined } });
  const accepted = answerText(invite, 200, { tag: "alice" });
  stage.inside(accepted);
  stage.outside(requestText({ ...incoming, method: "CANCEL" }));
  const lines = stage.take().map(({ text }) => text.split(" ").slice(0, 2).join(" "));
  const phone = `sip:alice@${ALICE}`;
  assertEquals(lines, ["SIP/2.0 200", `ACK ${phone}`, `BYE ${phone}`, "SIP/2.0 487"]);
  stage.inside(accepted);
  const ack = sentRequest(stage.one("ACK"));
  for (const name of ["from", "call-id"]) assertEquals(header(ack, name), header(invite, name));
  assertEquals([header(ack, "cseq"), stage.calls], ["1 ACK", []]);
});
