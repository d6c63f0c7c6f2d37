import { assertEquals } from "@std/assert";
import { answerText, header, requestText } from "./messages.ts";
import { register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, PROVIDER, STRANGER } from "./world_fixture.ts";

const INVITE = { contact: `<sip:alice@${ALICE}>`, branch: "z9hG4bK1" };
const CANCEL = { method: "CANCEL", branch: "z9hG4bK1" };

Deno.test("a CANCEL is answered at once and goes on when the far end has said something (RFC 3261 §9)", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 100));
  stage.inside(requestText({ ...CANCEL, headers: ['Reason: SIP;cause=200;text="Elsewhere"'] }));
  const [answer, cancel] = stage.take();
  assertEquals(answer!.text.startsWith("SIP/2.0 200"), true);
  assertEquals(cancel!.to, PROVIDER);
  const sent = sentRequest(cancel!);
  assertEquals([sent.method, header(sent, "via")], ["CANCEL", header(invite, "via")]);
  assertEquals(header(sent, "reason"), 'SIP;cause=200;text="Elsewhere"');
  stage.outside(answerText(sent, 200));
  stage.outside(answerText(invite, 487));
  const texts = stage.take().map(({ text, side }) => `${side} ${text.slice(0, 11)}`);
  assertEquals(texts, ["outside ACK sip:bob", "inside SIP/2.0 487"]);
});

Deno.test("a CANCEL that comes first waits for the far end's first word", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  const invite = sentRequest(stage.one("INVITE"));
  stage.inside(requestText(CANCEL));
  assertEquals(stage.take().length, 1);
  stage.outside(answerText(invite, 180));
  assertEquals(stage.lines().filter((line) => line.startsWith("CANCEL")).length, 1);
});

Deno.test("a CANCEL while the name is looked up ends the INVITE here", () => {
  const stage = new Stage({ resolve: () => undefined });
  stage.inside(requestText(INVITE));
  stage.take();
  stage.inside(requestText(CANCEL));
  assertEquals(stage.take().map(({ text }) => text.slice(0, 11)), ["SIP/2.0 200", "SIP/2.0 487"]);
  stage.event({ type: "dns.answer", ticket: 1, answer: servers(PROVIDER) });
  assertEquals(stage.take().filter(({ side }) => side === "outside"), []);
  assertEquals([stage.tables.parked, stage.calls.length], [0, 0]);
});

Deno.test("a CANCEL after the answer changes nothing", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 200));
  stage.take();
  stage.inside(requestText(CANCEL));
  assertEquals(stage.take().map(({ text }) => text.slice(0, 11)), ["SIP/2.0 200"]);
});

Deno.test("a CANCEL of nothing gets 481, from a stranger silence (S3)", () => {
  const stage = new Stage();
  register(stage);
  stage.inside(requestText(CANCEL));
  assertEquals(stage.lines(), [`SIP/2.0 481 Call/Transaction Does Not Exist > ${ALICE}`]);
  stage.outside(requestText(CANCEL), STRANGER);
  assertEquals(stage.lines(), []);
  assertEquals(stage.counters["refused.stranger.unknown CANCEL"], 1);
});

Deno.test("a CANCEL of nothing is a stranger's though it shows the tags of a dialog (S3)", () => {
  const stage = new Stage();
  const to = "<sip:bob@example.com>;tag=theirs";
  const from = "<sip:alice@example.com>;tag=ours";
  stage.inside(requestText({ ...INVITE, from }));
  stage.outside(answerText(sentRequest(stage.one("INVITE")), 200, { tag: "theirs" }));
  stage.take();
  const inDialog = { from: to, to: from, branch: "z9hG4bK2" };
  stage.outside(requestText({ ...CANCEL, ...inDialog }), STRANGER);
  assertEquals(stage.lines(), []);
  assertEquals(stage.counters["refused.stranger.unknown CANCEL"], 1);
  // Nor may it be by an address that is nobody's in that dialog: whoever is in it goes on.
  const bye = requestText({ method: "BYE", ...inDialog, cseq: 2 });
  stage.outside(bye, STRANGER);
  assertEquals(stage.take(), []);
  stage.outside(bye);
  assertEquals(stage.take().map(({ to }) => to), [ALICE]);
});
