import { assertEquals } from "@std/assert";
import { stampVia } from "../../../src/proxy/requests.ts";
import { answerText, header, request, requestText } from "./messages.ts";
import {
  callOut,
  fillTransactions,
  register,
  registerOthers,
  sentAnswer,
  sentRequest,
  Stage,
} from "./stage.ts";
import { ALICE, flow, NETWORK, PROVIDER, STRANGER } from "./world_fixture.ts";

const VIAS: [via: string, stamped: string][] = [
  [
    "SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK1",
    "SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK1",
  ],
  [
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1",
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=192.168.1.20",
  ],
  [
    "SIP/2.0/UDP 192.168.1.20;rport;branch=z9hG4bK1",
    "SIP/2.0/UDP 192.168.1.20;rport=5060;branch=z9hG4bK1;received=192.168.1.20",
  ],
  [
    "SIP/2.0/UDP phone.local;branch=z9hG4bK1;received=1.2.3.4",
    "SIP/2.0/UDP phone.local;branch=z9hG4bK1;received=192.168.1.20",
  ],
];

Deno.test("the top Via says where the packet came from (RFC 3261 §18.2.1, RFC 3581 §4)", () => {
  for (const [via, stamped] of VIAS) {
    const second = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2;rport";
    const result = stampVia(request({ via, headers: [`Via: ${second}`] }), flow("inside", ALICE));
    const vias = result.headers.filter(({ key }) => key === "via").map(({ line }) => line);
    assertEquals(vias, [`Via: ${stamped}\r\n`, `Via: ${second}\r\n`]);
  }
});

Deno.test("a retransmission changes nothing and gets the same answer again", () => {
  const stage = new Stage();
  const text = requestText({ method: "MESSAGE" });
  stage.inside(text);
  const sent = sentRequest(stage.one("MESSAGE"));
  stage.inside(text);
  assertEquals(stage.take(), []);
  stage.outside(answerText(sent, 200));
  const answer = stage.one("SIP/2.0");
  stage.inside(text);
  assertEquals(stage.one("SIP/2.0").text, answer.text);
});

Deno.test("a stranger's request for nobody leaves no trace but a count (S3)", () => {
  const stage = new Stage();
  stage.outside(requestText(), STRANGER);
  assertEquals([stage.take(), stage.tables.serverTransactions], [[], 0]);
  assertEquals(stage.counters["refused.stranger.no phone addressed"], 1);
});

Deno.test("a stranger who knows a token is not told what is wrong with a request, the provider is (S3, V6)", () => {
  const bare = (uri: string) =>
    `INVITE ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1;rport\r\n` +
    "From: <sip:b@c>;tag=1\r\nTo: <sip:a@c>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n";
  const stage = new Stage();
  const masked = register(stage);
  stage.outside(bare(masked), STRANGER);
  assertEquals([stage.take(), stage.tables.serverTransactions], [[], 1]);
  assertEquals(stage.counters["refused.stranger.Missing Contact"], 1);
  stage.outside(bare(masked));
  const answer = stage.one("SIP/2.0 400");
  assertEquals(
    answer.text.length > bare(masked).length,
    true,
    "else there is nothing to keep back",
  );
});

Deno.test("a stranger hears nothing when the table of transactions is full (S3, V7)", () => {
  for (const [from, answers] of [[STRANGER, 0], [PROVIDER, 1]] as const) {
    const stage = new Stage({ limits: { serverTransactions: 1 } });
    // Its REGISTER is the one that fits.
    const masked = register(stage);
    stage.outside(
      requestText({ uri: masked, via: "SIP/2.0/UDP a;rport" }),
      from,
    );
    assertEquals(stage.take().length, answers, from);
    assertEquals(stage.counters["full.transactions"], 1);
  }
});

/** A stage whose tables of transactions are full, with places left for what ends a call. */
function fullStage(begin: (stage: Stage) => void): Stage {
  const limits = { serverTransactions: 4, clientTransactions: 4, endingTransactions: 2 };
  const stage = new Stage({ limits });
  const phones = registerOthers(stage, 4);
  register(stage);
  stage.pass(40_000);
  stage.take();
  begin(stage);
  fillTransactions(stage, phones, 4);
  return stage;
}

/** Status lines of what a phone gets. */
function answersInside(stage: Stage): string[] {
  return stage.take().filter(({ side }) => side === "inside").map(({ text }) => text.slice(8, 11));
}

Deno.test("the places for what ends calls are not for BYE and CANCEL of what we do not know (V7)", () => {
  const stage = fullStage((stage) => void callOut(stage));
  for (let count = 0; count < 4; count++) {
    const to = "<sip:bob@example.com>;tag=nobody";
    stage.inside(requestText({ method: "BYE", call: `unknown-${count}`, to }));
    stage.inside(requestText({ method: "CANCEL", call: `unknown-${count}` }));
    assertEquals(answersInside(stage), ["500", "500"]);
    const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-unknown-${count}`;
    stage.outside(requestText({ method: "BYE", via, call: `unknown-${count}`, to }));
    assertEquals(stage.lines(), [`SIP/2.0 480 Too busy, try again later > ${PROVIDER}`]);
  }
  const to = "<sip:bob@example.com>;tag=bob";
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
  const bye = sentRequest(stage.one("BYE"));
  stage.outside(answerText(bye, 200));
  assertEquals(answersInside(stage), ["200"]);
  // It has ended: what comes now ends nothing any more.
  stage.inside(requestText({ method: "BYE", uri: `sip:bob@${PROVIDER}`, to, cseq: 3 }));
  assertEquals(answersInside(stage), ["500"]);
});

Deno.test("a ringing call is cancelled however full the tables are, by its caller and toward the called (V7)", () => {
  const stage = fullStage((stage) => {
    stage.inside(requestText());
    const invite = sentRequest(stage.one("INVITE"));
    stage.outside(answerText(invite, 180));
  });
  stage.inside(requestText({ method: "CANCEL", branch: "z9hG4bK-call-1-INVITE-1" }));
  assertEquals(stage.lines(), [
    `SIP/2.0 200 OK > ${ALICE}`,
    `CANCEL sip:bob@example.com SIP/2.0 > ${PROVIDER}`,
  ]);
});

Deno.test("when too many requests of one phone wait for names, its next one gets 500 (V7)", () => {
  const stage = new Stage({ resolve: () => undefined });
  // So many are a sixteenth of what is free of the first seven eighths beside them.
  const share = 103;
  for (let call = 0; call < share; call++) {
    stage.inside(requestText({ method: "MESSAGE", call: `${call}` }));
  }
  assertEquals(stage.take(), []);
  stage.inside(requestText({ method: "MESSAGE", call: "more" }));
  assertEquals(stage.lines(), [`SIP/2.0 500 Too many requests from this phone > ${ALICE}`]);
  assertEquals(stage.counters["share.parked"], 1);
});

Deno.test("a call to a neighbour goes to the provider and back, one Via at a time (DESIGN §3)", () => {
  const stage = new Stage();
  register(stage, "alice", ALICE);
  const bob = register(stage, "bob", "192.168.1.21:5060");
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const out = sentRequest(stage.one("INVITE"));
  const back = requestText({
    uri: bob,
    from: header(out, "from"),
    via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bKback`,
    headers: [`Via: ${header(out, "via")}`],
    contact: header(out, "contact"),
  });
  stage.outside(back);
  const inward = stage.one("INVITE");
  assertEquals(inward.to, "192.168.1.21:5060");
  const vias = sentRequest(inward).headers.filter(({ key }) => key === "via");
  assertEquals(vias.length, 1);
});

Deno.test("a request that comes back to the Request-URI it had is a loop (V5)", () => {
  const stage = new Stage();
  const bob = register(stage, "bob", "192.168.1.21:5060");
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK1`;
  stage.outside(requestText({ uri: bob, via }));
  const inward = sentRequest(stage.one("INVITE"));
  const again = `Via: ${header(inward, "via")}`;
  stage.outside(requestText({ uri: bob, via: via + "x", headers: [again] }));
  assertEquals(sentAnswer(stage.one("SIP/2.0 4")).status, 482);
});

Deno.test("a REGISTER waits without an answer while there is no outside, its repetition is taken anew", () => {
  const stage = new Stage({ network: { ...NETWORK, advertised: undefined } });
  const text = requestText({ method: "REGISTER", uri: "sip:198.51.100.10" });
  stage.inside(text);
  assertEquals([stage.take(), stage.counters["waiting.outside"]], [[], 1]);
  stage.event({ type: "network.changed", network: NETWORK });
  stage.inside(text);
  stage.one("REGISTER");
});
