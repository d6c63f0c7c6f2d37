import { assertEquals } from "@std/assert";
import { answerChallenge, isAuthentic, writeChallenge } from "../../../src/selftest/credentials.ts";
import { withHeader } from "../../../src/sip/edit.ts";
import { makeRequest, makeResponse } from "../../../src/sip/write.ts";
import { ACCOUNT } from "./small_world.ts";

const REQUEST = makeRequest({
  method: "REGISTER",
  uri: "sip:198.51.100.1:5070",
  headers: [
    ["Via", "SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bK1"],
    ["From", "<sip:100@198.51.100.1:5070>;tag=a"],
    ["To", "<sip:100@198.51.100.1:5070>"],
    ["Call-ID", "c"],
    ["CSeq", "1 REGISTER"],
  ],
});

function answered(challenge: string, status: number) {
  const name = status === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
  const response = makeResponse(REQUEST, { status, headers: [[name, challenge]] });
  return answerChallenge(response, { request: REQUEST, account: ACCOUNT, cnonce: "0a1b" });
}

Deno.test("credentials that answer a challenge are authentic, with and without qop", () => {
  for (const challenge of [writeChallenge("realm", "n1"), 'Digest realm="realm", nonce="n1"']) {
    const [name, value] = answered(challenge, 407)!;
    const request = withHeader(REQUEST, name, value);
    const check = { key: "proxy-authorization", account: ACCOUNT, nonce: "n1" };
    assertEquals(isAuthentic(request, check), true);
    assertEquals(isAuthentic(request, { ...check, key: "authorization" }), false);
    assertEquals(isAuthentic(request, { ...check, nonce: "n2" }), false);
    const other = { ...ACCOUNT, password: "other" };
    assertEquals(isAuthentic(request, { ...check, account: other }), false);
    assertEquals(isAuthentic({ ...request, method: "INVITE" }, check), false);
  }
});

Deno.test("a 401 is answered by Authorization, what is no challenge by nothing", () => {
  assertEquals(answered(writeChallenge("realm", "n1"), 401)?.[0], "Authorization");
  const response = makeResponse(REQUEST, { status: 401 });
  const options = { request: REQUEST, account: ACCOUNT, cnonce: "0a1b" };
  assertEquals(answerChallenge(response, options), undefined);
});
