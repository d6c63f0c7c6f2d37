import { assertEquals } from "@std/assert";
import { requestText } from "./messages.ts";
import { register, Stage } from "./stage.ts";
import { ALICE, STRANGER } from "./world_fixture.ts";

const STUN = "\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl";

Deno.test("keep-alives are swallowed, STUN is answered inside only, neither is garbage (N6)", () => {
  const stage = new Stage();
  for (const text of ["\r\n\r\n", "", "\0\0\0\0"]) stage.inside(text);
  stage.outside(STUN, STRANGER);
  assertEquals(stage.sent, []);
  stage.inside(STUN);
  assertEquals(stage.sent.map(({ to, text }) => [to, text.slice(0, 2)]), [[ALICE, "\x01\x01"]]);
  assertEquals(stage.counters, { keepalive: 5 });
});

const GARBAGE: [what: string, text: string, answered: boolean][] = [
  ["noise", "\x80\xffnoise", false],
  ["half a message", "INVITE sip:bob@example.com SIP/2.0\r\nVia: x", false],
  ["no From", requestText().replace(/From:.*\r\n/, ""), true],
  ["no Via", requestText({ via: "" }), false],
  ["an ACK without From", requestText({ method: "ACK" }).replace(/From:.*\r\n/, ""), false],
  ["a wrong length", requestText().replace("Content-Length: 0", "Content-Length: 9"), true],
  ["too long", requestText({ headers: [`X: ${"x".repeat(33_000)}`] }), false],
  [
    "an answer to nothing",
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" +
    "From: <sip:a@h>;tag=1\r\nTo: <sip:a@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n",
    false,
  ],
];

Deno.test("garbage is counted; a phone is told where that can be done, a stranger never (V6, S3)", () => {
  for (const [what, text, answered] of GARBAGE) {
    const stage = new Stage();
    stage.outside(text, STRANGER);
    assertEquals(stage.lines(), [], what);
    stage.inside(text);
    assertEquals(
      stage.take().map(({ text }) => text.slice(0, 11)),
      answered ? ["SIP/2.0 400"] : [],
      what,
    );
    const refused = Object.entries(stage.counters).filter(([key]) => key.startsWith("refused."));
    assertEquals(refused.map(([, count]) => count), [2], what);
  }
});

Deno.test("a known peer is told of its faults", () => {
  const stage = new Stage();
  register(stage);
  stage.outside(requestText().replace(/From:.*\r\n/, ""));
  assertEquals(stage.lines().map((line) => line.slice(0, 11)), ["SIP/2.0 400"]);
});

Deno.test("no text of any kind makes the core throw or keep anything", () => {
  const stage = new Stage();
  const whole = requestText({ contact: `<sip:alice@${ALICE}>`, method: "MESSAGE" });
  for (let cut = 0; cut < whole.length; cut += 3) {
    stage.inside(whole.slice(0, cut));
    stage.outside(whole.slice(0, cut), STRANGER);
    stage.outside(whole.slice(0, cut) + "\xff" + whole.slice(cut + 1), STRANGER);
  }
  stage.pass(120_000);
  const { serverTransactions, clientTransactions, insideParties } = stage.tables;
  assertEquals([serverTransactions, clientTransactions, insideParties], [0, 0, 0]);
});
