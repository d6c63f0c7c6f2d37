import { assertEquals, assertThrows } from "@std/assert";
import { Agent, type AgentEvent } from "../../../src/selftest/agent.ts";
import { writeChallenge } from "../../../src/selftest/credentials.ts";
import { headerText } from "../../../src/sip/headers.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { makeRequest, makeResponse, writeMessage } from "../../../src/sip/write.ts";
import { ACCOUNT, at, DOMAIN, PHONE, PROVIDER, seeded } from "./small_world.ts";

function bench() {
  const sent: SipRequest[] = [];
  const events: AgentEvent[] = [];
  const agent = new Agent({
    account: ACCOUNT,
    local: PHONE,
    media: at(PHONE.ip, 4000),
    send: (_to, text) => {
      const parsed = parseMessage(text);
      if (parsed.ok && parsed.value.kind === "request") sent.push(parsed.value);
    },
    random: seeded(1),
    event: (event) => events.push(event),
  }, { requested: () => {} });
  const request = makeRequest({
    method: "OPTIONS",
    uri: `sip:${DOMAIN}`,
    headers: [
      ["From", `<${agent.aor}>;tag=a`],
      ["To", `<${agent.aor}>`],
      ["Call-ID", "c"],
      ["CSeq", "1 OPTIONS"],
      ["Max-Forwards", "70"],
    ],
  });
  return { agent, sent, events, request };
}

Deno.test("an agent's address of record, Contact and first hop come from its options", () => {
  const { agent } = bench();
  assertEquals(agent.aor, `sip:100@${DOMAIN}`);
  assertEquals(agent.contact, "<sip:100@192.0.2.10:5062>");
  assertEquals(agent.firstHop(`sip:200@${DOMAIN}`), PROVIDER);
  assertThrows(() => agent.firstHop("sip:200@host.example"), Error, "Cannot find the next hop");
});

Deno.test("a challenge is answered once, with the next CSeq and the same Call-ID", () => {
  const { agent, sent, events, request } = bench();
  const answers: (number | undefined)[] = [];
  const sequences: (string | undefined)[] = [];
  agent.request(request, {
    to: PROVIDER,
    now: 0,
    answered: (response) => answers.push(response?.status),
    sent: (again) => sequences.push(headerText(again, "cseq")),
  });
  for (let round = 0; round < 2; round++) {
    const challenge = writeChallenge(DOMAIN, `nonce${round}`);
    const response = makeResponse(sent.at(-1)!, {
      status: 401,
      headers: [["WWW-Authenticate", challenge]],
    });
    agent.transactions.receive(writeMessage(response), PROVIDER, 0);
  }
  assertEquals(sequences, ["1 OPTIONS", "2 OPTIONS"]);
  assertEquals(sent.map((each) => headerText(each, "call-id")), ["c", "c"]);
  assertEquals(headerText(sent[1]!, "authorization")?.startsWith('Digest username="100"'), true);
  assertEquals(answers, [401]);
  assertEquals(events, [{ kind: "challenged", method: "OPTIONS", status: 401 }]);
});
