import { assertEquals } from "@std/assert";
import { answerText, header, requestText } from "./messages.ts";
import { callIn, callOut, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, PROVIDER } from "./world_fixture.ts";

const SUBSCRIBE = {
  method: "SUBSCRIBE",
  contact: `<sip:alice@${ALICE}>`,
  headers: ["Event: dialog"],
};

/** A subscription of alice's, granted for so many seconds; the masked Contact it went out with. */
function subscribe(stage: Stage, expires: number): string {
  stage.inside(requestText(SUBSCRIBE));
  const sent = sentRequest(stage.one("SUBSCRIBE"));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`], ["Expires", String(expires)]] as const;
  stage.outside(answerText(sent, 200, { tag: "bob", headers }));
  stage.take();
  return header(sent, "contact").slice(1, -1);
}

function notify(stage: Stage, uri: string, state: string, cseq = 1): string[] {
  stage.outside(requestText({
    method: "NOTIFY",
    uri,
    from: "<sip:bob@example.com>;tag=bob",
    to: "<sip:alice@example.com>;tag=alice",
    cseq,
    headers: ["Event: dialog", `Subscription-State: ${state}`],
  }));
  const sent = stage.take();
  const inward = sent.find(({ side }) => side === "inside");
  if (inward !== undefined) stage.inside(answerText(sentRequest(inward), 200));
  stage.take();
  return sent.map(({ text }) => text.slice(0, text.indexOf(" ", 8)));
}

Deno.test("a subscription's NOTIFYs reach the phone as long as it was granted (RFC 6665)", () => {
  const stage = new Stage();
  const uri = subscribe(stage, 600);
  assertEquals(stage.tables.dialogs, 1);
  stage.pass(600_000);
  assertEquals(notify(stage, uri, "active;expires=300").length, 1);
  stage.pass(331_000);
  assertEquals(stage.tables.dialogs, 1);
  stage.pass(2_000);
  assertEquals(notify(stage, uri, "active;expires=300", 2), ["SIP/2.0 481"]);
  stage.pass(60_000);
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [0, 0]);
});

Deno.test("a subscription is believed to last a day at most", () => {
  const stage = new Stage();
  const uri = subscribe(stage, 2_147_483_648);
  stage.pass(86_300_000);
  assertEquals(notify(stage, uri, "active").length, 1);
  stage.pass(140_000);
  assertEquals(stage.tables.dialogs, 1);
  assertEquals(notify(stage, uri, "active", 2), ["SIP/2.0 481"]);
  stage.pass(33_000);
  assertEquals(stage.tables.dialogs, 0);
});

Deno.test("a NOTIFY that says nothing of time takes none away", () => {
  const stage = new Stage();
  const uri = subscribe(stage, 86_400);
  notify(stage, uri, "active");
  stage.pass(80_000_000);
  assertEquals(notify(stage, uri, "active", 2).length, 1);
});

Deno.test("a NOTIFY with state terminated ends the subscription", () => {
  const stage = new Stage();
  const uri = subscribe(stage, 600);
  notify(stage, uri, "terminated;reason=noresource");
  stage.pass(33_000);
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [0, 0]);
});

Deno.test("message-waiting NOTIFYs that nobody subscribed to leave nothing behind", () => {
  const stage = new Stage();
  const uri = register(stage);
  for (let call = 0; call < 5; call++) {
    stage.outside(
      requestText({
        method: "NOTIFY",
        uri,
        call: `mwi-${call}`,
        headers: ["Event: message-summary"],
      }),
    );
    const sent = stage.take().find(({ side }) => side === "inside")!;
    const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
    stage.inside(answerText(sentRequest(sent), 200, { headers }));
  }
  assertEquals(stage.tables.dialogs, 0);
});

Deno.test("each early dialog ends with its INVITE, the answered one with a BYE that succeeds (X3)", () => {
  const stage = new Stage();
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const invite = sentRequest(stage.one("INVITE"));
  for (const tag of ["one", "two"]) stage.outside(answerText(invite, 180, { tag }));
  assertEquals(stage.tables.dialogs, 2);
  stage.outside(answerText(invite, 200, { tag: "two" }));
  stage.pass(120_000);
  assertEquals([stage.tables.dialogs, stage.calls[0]?.dialogs], [1, 1]);
});

const BYES: [status: number, ends: boolean][] = [
  [200, true],
  [481, true],
  [401, false],
  [408, false],
  [500, false],
];

Deno.test("a BYE ends the call when it succeeds, and no other request does (X3)", () => {
  for (const [status, ends] of BYES) {
    for (const method of ["BYE", "INFO"]) {
      const stage = new Stage();
      callOut(stage);
      const to = "<sip:bob@example.com>;tag=bob";
      stage.inside(requestText({ method, uri: `sip:bob@${PROVIDER}`, to, cseq: 2 }));
      stage.outside(answerText(sentRequest(stage.one(method)), status));
      const expected = ends && method === "BYE" ? 0 : 1;
      assertEquals(stage.calls.length, expected, `${method} ${status}`);
    }
  }
});

Deno.test("a new Contact in a dialog is where its side is reached from then on", () => {
  const stage = new Stage();
  callOut(stage);
  const out = { uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob" };
  stage.inside(requestText({ ...out, method: "UPDATE", cseq: 2, contact: `<sip:new@${ALICE}>` }));
  const update = sentRequest(stage.one("UPDATE"));
  const masked = header(update, "contact").slice(1, -1);
  stage.outside(answerText(update, 200, { headers: [["Contact", "<sip:b2@198.51.100.20:5070>"]] }));
  stage.take();
  const back = { from: "<sip:bob@example.com>;tag=bob", to: "<sip:alice@example.com>;tag=alice" };
  stage.outside(requestText({ ...back, method: "INFO", uri: masked }));
  const info = stage.one("INFO");
  assertEquals([info.to, sentRequest(info).uri], [ALICE, `sip:new@${ALICE}`]);
});

Deno.test("the phone that answers is reached where it is, with the routes inside it named", () => {
  const stage = new Stage();
  const masked = register(stage, "alice", BOB);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bKin`;
  const carol = { from: "<sip:carol@example.com>;tag=carol", call: "in" };
  stage.outside(requestText({ ...carol, uri: masked, via, contact: `<sip:carol@${PROVIDER}>` }));
  const invite = sentRequest(stage.one("INVITE"));
  const route = "<sip:192.168.1.9;lr>";
  const headers = [
    ["Record-Route", route],
    ["Record-Route", header(invite, "record-route")],
    ["Contact", `<sip:desk@${BOB}>`],
  ] as const;
  stage.inside(answerText(invite, 200, { tag: "a", headers }), BOB);
  stage.take();
  stage.outside(
    requestText({
      ...carol,
      method: "BYE",
      uri: masked,
      to: "<sip:bob@example.com>;tag=a",
      cseq: 2,
    }),
  );
  const bye = stage.one("BYE");
  assertEquals([bye.to, sentRequest(bye).uri], [BOB, `sip:desk@${BOB}`]);
  assertEquals(header(sentRequest(bye), "route"), route);
});

Deno.test("an answered call in is one dialog and one inside party until it ends", () => {
  const stage = new Stage();
  callIn(stage, register(stage));
  stage.pass(40_000);
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [1, 1]);
  stage.inside(requestText({
    method: "BYE",
    uri: `sip:carol@${PROVIDER}`,
    from: "<sip:alice@example.com>;tag=alice",
    to: "<sip:carol@example.com>;tag=carol",
    call: "call-in",
  }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.pass(60_000);
  const { dialogs, insideParties, serverTransactions, clientTransactions } = stage.tables;
  assertEquals([dialogs, insideParties, serverTransactions, clientTransactions], [0, 0, 0, 0]);
});
