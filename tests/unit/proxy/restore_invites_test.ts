import { assertEquals } from "@std/assert";
import { answerText, requestText } from "./messages.ts";
import { callOut, register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, PROVIDER } from "./world_fixture.ts";

/** What of a stage would be left for ever. */
function leftOver(stage: Stage): unknown {
  const { serverTransactions, clientTransactions, branches, dialogs } = stage.tables;
  return [stage.calls, { serverTransactions, clientTransactions, branches, dialogs }];
}

const NOTHING = [[], { serverTransactions: 0, clientTransactions: 0, branches: 0, dialogs: 0 }];

Deno.test("a ringing call for which no client place is left after a restart fails, and does not ring for ever (X1, V7)", () => {
  const first = new Stage();
  first.inside(requestText());
  first.outside(answerText(sentRequest(first.one("INVITE")), 180));
  const stage = restart(first, undefined, { limits: { clientTransactions: 0 } });
  assertEquals(stage.lines(), [`SIP/2.0 500 Too busy, try again later > ${ALICE}`]);
  assertEquals(stage.counters["full.transactions"], 1);
  assertEquals(stage.notes("restored"), [
    "1 stored call did not fit beside what was taken up before: those calls go on without us",
  ]);
  stage.pass(60_000);
  assertEquals(leftOver(stage), NOTHING);
});

Deno.test("a fork of which one branch has no place after a restart waits for the other one alone", () => {
  const first = new Stage();
  register(first, "alice");
  register(first, "alice", BOB);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-fork`;
  const uri = "sip:alice@example.com";
  first.outside(requestText({ via, uri, to: `<${uri}>`, from: "<sip:carol@x>;tag=c" }));
  const [one] = first.take().filter(({ text }) => text.startsWith("INVITE")).map(sentRequest);
  const stage = restart(first, undefined, { limits: { clientTransactions: 1 } });
  stage.take();
  stage.inside(answerText(one!, 486));
  assertEquals(stage.lines().at(-1), `SIP/2.0 486 Busy Here > ${PROVIDER}`);
});

Deno.test("a change of a call for which there is no place after a restart fails alone: the call goes on", () => {
  const first = new Stage();
  callOut(first);
  const to = "<sip:bob@example.com>;tag=bob";
  first.inside(requestText({ uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  const stage = restart(first, undefined, { limits: { clientTransactions: 0 } });
  assertEquals(stage.lines(), [`SIP/2.0 500 Too busy, try again later > ${ALICE}`]);
  assertEquals(stage.calls.map(({ state }) => state), ["answered"]);
});

Deno.test("what stands where an INVITE should is one bad record: the start goes on (X1)", () => {
  const first = new Stage();
  first.inside(requestText());
  const invite = sentRequest(first.one("INVITE"));
  const other = (text: string) => text.replaceAll("INVITE", "ACK");
  assertEquals(restart(first, other).notes("restored").length, 1);
  // In the branches alone, too.
  const inBranch = (text: string) =>
    text.replace(/("branches":\[.*)/, (branches) => other(branches));
  assertEquals(restart(first, inBranch).calls, []);
  first.outside(answerText(invite, 180));
  assertEquals(restart(first, inBranch).calls, []);
});
