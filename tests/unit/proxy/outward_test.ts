import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { answerText, header, requestText } from "./messages.ts";
import { callOut, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

Deno.test("a request in a dialog without Route gets the dialog's, in the caller's order (D3)", () => {
  const stage = new Stage();
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const invite = sentRequest(stage.one("INVITE"));
  const recorded = ["<sip:198.51.100.2;lr>", "<sip:198.51.100.1;lr>"];
  const headers = [
    ...recorded.map((value) => ["Record-Route", value] as const),
    ["Contact", `<sip:bob@${PROVIDER}>`] as const,
  ];
  stage.outside(answerText(invite, 200, { tag: "bob", headers }));
  stage.take();
  const bye = { method: "BYE", uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob" };
  for (const routes of [[], ["Route: <sip:192.168.1.1;lr>"]]) {
    stage.inside(requestText({ ...bye, cseq: 2 + routes.length, headers: routes }));
    const sent = stage.one("BYE");
    assertEquals(sent.to, "198.51.100.1:5060");
    assertEquals(headerValues(sentRequest(sent), "route"), recorded.toReversed());
  }
});

Deno.test("a dialog's end inside lets its party go once, crossing BYEs or not (X2)", () => {
  const stage = new Stage();
  callOut(stage);
  const bye = { method: "BYE", uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob" };
  stage.inside(requestText({ ...bye, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.take();
  stage.inside(requestText({ ...bye, cseq: 3 }));
  assertEquals(stage.lines(), [`SIP/2.0 200 OK > ${ALICE}`]);
  stage.pass(31_999);
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [1, 1]);
  stage.pass(60_000);
  assertEquals([stage.tables.dialogs, stage.tables.insideParties], [0, 0]);
});

Deno.test("a call that no name is found for is refused, and gone", () => {
  const stage = new Stage({ resolve: () => ({ ok: false, reason: "No such name" }) });
  stage.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const texts = stage.take().map(({ text }) => text.slice(0, 11));
  assertEquals(texts, ["SIP/2.0 500"]);
  assertEquals([stage.calls.length, stage.notes("dns").length], [0, 1]);
});

Deno.test("the same phone's token is the same in all of a dialog, and another in another", () => {
  const stage = new Stage();
  const contact = `<sip:alice@${ALICE}>`;
  const invite = callOut(stage, { contact });
  const again = { uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob", cseq: 2 };
  stage.inside(requestText({ ...again, contact }));
  const second = sentRequest(stage.one("INVITE"));
  assertEquals(header(second, "contact"), header(invite, "contact"));
  stage.inside(requestText({ call: "other", contact }));
  const other = sentRequest(stage.one("INVITE"));
  assertEquals(header(other, "contact") === header(invite, "contact"), false);
});
