import { assertEquals } from "@std/assert";
import { answerText, header, requestText } from "./messages.ts";
import { callOut, sentRequest, Stage } from "./stage.ts";
import { NETWORK, PROVIDER } from "./world_fixture.ts";

const BYE = requestText({
  method: "BYE",
  uri: `sip:bob@${PROVIDER}`,
  to: "<sip:bob@example.com>;tag=bob",
  cseq: 2,
});

function calling(): Stage {
  const stage = new Stage();
  callOut(stage);
  return stage;
}

Deno.test("who hangs up while our outside address is unknown gets 200, the far end its BYE later", () => {
  const stage = calling();
  stage.event({ type: "network.changed", network: { ...NETWORK, advertised: undefined } });
  stage.inside(BYE);
  assertEquals(stage.lines(), ["SIP/2.0 200 OK > 192.168.1.20:5060"]);
  assertEquals([stage.calls, stage.notes("call.ended").length], [[], 1]);
  stage.event({ type: "network.changed", network: NETWORK });
  const bye = stage.one("BYE");
  assertEquals([bye.to, header(sentRequest(bye), "reason")], [PROVIDER, ""]);
});

Deno.test("while it is known the BYE itself goes on", () => {
  const stage = calling();
  stage.inside(BYE);
  assertEquals(stage.lines(), [`BYE sip:bob@${PROVIDER} SIP/2.0 > ${PROVIDER}`]);
});

Deno.test("a call that nobody has answered is left to its INVITE", () => {
  const stage = new Stage();
  stage.inside(requestText());
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  stage.outside(answerText(sentRequest(stage.one("INVITE")), 180, { tag: "bob", headers }));
  stage.take();
  stage.event({ type: "network.changed", network: { ...NETWORK, advertised: undefined } });
  stage.inside(BYE);
  assertEquals(stage.lines(), ["SIP/2.0 500 Outside address not known yet > 192.168.1.20:5060"]);
});
