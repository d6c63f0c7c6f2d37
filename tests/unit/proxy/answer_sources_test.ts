import { assertEquals } from "@std/assert";
import { answerText, requestText } from "./messages.ts";
import { callOut, register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, BOB, PROVIDER, STRANGER } from "./world_fixture.ts";

const NEIGHBOUR = "198.51.100.99:5060";
const SECOND = "192.0.2.20:5060";

Deno.test("a REGISTER is answered by the servers of its name and their neighbours, and by nobody else (S3)", () => {
  const cases: [from: string, answered: boolean][] = [
    [PROVIDER, true],
    [NEIGHBOUR, true],
    [SECOND, true],
    ["198.18.0.1:5060", false],
  ];
  for (const [from, answered] of cases) {
    const stage = new Stage({ resolve: () => servers(PROVIDER, SECOND) });
    const address = "<sip:alice@example.com>";
    stage.inside(requestText({
      method: "REGISTER",
      uri: "sip:example.com",
      from: `${address};tag=r`,
      to: address,
      contact: `<sip:alice@${ALICE}>`,
    }));
    stage.outside(answerText(sentRequest(stage.one("REGISTER")), 200), from);
    assertEquals(stage.core.sizes()["bindings"], answered ? 1 : 0, from);
    assertEquals(stage.counters["refused.response.source"], answered ? undefined : 1, from);
  }
});

Deno.test("a phone without a registration hears only whom its request was sent to (S3)", () => {
  const stage = new Stage({ resolve: () => servers(PROVIDER, SECOND) });
  stage.inside(requestText({ method: "OPTIONS" }));
  const sent = sentRequest(stage.one("OPTIONS"));
  stage.outside(answerText(sent, 200), NEIGHBOUR);
  assertEquals(stage.take(), []);
  // The one that would be asked next.
  stage.outside(answerText(sent, 200), SECOND);
  assertEquals(stage.lines(), [`SIP/2.0 200 OK > ${ALICE}`]);
});

Deno.test("a phone is not answered for by another host, and answers from where it has registered meanwhile (S3)", () => {
  const stage = new Stage();
  const uri = register(stage);
  stage.outside(requestText({ method: "MESSAGE", uri, call: "in" }));
  const sent = sentRequest(stage.one("MESSAGE"));
  stage.inside(answerText(sent, 200), BOB);
  assertEquals(stage.take(), []);
  const moved = "192.168.1.90:5060";
  register(stage, "alice", moved);
  stage.inside(answerText(sent, 200), moved);
  assertEquals(stage.lines(), [`SIP/2.0 200 OK > ${PROVIDER}`]);
});

Deno.test("an answer to our own BYE stops it when it is the provider's, and does not when it is a stranger's", () => {
  for (const [from, repeats] of [[NEIGHBOUR, 0], [STRANGER, 1]] as const) {
    const stage = new Stage();
    register(stage);
    callOut(stage);
    stage.pass(300_001);
    const bye = stage.take().find(({ text, to }) => text.startsWith("BYE") && to === PROVIDER)!;
    stage.outside(answerText(sentRequest(bye), 200), from);
    stage.take();
    stage.pass(600);
    const again = stage.take().filter(({ text, to }) => text === bye.text && to === PROVIDER);
    assertEquals(again.length, repeats, from);
  }
});
