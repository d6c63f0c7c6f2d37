import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { audio, header, requestText } from "./messages.ts";
import { register, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

const RECORD = "<sip:198.51.100.10;lr>";
const OURS = "<sip:192.168.1.1:5060;lr>";

const RECORDED: [method: string, list: string[]][] = [
  ["INVITE", [OURS, RECORD]],
  ["SUBSCRIBE", [OURS, RECORD]],
  ["MESSAGE", [RECORD]],
  ["OPTIONS", [RECORD]],
];

Deno.test("our entry lies on top of the list where a dialog is made (D2)", () => {
  for (const [method, list] of RECORDED) {
    const stage = new Stage();
    const uri = register(stage);
    stage.outside(requestText({ method, uri, headers: [`Record-Route: ${RECORD}`] }));
    assertEquals(headerValues(sentRequest(stage.one(method)), "record-route"), list, method);
  }
});

Deno.test("the phone gets its own URI, and no Route of somebody outside (T2, N2)", () => {
  const stage = new Stage();
  const uri = register(stage);
  const headers = ["Route: <sip:203.0.113.5;lr>", "Route: <sip:192.168.1.99;lr>"];
  stage.outside(requestText({ method: "MESSAGE", uri, headers }));
  const sent = stage.one("MESSAGE");
  const message = sentRequest(sent);
  assertEquals([sent.to, message.uri], [ALICE, `sip:alice@${ALICE}`]);
  assertEquals(headerValues(message, "route"), []);
  assertEquals(header(message, "via").startsWith("SIP/2.0/UDP 192.168.1.1:5060;"), true);
});

Deno.test("a description shows the phone our ports, not the provider's (P1)", () => {
  const stage = new Stage();
  const uri = register(stage);
  stage.outside(requestText({ uri, body: audio("198.51.100.10") }));
  const { body } = sentRequest(stage.one("INVITE"));
  assertEquals([body.includes("198.51.100.10"), body.includes("c=IN IP4 192.168.1.1")], [
    false,
    true,
  ]);
});

Deno.test("a registrar's fork that comes twice rings a phone once (V5)", () => {
  const stage = new Stage();
  const uri = register(stage);
  for (const branch of ["1", "2"]) {
    stage.outside(requestText({ uri, via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK${branch}` }));
  }
  const texts = stage.take().map(({ text }) => text.slice(0, 11));
  assertEquals(texts.filter((text) => text.startsWith("INVITE")).length, 1);
  assertEquals(texts.filter((text) => text === "SIP/2.0 482").length, 1);
});
