import { assertEquals } from "@std/assert";
import { answerText, audio, requestText } from "./messages.ts";
import { sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER, SETTINGS } from "./world_fixture.ts";

const HOLD = SETTINGS.media.holdMs;
const DAY = 86_400_000;
/** The end of its transactions is the last that happens in a call. */
const TRANSACTIONS = 64_000;
const TO = "<sip:bob@example.com>;tag=bob";
const URI = `sip:bob@${PROVIDER}`;

/** An answered call: offer and answer as given, the ACK as well. */
function call(stage: Stage, bodies: { offer?: string; answer?: string; ack?: string }): void {
  const parts = { contact: `<sip:alice@${ALICE}>` };
  stage.inside(requestText({ ...parts, body: bodies.offer ?? "" }));
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<${URI}>`]] as const;
  stage.outside(answerText(invite, 200, { tag: "bob", headers, body: bodies.answer ?? "" }));
  stage.inside(requestText({ ...parts, method: "ACK", uri: URI, to: TO, body: bodies.ack ?? "" }));
  stage.take();
}

const MESSAGES = audio("192.168.1.20").replace("m=audio 4000 RTP/AVP 0", "m=message 7 TCP/MSRP *");

const SILENT: [what: string, bodies: Parameters<typeof call>[1], limit: number][] = [
  ["an offer in the 200 that the ACK leaves open", { answer: audio("198.51.100.10") }, HOLD],
  ["no description at all", {}, DAY],
  ["no stream of ours", {
    offer: MESSAGES,
    answer: MESSAGES.replaceAll("192.168.1.20", "198.51.100.10"),
  }, DAY],
];

Deno.test("a call of which media tells nothing ends, with a BYE each way: soon if it holds ports (X2)", () => {
  for (const [what, bodies, limit] of SILENT) {
    const stage = new Stage();
    call(stage, bodies);
    stage.pass(limit - 1);
    assertEquals([stage.calls.length, stage.lines()], [1, []], what);
    stage.pass(TRANSACTIONS);
    const byes = new Set(stage.take().map(({ side, text }) => `${text.slice(0, 3)} ${side}`));
    assertEquals([...byes].sort(), ["BYE inside", "BYE outside"], what);
    assertEquals(stage.calls, [], what);
  }
});

Deno.test("a word in its dialog keeps such a call", () => {
  const stage = new Stage();
  call(stage, {});
  stage.pass(DAY - 1);
  stage.inside(requestText({ method: "INFO", uri: URI, to: TO, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("INFO")), 200, { tag: "bob" }));
  stage.pass(DAY - 1);
  assertEquals(stage.calls.length, 1);
  stage.pass(TRANSACTIONS);
  assertEquals(stage.calls, []);
});

Deno.test("a call that has ended leaves no timer", () => {
  const stage = new Stage();
  const before = stage.tables.timers;
  call(stage, {});
  stage.inside(requestText({ method: "BYE", uri: URI, to: TO, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200, { tag: "bob" }));
  stage.pass(60_000);
  assertEquals(stage.tables.timers, before);
});
