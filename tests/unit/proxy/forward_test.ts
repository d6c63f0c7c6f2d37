import { assertEquals, assertNotEquals } from "@std/assert";
import { answerText, header, requestText } from "./messages.ts";
import { recordsLeft } from "./power_cut.ts";
import { register, sentAnswer, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

const FIRST = "198.51.100.1:5060";
const SECOND = "198.51.100.2:5060";

function twoServers(): Stage {
  return new Stage({ resolve: () => servers(FIRST, SECOND) });
}

const CONTACT = { contact: `<sip:alice@${ALICE}>` };

Deno.test("a request leaves with our Via alone and one hop less (V1)", () => {
  const stage = new Stage();
  const via = `SIP/2.0/UDP ${ALICE};branch=z9hG4bK1;rport`;
  stage.inside(requestText({ via, headers: ["Via: SIP/2.0/UDP 192.168.1.30;branch=z9hG4bK0"] }));
  const sent = sentRequest(stage.one("INVITE"));
  const vias = sent.headers.filter(({ key }) => key === "via");
  assertEquals(vias.length, 1);
  assertEquals(header(sent, "via").startsWith("SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK"), true);
  assertEquals(header(sent, "via").endsWith(";rport"), true);
  assertEquals(header(sent, "max-forwards"), "69");
});

const SILENT: [method: string, heard: number | undefined, next: boolean][] = [
  ["INVITE", undefined, true],
  ["INVITE", 100, false],
  ["MESSAGE", undefined, true],
  ["MESSAGE", 100, false],
];

Deno.test("a server that says nothing for 4 s is given up for the next (N4)", () => {
  for (const [method, heard, next] of SILENT) {
    const stage = twoServers();
    stage.inside(requestText({ method, ...CONTACT }));
    const first = sentRequest(stage.one(method));
    if (heard !== undefined) stage.outside(answerText(first, heard), FIRST);
    stage.pass(3_999);
    const before = stage.take().filter(({ to }) => to === SECOND);
    assertEquals(before, []);
    stage.pass(1);
    const second = stage.take().filter(({ to }) => to === SECOND);
    assertEquals(second.length, next ? 1 : 0, `${method} ${heard}`);
    if (!next) continue;
    assertNotEquals(header(sentRequest(second[0]!), "via"), header(first, "via"));
    assertEquals(stage.notes("server").length, 1);
  }
});

const ANSWERS: [status: number, before: number | undefined, next: boolean][] = [
  [503, undefined, true],
  [503, 100, true],
  [486, undefined, false],
  [603, undefined, false],
  [500, 100, false],
];

Deno.test("a 503 goes to the next server, after a 100 too; a busy phone's answer does not (N4)", () => {
  for (const [status, before, next] of ANSWERS) {
    const stage = twoServers();
    stage.inside(requestText(CONTACT));
    const first = sentRequest(stage.one("INVITE"));
    if (before !== undefined) stage.outside(answerText(first, before), FIRST);
    stage.outside(answerText(first, status), FIRST);
    const sent = stage.take();
    assertEquals(sent.some(({ to }) => to === SECOND), next, `${status} after ${before}`);
    assertEquals(sent.some(({ side }) => side === "inside" && next), false);
  }
});

Deno.test("a late answer of a server that was given up changes nothing", () => {
  const stage = twoServers();
  stage.inside(requestText(CONTACT));
  const first = sentRequest(stage.one("INVITE"));
  stage.pass(4_000);
  const second = stage.take().find(({ to }) => to === SECOND)!;
  stage.outside(answerText(first, 486), FIRST);
  assertEquals(stage.lines(), [`ACK ${first.uri} SIP/2.0 > ${FIRST}`]);
  stage.outside(answerText(sentRequest(second), 200, { tag: "b" }), SECOND);
  assertEquals(sentAnswer(stage.one("SIP/2.0")).status, 200);
});

Deno.test("a server that kept silent is the last choice for a minute (N4)", () => {
  const stage = twoServers();
  const ask = (call: string) => {
    stage.inside(requestText({ method: "MESSAGE", call }));
    return stage.take().filter(({ side }) => side === "outside").map(({ to }) => to);
  };
  assertEquals(ask("1"), [FIRST]);
  stage.pass(4_000);
  stage.take();
  assertEquals(ask("2"), [SECOND]);
  stage.pass(60_000);
  stage.take();
  assertEquals(ask("3"), [FIRST]);
});

Deno.test("a request whose branch is still in use gets an answer, not a second branch", () => {
  const stage = new Stage();
  stage.inside(requestText(CONTACT));
  const sent = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(sent, 486));
  stage.inside(
    requestText({
      method: "ACK",
      to: "<sip:bob@example.com>;tag=answer",
      branch: "z9hG4bK-call-1-INVITE-1",
    }),
  );
  stage.pass(6_000);
  stage.take();
  stage.inside(requestText(CONTACT));
  assertEquals(sentAnswer(stage.one("SIP/2.0 4")).status, 482);
});

Deno.test("a call that was given up is tried nowhere else, whatever its server answers (N4)", () => {
  const stage = twoServers();
  stage.inside(requestText({ ...CONTACT, branch: "z9hG4bK-given-up" }));
  const first = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(first, 100), FIRST);
  stage.inside(requestText({ method: "CANCEL", branch: "z9hG4bK-given-up" }));
  stage.outside(answerText(first, 503), FIRST);
  assertEquals(stage.take().filter(({ to }) => to === SECOND), []);
});

Deno.test("an INVITE for which there is no place leaves nothing to write, and gets no 100 either (V7)", () => {
  const stage = new Stage({ limits: { clientTransactions: 0 } });
  stage.inside(requestText(CONTACT));
  assertEquals(stage.lines(), [`SIP/2.0 500 Too busy, try again later > ${ALICE}`]);
  assertEquals(stage.effects.filter((effect) => effect.type === "store.set"), []);
  const { clientTransactions, branches } = stage.tables;
  assertEquals([stage.calls, clientTransactions, branches], [[], 0, 0]);
});

Deno.test("a fork of which one branch has no place goes on with the other, and is on disk", () => {
  const stage = new Stage({ limits: { clientTransactions: 2 } });
  for (const phone of ["192.168.1.20:5060", "192.168.1.21:5060"]) {
    register(stage, "alice", phone);
    stage.pass(40_000);
  }
  stage.inside(requestText({ method: "MESSAGE", call: "takes a place" }));
  stage.take();
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-fork`;
  const uri = "sip:alice@example.com";
  stage.outside(requestText({ via, uri, to: `<${uri}>`, call: "in" }));
  const starts = stage.take().map(({ text }) => text.slice(0, 11));
  assertEquals(starts, ["INVITE sip:", "SIP/2.0 100"]);
  assertEquals(recordsLeft(stage).includes("call"), true);
});
