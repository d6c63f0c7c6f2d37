import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { answerText, audio, header, requestText } from "./messages.ts";
import { register, sentAnswer, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, NETWORK, PROVIDER } from "./world_fixture.ts";

const FORK = {
  uri: "sip:alice@example.com",
  via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-fork`,
  from: "<sip:carol@example.com>;tag=carol",
  to: "<sip:alice@example.com>",
};

/** Another phone of alice's. */
const THIRD = "192.168.1.22:5060";

/** An INVITE that rings two phones of alice's, or more, as each of them got it. */
function fork(method = "INVITE", more: readonly string[] = []) {
  const stage = new Stage();
  for (const phone of [ALICE, BOB, ...more]) register(stage, "alice", phone);
  stage.outside(requestText({ ...FORK, method }));
  const inward = stage.take().filter(({ side }) => side === "inside").map(sentRequest);
  const [first, second, third] = inward;
  return { stage, first: first!, second: second!, third };
}

const CHALLENGE = [["WWW-Authenticate", 'Digest realm="a", nonce="1"']] as const;

const BEST: [first: number, second: number, answer: number][] = [
  [486, 404, 486],
  [404, 302, 302],
  [503, 486, 486],
  [486, 603, 603],
  [480, 401, 401],
  [408, 480, 480],
  [500, 503, 500],
  [404, 415, 415],
];

Deno.test("the best answer of a fork goes back once all have answered (RFC 3261 §16.7)", () => {
  for (const [first, second, best] of BEST) {
    const { stage, ...phones } = fork();
    stage.inside(answerText(phones.first, first));
    const early = stage.take().filter(({ side }) => side === "outside");
    assertEquals(early, [], `${first} went out alone`);
    stage.inside(answerText(phones.second, second), BOB);
    const answer = sentAnswer(stage.one("SIP/2.0"));
    assertEquals(answer.status, best, `${first} and ${second}`);
  }
});

Deno.test("a challenge carries those of all phones", () => {
  const { stage, first, second } = fork();
  stage.inside(answerText(first, 401, { headers: CHALLENGE }));
  const other = [["WWW-Authenticate", 'Digest realm="b", nonce="2"']] as const;
  stage.inside(answerText(second, 401, { headers: other }), BOB);
  const answer = sentAnswer(stage.one("SIP/2.0 401"));
  assertEquals(headerValues(answer, "www-authenticate"), [CHALLENGE[0][1], other[0][1]]);
});

Deno.test("a 2xx goes on at once and ends the other phone's ringing", () => {
  const { stage, first, second } = fork();
  for (const [request, from] of [[first, ALICE], [second, BOB]] as const) {
    stage.inside(answerText(request, 180, { tag: from.slice(-6, -5) }), from);
  }
  stage.take();
  stage.inside(answerText(second, 200, { tag: "two" }), BOB);
  const sent = stage.take();
  assertEquals(sent.map(({ text, to }) => `${text.split(" ")[0]} ${to}`), [
    `SIP/2.0 ${PROVIDER}`,
    `CANCEL ${ALICE}`,
  ]);
  stage.inside(answerText(first, 487));
  assertEquals(stage.lines(), [`ACK ${first.uri} SIP/2.0 > ${ALICE}`]);
});

Deno.test("of all phones' 2xx to a request other than INVITE one goes on, whatever stands in the others", () => {
  const unreadable = audio("192.168.1.21").replace("m=audio 4000", "m=audio none");
  for (const [method, dialogs] of [["OPTIONS", 0], ["MESSAGE", 0], ["SUBSCRIBE", 3]] as const) {
    for (const network of [NETWORK, { ...NETWORK, advertised: undefined }]) {
      const { stage, first, second, third } = fork(method, [THIRD]);
      stage.inside(answerText(first, 200, { tag: "one" }));
      assertEquals(stage.lines(), [`SIP/2.0 200 OK > ${PROVIDER}`]);
      stage.event({ type: "network.changed", network });
      stage.inside(answerText(second, 200, { tag: "two", body: unreadable }), BOB);
      stage.inside(answerText(third!, 200, { tag: "three" }), THIRD);
      assertEquals(stage.lines(), [], method);
      // Each phone will send NOTIFYs of its own (RFC 6665 §4.1.2.4).
      assertEquals(stage.tables.dialogs, dialogs, method);
    }
  }
});

Deno.test("a 6xx ends the other phone's ringing and waits for its end", () => {
  const { stage, first, second } = fork();
  stage.inside(answerText(first, 180));
  stage.take();
  stage.inside(answerText(second, 603), BOB);
  assertEquals(stage.lines().filter((line) => line.startsWith("CANCEL")).length, 1);
  stage.inside(answerText(first, 487));
  assertEquals(sentAnswer(stage.one("SIP/2.0")).status, 603);
});

Deno.test("an INVITE that nobody answers gets 408, another request nothing (V3, RFC 4320)", () => {
  for (const [method, answers] of [["INVITE", 1], ["MESSAGE", 0]] as const) {
    const { stage } = fork(method);
    stage.pass(40_000);
    const finals = stage.take().filter(({ text }) => /^SIP\/2\.0 [2-6]/.test(text));
    assertEquals(new Set(finals.map(({ text }) => text)).size, answers, method);
  }
});

Deno.test("phones that fall silent after ringing leave no transaction behind", () => {
  const { stage, first, second } = fork();
  stage.inside(answerText(first, 180));
  stage.inside(answerText(second, 180), BOB);
  stage.pass(600_000);
  stage.pass(120_000);
  const { clientTransactions, serverTransactions, branches } = stage.tables;
  assertEquals([clientTransactions, serverTransactions, branches], [0, 0, 0]);
  assertEquals(stage.calls, []);
});

Deno.test("two accounts of one phone that share its address ring apart", () => {
  const stage = new Stage();
  register(stage, "alice", ALICE);
  const other = { method: "REGISTER", uri: "sip:example.com", call: "other" };
  const to = "<sip:alice@example.com>";
  stage.inside(requestText({ ...other, from: `${to};tag=2`, to, contact: `<sip:desk@${ALICE}>` }));
  const sent = sentRequest(stage.one("REGISTER"));
  stage.outside(answerText(sent, 200, { headers: [["Contact", header(sent, "contact")]] }));
  stage.take();
  stage.outside(requestText(FORK));
  const rung = stage.take().filter(({ side }) => side === "inside").map(sentRequest);
  assertEquals(rung.length, 2);
  assertEquals(new Set(rung.map((request) => header(request, "via"))).size, 2);
});
