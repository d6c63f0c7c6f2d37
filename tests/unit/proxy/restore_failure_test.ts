import { assertEquals } from "@std/assert";
import { RELEASED_AT_WALL_MS } from "../../../src/proxy/release_date.ts";
import { powerCut, recordsLeft } from "./power_cut.ts";
import { answerText, requestText } from "./messages.ts";
import { register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, PROVIDER } from "./world_fixture.ts";

const WALL = RELEASED_AT_WALL_MS + 1_000;
const BUSY = `SIP/2.0 486 Busy Here > ${ALICE}`;
const ACK = { method: "ACK", to: "<sip:bob@example.com>;tag=bob", branch: "z9hG4bK1" };

/** A call that was refused just now; nobody has acknowledged it yet. */
function refused(): Stage {
  const stage = new Stage({ wall: WALL });
  stage.inside(requestText({ branch: "z9hG4bK1" }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180, { tag: "bob" }));
  stage.outside(answerText(invite, 486, { tag: "bob" }));
  stage.take();
  return stage;
}

Deno.test("after a power cut the caller is told again that his call has failed, until he says that he knows (X1)", () => {
  const stage = powerCut(refused(), WALL + 500);
  assertEquals(stage.calls, []);
  assertEquals(stage.notes("restored"), ["Taken up from before the restart: 1 refusal"]);
  stage.pass(1_600);
  assertEquals(stage.lines(), [BUSY, BUSY]);
  stage.inside(requestText({ branch: "z9hG4bK1" }));
  assertEquals(stage.lines(), [BUSY]);
  stage.inside(requestText(ACK));
  stage.pass(40_000);
  assertEquals(stage.lines(), []);
  assertEquals([stage.tables.serverTransactions, stage.tables.timers], [0, 1]);
});

Deno.test("a caller who is gone is told for as long as he would have been, and forgotten", () => {
  const stage = powerCut(refused(), WALL);
  stage.pass(40_000);
  assertEquals(new Set(stage.lines()), new Set([BUSY]));
  assertEquals([stage.tables.serverTransactions, recordsLeft(stage)], [0, []]);
});

Deno.test("a failure older than any transaction is over without a word", () => {
  const stage = powerCut(refused(), WALL + 33_000);
  assertEquals([stage.tables.serverTransactions, stage.notes("restored")], [0, []]);
});

Deno.test("a failure that does not fit into the table is told and counted", () => {
  const stage = restart(refused(), undefined, {
    wall: WALL,
    limits: { serverTransactions: 0 },
  });
  assertEquals(stage.notes("restored"), [
    "1 stored refusal did not fit beside what was taken up before: " +
    "those callers may hear it ring until they hang up",
  ]);
  assertEquals([stage.counters["full.transactions"], stage.tables.serverTransactions], [1, 0]);
});

Deno.test("a damaged failure is told in words, and taken out", () => {
  for (const value of [null, {}, { request: "x" }]) {
    const stage = new Stage({ records: [{ key: ["v1", "failure", "x"], value }] });
    assertEquals(stage.notes("restored").length, 1);
    const taken = stage.effects.flatMap((effect) =>
      effect.type === "store.set" ? [effect.key.join(" ")] : []
    );
    assertEquals(taken, ["v1 failure x"]);
  }
});

Deno.test("a failure of what is no INVITE, or that is none, is a bad record: the start goes on", () => {
  const DAMAGES: [from: string, to: string][] = [["INVITE", "ACK"], ["INVITE", "BYE"], [
    "486",
    "200",
  ]];
  for (const [from, to] of DAMAGES) {
    const stage = restart(refused(), (text) => text.replaceAll(from, to), { wall: WALL });
    assertEquals(stage.notes("restored").length, 1, to);
    assertEquals([stage.tables.serverTransactions, stage.lines()], [0, []], to);
  }
});

Deno.test("a power cut right behind a CANCEL cancels again", () => {
  const first = new Stage();
  first.inside(requestText({ branch: "z9hG4bK1" }));
  const invite = sentRequest(first.one("INVITE"));
  first.outside(answerText(invite, 180, { tag: "bob" }));
  first.take();
  first.inside(requestText({ method: "CANCEL", branch: "z9hG4bK1" }));
  const ok = first.take().find(({ text }) => text.startsWith("SIP/2.0 200"));
  assertEquals(ok?.committed, true);
  const stage = powerCut(first);
  assertEquals(stage.one("CANCEL").to, PROVIDER);
  stage.outside(answerText(invite, 487, { tag: "bob" }));
  assertEquals(powerCut(stage).calls, []);
});

Deno.test("a call that was hung up is over for good when its 200 leaves", () => {
  const first = new Stage();
  register(first, "alice", BOB);
  const to = "<sip:bob@example.com>;tag=bob";
  first.inside(requestText({ branch: "z9hG4bK1" }));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  first.outside(answerText(sentRequest(first.one("INVITE")), 200, { tag: "bob", headers }));
  first.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  const bye = first.take().find(({ text }) => text.startsWith("BYE"))!;
  first.outside(answerText(sentRequest(bye), 200));
  assertEquals(first.one("SIP/2.0 200").committed, true);
  assertEquals(powerCut(first).calls, []);
});
