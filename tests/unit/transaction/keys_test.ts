import { assertEquals, assertNotEquals } from "@std/assert";
import {
  acknowledgedKeys,
  answeredKey,
  clientKey,
  isOlder,
  serverKey,
} from "../../../src/transaction/keys.ts";
import { answer, flow, request, type Variation } from "./messages.ts";

const OLD = "SIP/2.0/UDP 192.168.1.50:5060;branch=1";

function key(variation: Variation, ip?: string): string {
  return serverKey(request("INVITE", variation), flow(ip), "INVITE");
}

Deno.test("With a unique branch only branch, sent-by, method and remote IP make the key", () => {
  const usual = key({});
  const same: Variation[] = [
    { uri: "sip:carol@example.org" },
    { cseq: 8, callId: "c2", fromTag: "a2", toTag: "b2" },
    { via: "SIP/2.0/UDP 192.168.1.50:5060;rport=5062;received=10.0.0.1;branch=z9hG4bKphone1" },
    { via: "SIP/2.0/UDP 192.168.1.50;branch=z9hG4bKphone1" },
  ];
  for (const variation of same) assertEquals(key(variation), usual);
  const other: Variation[] = [
    { via: "SIP/2.0/UDP 192.168.1.50:5060;branch=z9hG4bKphone2" },
    { via: "SIP/2.0/UDP 192.168.1.51:5060;branch=z9hG4bKphone1" },
    { via: "SIP/2.0/UDP 192.168.1.50:5062;branch=z9hG4bKphone1" },
  ];
  for (const variation of other) assertNotEquals(key(variation), usual);
  assertNotEquals(key({}, "192.168.1.66"), usual);
  assertNotEquals(serverKey(request("INVITE"), flow(), "CANCEL"), usual);
});

Deno.test("Without a unique branch the fields of RFC 3261 §17.2.3 make the key", () => {
  const usual = key({ via: OLD });
  assertEquals(key({ via: `${OLD};received=192.168.1.50` }), usual);
  const other: Variation[] = [
    { uri: "sip:carol@example.org" },
    { cseq: 8 },
    { callId: "c2" },
    { fromTag: "a2" },
    { toTag: "b2" },
    { via: "SIP/2.0/UDP 192.168.1.50:5060;branch=2" },
    { via: "SIP/2.0/UDP 192.168.1.50:5062;branch=1" },
  ];
  for (const variation of other) assertNotEquals(key({ via: OLD, ...variation }), usual);
  assertNotEquals(key({ via: OLD }, "192.168.1.66"), usual);
});

Deno.test("A branch is unique when something stands behind the cookie", () => {
  const cases: [branch: string, older: boolean][] = [
    [";branch=z9hG4bK1", false],
    [";branch=z9hG4bK", true],
    [";branch=abc", true],
    ["", true],
  ];
  for (const [branch, older] of cases) {
    const via = `SIP/2.0/UDP 192.168.1.50${branch}`;
    assertEquals(isOlder(request("INVITE", { via })), older, via);
  }
});

Deno.test("An ACK leads to the INVITE it shares a branch with", () => {
  const ack = request("ACK", { toTag: "b1" });
  assertEquals(acknowledgedKeys(ack, flow()), [key({})]);
});

Deno.test("An ACK without a unique branch leads to the INVITE with its To tag or with none", () => {
  const ack = request("ACK", { via: OLD, toTag: "b1" });
  assertEquals(acknowledgedKeys(ack, flow()), [key({ via: OLD, toTag: "b1" }), key({ via: OLD })]);
});

Deno.test("A response leads by branch and CSeq method, whatever the case of the branch", () => {
  const via = "SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKOurs";
  const invite = request("INVITE", { via });
  assertEquals(answeredKey(answer(invite, 200)), clientKey("z9hg4bkours", "INVITE"));
  assertEquals(
    answeredKey(answer(request("CANCEL", { via }), 200)),
    clientKey("z9hG4bKOurs", "CANCEL"),
  );
  const bare = request("INVITE", { via: "SIP/2.0/UDP 203.0.113.5" });
  assertEquals(answeredKey(answer(bare, 200)), undefined);
});
