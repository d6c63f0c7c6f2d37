import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { header, requestText } from "./messages.ts";
import { callIn, callOut, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER, SETTINGS } from "./world_fixture.ts";

const REASON = 'SIP;cause=408;text="No media"';

Deno.test("a call without media gets a BYE on each side, as its peer would send it (X2)", () => {
  const stage = new Stage();
  callOut(stage, { headers: ["Record-Route: <sip:192.168.1.9;lr>"] });
  stage.pass(SETTINGS.media.idleMs - 1);
  assertEquals(stage.take(), []);
  stage.pass(1);
  const [inside, outside] = stage.take();
  const toPhone = sentRequest(inside!);
  assertEquals([inside!.to, toPhone.method, toPhone.uri], [ALICE, "BYE", `sip:alice@${ALICE}`]);
  assertEquals(header(toPhone, "from"), "<sip:bob@example.com>;tag=bob");
  assertEquals(header(toPhone, "to"), "<sip:alice@example.com>;tag=alice");
  assertEquals(header(toPhone, "cseq"), "100 BYE");
  assertEquals(headerValues(toPhone, "route"), ["<sip:192.168.1.9;lr>"]);
  const toProvider = sentRequest(outside!);
  assertEquals([outside!.to, toProvider.uri], [PROVIDER, `sip:bob@${PROVIDER}`]);
  assertEquals(header(toProvider, "from"), "<sip:alice@example.com>;tag=alice");
  assertEquals(header(toProvider, "cseq"), "101 BYE");
  for (const request of [toPhone, toProvider]) {
    assertEquals([header(request, "reason"), header(request, "call-id")], [REASON, "call-1"]);
  }
  assertEquals(stage.calls, []);
});

Deno.test("an incoming call ends the same way", () => {
  const stage = new Stage();
  callIn(stage, register(stage));
  stage.pass(SETTINGS.media.idleMs);
  const byes = stage.take().map(({ text, to }) => `${text.split(" ")[0]} ${to}`);
  assertEquals(byes, [`BYE ${ALICE}`, `BYE ${PROVIDER}`]);
});

Deno.test("a full table of transactions has places for its BYEs (V7)", () => {
  const stage = new Stage({ limits: { clientTransactions: 1, endingTransactions: 6 } });
  callOut(stage);
  stage.pass(SETTINGS.media.idleMs - 1);
  stage.inside(requestText({ method: "MESSAGE", call: "call-2" }));
  stage.take();
  stage.pass(1);
  const byes = stage.take().map(({ text, to }) => `${text.split(" ")[0]} ${to}`);
  assertEquals(byes, [`BYE ${ALICE}`, `BYE ${PROVIDER}`]);
});

Deno.test("unanswered BYEs are given up, and the call is said to have ended once", () => {
  const stage = new Stage();
  callOut(stage);
  stage.pass(SETTINGS.media.idleMs + 120_000);
  const { clientTransactions, dialogs, insideParties } = stage.tables;
  assertEquals([clientTransactions, dialogs, insideParties], [0, 0, 0]);
  assertEquals(stage.notes("call.ended").length, 1);
});

Deno.test("for a while a crossing BYE gets 200 and other requests 481 (X2)", () => {
  const stage = new Stage();
  callOut(stage);
  stage.pass(SETTINGS.media.idleMs);
  stage.take();
  const crossing = { uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob", cseq: 2 };
  for (const [method, status] of [["BYE", "200"], ["INFO", "481"]] as const) {
    stage.inside(requestText({ ...crossing, method }));
    const answers = stage.lines().filter((line) => line.startsWith("SIP/2.0"));
    assertEquals(answers.map((line) => line.slice(8, 11)), [status], method);
  }
});
