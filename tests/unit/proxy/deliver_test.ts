import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { type AnswerParts, answerText, audio, header, requestText } from "./messages.ts";
import { register, sentAnswer, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, BOB, NETWORK, PROVIDER } from "./world_fixture.ts";

function askedOut(parts: AnswerParts, status = 200, stage = new Stage()) {
  const headers = ["Record-Route: <sip:192.168.1.9;lr>"];
  stage.inside(
    requestText({ contact: `<sip:alice@${ALICE}>`, headers, body: audio("192.168.1.20") }),
  );
  stage.outside(answerText(sentRequest(stage.one("INVITE")), status, { tag: "bob", ...parts }));
  return sentAnswer(stage.take().find(({ side }) => side === "inside")!);
}

Deno.test("our entry lies at the phone's end of the answer's list (D2)", () => {
  const list = ["<sip:198.51.100.2;lr>", "<sip:198.51.100.1;lr>"];
  const headers = list.map((value) => ["Record-Route", value] as const);
  for (const status of [180, 200]) {
    assertEquals(headerValues(askedOut({ headers }, status), "record-route"), [
      ...list,
      "<sip:192.168.1.1:5060;lr>",
      "<sip:192.168.1.9;lr>",
    ]);
  }
});

Deno.test("the far end's Contact is left alone, its description shows our ports (DESIGN §3, P1)", () => {
  const answer = askedOut({
    headers: [["Contact", "<sip:bob@10.0.0.9>"]],
    body: audio("198.51.100.10"),
  });
  assertEquals(header(answer, "contact"), "<sip:bob@10.0.0.9>");
  assertEquals(answer.body.includes("c=IN IP4 192.168.1.1\r\n"), true);
});

Deno.test("a description that nobody understands ends the call with 488", () => {
  const answer = askedOut({ body: "m=audio\r\n" });
  assertEquals(answer.status, 488);
});

Deno.test("a 503 reaches a phone as 500, unless all servers of the domain said it (V7)", () => {
  const headers = [["Retry-After", "60"]] as const;
  const one = askedOut({ headers }, 503);
  assertEquals([one.status, header(one, "retry-after")], [500, ""]);
  const stage = new Stage({ resolve: () => servers(PROVIDER, "198.51.100.11:5060") });
  stage.inside(requestText({ method: "MESSAGE" }));
  stage.outside(answerText(sentRequest(stage.one("MESSAGE")), 503));
  stage.outside(answerText(sentRequest(stage.one("MESSAGE")), 503, { headers }));
  assertEquals(sentAnswer(stage.one("SIP/2.0")).status, 503);
});

Deno.test("a challenge loses auth-int, since bodies change (H3)", () => {
  const challenges: [string, string][] = [
    ['Digest qop="auth,auth-int"', 'Digest qop="auth"'],
    [
      'Digest realm="a", qop="auth-int, auth", nonce="b"',
      'Digest realm="a", qop="auth", nonce="b"',
    ],
    ['Digest qop="auth"', 'Digest qop="auth"'],
  ];
  for (const [said, told] of challenges) {
    const headers = [["Proxy-Authenticate", said]] as const;
    assertEquals(header(askedOut({ headers }, 407), "proxy-authenticate"), told);
  }
});

function askedIn(status: number, parts: AnswerParts) {
  const stage = new Stage();
  const uri = register(stage);
  const bob = register(stage, "bob", BOB);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK1`;
  stage.outside(requestText({ uri, via, headers: ["Record-Route: <sip:198.51.100.10;lr>"] }));
  const invite = sentRequest(stage.one("INVITE"));
  const record = ["Record-Route", header(invite, "record-route")] as const;
  stage.inside(answerText(invite, status, { ...parts, headers: [record, ...parts.headers ?? []] }));
  const sent = stage.take().find(({ side }) => side === "outside")!;
  return { sent, answer: sentAnswer(sent), bob };
}

Deno.test("what a phone answers leaves with the list that came, a masked Contact, and no inside address (D1, I)", () => {
  const { sent, answer } = askedIn(200, {
    headers: [["Contact", `<sip:alice@${ALICE}>`], ["Warning", '399 192.168.1.20 "x"']],
  });
  assertEquals(headerValues(answer, "record-route"), ["<sip:198.51.100.10;lr>"]);
  assertEquals(
    /^<sip:alice@203\.0\.113\.5:5060;line=[a-z2-7]{20}>$/.test(header(answer, "contact")),
    true,
  );
  assertEquals(sent.text.includes("192.168.1."), false, sent.text);
});

Deno.test("a redirection names our phones as the outside knows them, and leaves others (C4)", () => {
  const { answer, bob } = askedIn(302, {
    headers: [["Contact", `<sip:bob@${BOB}>`], ["Contact", "<sip:x@example.net>"]],
  });
  assertEquals(headerValues(answer, "contact"), [`<${bob}>`, "<sip:x@example.net>"]);
});

Deno.test("without an outside address an answer goes on bare, and an acceptance waits (I)", () => {
  const headers = [["Contact", `<sip:alice@${ALICE}>`], [
    "Warning",
    '399 192.168.1.20 "x"',
  ]] as const;
  for (const [status, waits] of [[180, false], [200, true], [302, false], [486, false]] as const) {
    const stage = new Stage();
    const uri = register(stage);
    const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK1`;
    stage.outside(requestText({ uri, via }));
    const invite = sentRequest(stage.one("INVITE"));
    const network = { ...NETWORK, advertised: undefined };
    stage.event({ type: "network.changed", network });
    stage.inside(answerText(invite, status, { headers, tag: "phone" }));
    const sent = stage.take().filter(({ side }) => side === "outside");
    assertEquals(sent.length, waits ? 0 : 1, String(status));
    if (waits) continue;
    assertEquals(sentAnswer(sent[0]!).status, status);
    assertEquals(header(sentAnswer(sent[0]!), "to").endsWith(";tag=phone"), true);
    assertEquals(/192\.168|contact|warning/i.test(sent[0]!.text), false, sent[0]!.text);
  }
});

Deno.test("a name that an answer puts beside the URI of its request, and does not quote, goes on in quotes", () => {
  for (const side of ["inside", "outside"] as const) {
    const stage = new Stage();
    const uri = register(stage);
    const [from, to] = ["<sip:carol@example.com>;tag=c", "<sip:alice@example.com>"];
    const text = requestText({ method: "MESSAGE", uri, from, to });
    side === "inside"
      ? stage.inside(requestText({ method: "MESSAGE", from, to }))
      : stage.outside(text);
    const answer = answerText(sentRequest(stage.one("MESSAGE")), 200)
      .replace("From: ", "From: C/D ").replace("To: ", "To: Bell, A. ");
    side === "inside" ? stage.outside(answer) : stage.inside(answer);
    const given = sentAnswer(stage.one("SIP/2.0"));
    assertEquals(header(given, "from"), `"C/D" ${from}`, side);
    assertEquals(header(given, "to"), `"Bell, A." ${to};tag=answer`, side);
  }
});
