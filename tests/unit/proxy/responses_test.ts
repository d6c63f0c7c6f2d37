import { assertEquals } from "@std/assert";
import { answerText, header, requestText } from "./messages.ts";
import { sentAnswer, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, PROVIDER, STRANGER } from "./world_fixture.ts";

const INVITE = { contact: `<sip:alice@${ALICE}>` };

Deno.test("an answer goes to the request whose branch it carries; others are counted and dropped", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180).replace("branch=z9hG4bK", "branch=z9hG4bKx"), STRANGER);
  stage.inside(answerText(invite, 180).replace("1 INVITE", "1 BYE"));
  assertEquals(stage.take(), []);
  assertEquals(stage.counters["refused.response.unmatched"], 2);
});

const PASSED: [status: number, passed: boolean][] = [[100, false], [180, true], [183, true], [
  199,
  true,
]];

Deno.test("a 100 is ours alone, other provisional answers go on (RFC 3261 §16.7)", () => {
  for (const [status, passed] of PASSED) {
    const stage = new Stage();
    stage.inside(requestText(INVITE));
    stage.outside(answerText(sentRequest(stage.one("INVITE")), status));
    assertEquals(stage.take().length, passed ? 1 : 0, String(status));
  }
});

Deno.test("a copy of a 2xx goes on again, one of a failure is only acknowledged", () => {
  const stage = new Stage();
  stage.inside(requestText(INVITE));
  const invite = sentRequest(stage.one("INVITE"));
  for (let copy = 0; copy < 2; copy++) {
    stage.outside(answerText(invite, 200, { tag: "b" }));
    assertEquals(stage.take().map(({ text, to }) => [text.slice(0, 11), to]), [[
      "SIP/2.0 200",
      ALICE,
    ]]);
  }
  stage.inside(requestText({ ...INVITE, call: "2" }));
  const other = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(other, 486));
  assertEquals(stage.take().length, 2);
  stage.outside(answerText(other, 486));
  assertEquals(stage.lines(), [`ACK sip:bob@example.com SIP/2.0 > ${PROVIDER}`]);
});

Deno.test("the answer has the request's Vias and parties again", () => {
  const stage = new Stage();
  const via = `SIP/2.0/UDP ${ALICE};branch=z9hG4bK1`;
  const from = '"A" <sip:alice@192.168.1.1>;tag=alice';
  stage.inside(
    requestText({ ...INVITE, via, from, headers: ["Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK0"] }),
  );
  const invite = sentRequest(stage.one("INVITE"));
  assertEquals(header(invite, "from"), '"A" <sip:alice@203.0.113.5>;tag=alice');
  stage.outside(answerText(invite, 200, { tag: "bob" }));
  const answer = sentAnswer(stage.one("SIP/2.0"));
  const vias = answer.headers.filter(({ key }) => key === "via").map(({ line }) => line);
  assertEquals(vias, [`Via: ${via}\r\n`, "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK0\r\n"]);
  assertEquals([header(answer, "from"), header(answer, "to")], [
    from,
    "<sip:bob@example.com>;tag=bob",
  ]);
});

Deno.test("a challenged request comes again at the server that challenged it (N3)", () => {
  const [first, second] = ["198.51.100.1:5060", "198.51.100.2:5060"];
  for (const status of [401, 407]) {
    let order = [first, second];
    const stage = new Stage({ resolve: () => servers(...order) });
    stage.inside(requestText(INVITE));
    stage.outside(answerText(sentRequest(stage.one("INVITE")), status), first);
    stage.take();
    order = [second, first];
    stage.inside(requestText({ ...INVITE, cseq: 2 }));
    assertEquals(stage.one("INVITE").to, first, String(status));
    stage.inside(requestText({ ...INVITE, call: "another" }));
    assertEquals(stage.one("INVITE").to, second, String(status));
  }
});
