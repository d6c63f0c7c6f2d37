import { assertEquals } from "@std/assert";
import { MEDIA_LIMITS } from "../../../src/base/limits.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import { answerText, audio, header, requestText } from "./messages.ts";
import { callOut, register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

const UNREADABLE = audio("198.51.100.10").replace("m=audio 4000", "m=audio none");
const OFFER = { contact: `<sip:alice@${ALICE}>`, body: audio("192.168.1.20") };
const ROUTES = [["Record-Route", "<sip:one;lr>"], ["Record-Route", "<sip:two;lr>"]] as const;
const CONTACT = ["Contact", "<sip:bob@198.51.100.10:5070>"] as const;

/** A call out as the provider got it. */
function ringing(stage: Stage) {
  stage.inside(requestText(OFFER));
  return sentRequest(stage.one("INVITE"));
}

/** What was sent now, in short. */
function lines(stage: Stage): string[] {
  return stage.lines().map((line) => line.replace(" SIP/2.0 ", " "));
}

Deno.test("who has sent a 2xx that can't be passed on gets ACK and BYE by its routes (V7)", () => {
  const stage = new Stage();
  const invite = ringing(stage);
  const headers = [...ROUTES, CONTACT];
  stage.outside(answerText(invite, 200, { tag: "bob", headers, body: UNREADABLE }));
  const sent = stage.take().filter(({ side }) => side === "outside");
  const [ack, bye] = sent.map(sentRequest);
  for (const [request, method, number] of [[ack!, "ACK", "1"], [bye!, "BYE", "101"]] as const) {
    assertEquals([request.method, request.uri], [method, "sip:bob@198.51.100.10:5070"]);
    assertEquals(header(request, "cseq"), `${number} ${method}`);
    assertEquals(headerValues(request, "route"), ["<sip:two;lr>", "<sip:one;lr>"]);
    assertEquals(header(request, "from"), header(invite, "from"));
    assertEquals(header(request, "to"), "<sip:bob@example.com>;tag=bob");
  }
  assertEquals(header(bye!, "reason"), 'SIP;cause=488;text="Session description not understood"');
  assertEquals(stage.calls, []);
});

Deno.test("a full table of transactions has a place for its BYE (V7)", () => {
  const stage = new Stage({ limits: { clientTransactions: 1, endingTransactions: 1 } });
  const invite = ringing(stage);
  const headers = [CONTACT];
  stage.outside(answerText(invite, 200, { tag: "bob", headers, body: UNREADABLE }));
  const sent = stage.take().filter(({ side }) => side === "outside").map(sentRequest);
  assertEquals(sent.map(({ method }) => method), ["ACK", "BYE"]);
});

Deno.test("its copies get an ACK each as whole as the first, and no second BYE", () => {
  const stage = new Stage();
  const invite = ringing(stage);
  const answer = answerText(invite, 200, { tag: "bob", body: UNREADABLE });
  stage.outside(answer);
  const acks = () => stage.take().filter(({ side }) => side === "outside").map(sentRequest);
  const [first] = acks();
  for (const pause of [500, 1_000, 20_000]) {
    stage.pass(pause);
    stage.take();
    stage.outside(answer);
    const again = acks();
    assertEquals(again.map(({ method }) => method), ["ACK"]);
    for (const name of ["from", "to", "call-id", "cseq"]) {
      assertEquals(header(again[0]!, name), header(first!, name), name);
    }
  }
});

Deno.test("another fork's 2xx after one that could not be passed on gets ACK and BYE of its own, forks without end get no more", () => {
  const stage = new Stage();
  const invite = ringing(stage);
  stage.outside(answerText(invite, 200, { tag: "bob", body: UNREADABLE }));
  stage.take();
  const outward = () => stage.take().filter(({ side }) => side === "outside").map(sentRequest);
  const answer = answerText(invite, 200, { tag: "carol", body: audio("198.51.100.11") });
  stage.outside(answer);
  const sent = outward();
  assertEquals(sent.map(({ method }) => method), ["ACK", "BYE"]);
  for (const one of sent) {
    assertEquals(header(one, "from"), header(invite, "from"));
    assertEquals(header(one, "to"), "<sip:bob@example.com>;tag=carol");
  }
  stage.outside(answer);
  assertEquals(outward().map(({ method }) => method), ["ACK"]);
  for (let fork = 0; fork < MEDIA_LIMITS.dialogs + 10; fork++) {
    stage.outside(answerText(invite, 200, { tag: `fork${fork}`, body: audio("198.51.100.11") }));
  }
  const byes = outward().filter(({ method }) => method === "BYE");
  assertEquals(byes.length, MEDIA_LIMITS.dialogs - 2);
});

Deno.test("who rings is cancelled, and hung up when its 2xx crosses that", () => {
  const stage = new Stage();
  const invite = ringing(stage);
  stage.outside(answerText(invite, 183, { tag: "bob", body: UNREADABLE }));
  const methods = () => stage.take().map(({ text }) => text.split(" ").slice(0, 2).join(" "));
  assertEquals(methods(), ["SIP/2.0 488", "CANCEL sip:bob@example.com"]);
  stage.outside(answerText(invite, 200, { tag: "bob", body: audio("198.51.100.10") }));
  assertEquals(methods(), ["ACK sip:bob@example.com", "BYE sip:bob@example.com"]);
  assertEquals(stage.calls, []);
});

Deno.test("a re-INVITE's 2xx that can't be passed on is acknowledged, and the call goes on", () => {
  const stage = new Stage();
  callOut(stage);
  const dialog = { uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob", cseq: 2 };
  stage.inside(requestText({ ...OFFER, ...dialog, branch: "z9hG4bK-again" }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 200, { tag: "bob", body: UNREADABLE }));
  const sent = stage.take().map(({ text }) => text.split(" ").slice(0, 2).join(" "));
  assertEquals(sent.toSorted(), [`ACK sip:bob@${PROVIDER}`, "SIP/2.0 488"]);
  stage.outside(answerText(invite, 200, { tag: "bob", body: UNREADABLE }));
  assertEquals(lines(stage), [`ACK sip:bob@${PROVIDER} > ${PROVIDER}`]);
  assertEquals(stage.calls.length, 1);
});

Deno.test("a server that was given up is hung up once when another was accepted, and its copies get an ACK each", () => {
  const [first, second] = ["198.51.100.1:5060", "198.51.100.2:5060"];
  const stage = new Stage({ resolve: () => servers(first!, second!) });
  const given = ringing(stage);
  stage.pass(4_000);
  const invite = sentRequest(stage.take().find(({ to }) => to === second)!);
  stage.outside(answerText(invite, 200, { tag: "bob", body: audio("198.51.100.10") }), second);
  stage.take();
  for (const methods of [["ACK", "BYE"], ["ACK"]]) {
    stage.outside(answerText(given, 200, { tag: "carol", body: UNREADABLE }), first);
    assertEquals(stage.take().map(({ text }) => text.split(" ")[0]), methods);
  }
  assertEquals(stage.calls.map(({ state }) => state), ["answered"]);
});

Deno.test("a re-INVITE of a dialog that we have lost ends no call, with a Contact or without (X3)", () => {
  const dialog = { uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob", cseq: 2 };
  for (const contact of [OFFER.contact, ""]) {
    const stage = new Stage();
    const routed = { headers: ["Route: <sip:198.51.100.10;lr>"] };
    stage.inside(requestText({ ...OFFER, ...dialog, ...routed, contact }));
    const invite = sentRequest(stage.one("INVITE"));
    stage.outside(answerText(invite, 200, { headers: ROUTES, body: UNREADABLE }));
    const sent = stage.take().filter(({ side }) => side === "outside").map(sentRequest);
    assertEquals(sent.map(({ method }) => method), ["ACK"]);
    assertEquals(headerValues(sent[0]!, "route"), ["<sip:198.51.100.10;lr>"]);
  }
});

Deno.test("a phone inside is hung up the same way", () => {
  const stage = new Stage();
  const masked = register(stage);
  const party = { from: "<sip:carol@example.com>;tag=carol", call: "in", via: "" };
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in`;
  const to = "<sip:alice@example.com>";
  stage.outside(requestText({ ...party, via, to, uri: masked, body: audio("198.51.100.10") }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.inside(answerText(invite, 200, { tag: "alice", body: UNREADABLE }));
  const inside = stage.take().filter(({ side }) => side === "inside");
  assertEquals(inside.map(({ to, text }) => [to, text.split(" ")[0]]), [
    [ALICE, "ACK"],
    [ALICE, "BYE"],
  ]);
});
