import { assertEquals, assertNotEquals } from "@std/assert";
import {
  branchFor,
  dialogToken,
  type PhoneKey,
  registrationToken,
} from "../../../src/proxy/tokens.ts";
import { request, type RequestParts } from "./messages.ts";
import { ALICE, BOB, flow, PROVIDER, SECRET } from "./world_fixture.ts";

const KEY: PhoneKey = {
  aor: "sip:alice@example.com",
  instance: "",
  registrationId: "",
  uri: "sip:alice@192.168.1.20:5060",
  host: "example.com",
};
const WITH_INSTANCE: PhoneKey = { ...KEY, instance: "<urn:uuid:1>", registrationId: "1" };

const KEYS: [what: string, left: PhoneKey, right: PhoneKey, same: boolean][] = [
  ["the same phone", KEY, { ...KEY }, true],
  ["another AOR", KEY, { ...KEY, aor: "sip:bob@example.com" }, false],
  ["another registrar", KEY, { ...KEY, host: "evil.example" }, false],
  ["another registrar of an instance", WITH_INSTANCE, { ...WITH_INSTANCE, host: "a" }, false],
  ["another Contact", KEY, { ...KEY, uri: "sip:alice@192.168.1.21" }, false],
  ["an instance instead of a Contact", KEY, WITH_INSTANCE, false],
  ["an instance that moved", WITH_INSTANCE, { ...WITH_INSTANCE, uri: "sip:a@192.0.2.1" }, true],
  ["another instance", WITH_INSTANCE, { ...WITH_INSTANCE, instance: "<urn:uuid:2>" }, false],
  ["another reg-id", WITH_INSTANCE, { ...WITH_INSTANCE, registrationId: "2" }, false],
  [
    "parts cut elsewhere",
    { ...WITH_INSTANCE, instance: "a", registrationId: "b1" },
    { ...WITH_INSTANCE, instance: "ab", registrationId: "1" },
    false,
  ],
];

Deno.test("a registration's token stays with its phone and differs from all others (C1)", () => {
  for (const [what, left, right, same] of KEYS) {
    const equal = registrationToken(SECRET, left) === registrationToken(SECRET, right);
    assertEquals(equal, same, what);
  }
  assertNotEquals(registrationToken(SECRET, KEY), registrationToken("other", KEY));
});

Deno.test("a token is twenty characters that survive a change of case", () => {
  for (const token of [registrationToken(SECRET, KEY), dialogToken(SECRET, "call", "tag")]) {
    assertEquals(/^[a-z2-7]{20}$/.test(token), true, token);
  }
});

Deno.test("a dialog's token belongs to Call-ID and inside tag (C2)", () => {
  const token = dialogToken(SECRET, "call", "tag");
  assertEquals(dialogToken(SECRET, "call", "tag"), token);
  assertNotEquals(dialogToken(SECRET, "call", "other"), token);
  assertNotEquals(dialogToken(SECRET, "other", "tag"), token);
});

const OLD_VIA = `SIP/2.0/UDP ${ALICE};branch=1`;

const BRANCHES: [what: string, left: RequestParts, right: RequestParts, same: boolean][] = [
  ["a retransmission", {}, {}, true],
  ["another upstream branch", { branch: "z9hG4bK1" }, { branch: "z9hG4bK2" }, false],
  ["an INVITE and the ACK of its 2xx with one branch", { branch: "z9hG4bK1" }, {
    branch: "z9hG4bK1",
    method: "ACK",
  }, false],
  ["an older request's retransmission", { via: OLD_VIA }, { via: OLD_VIA }, true],
  ["an older request of another number", { via: OLD_VIA }, { via: OLD_VIA, cseq: 2 }, false],
  ["an older request of another call", { via: OLD_VIA }, { via: OLD_VIA, call: "2" }, false],
  ["an older request to another", { via: OLD_VIA }, { via: OLD_VIA, uri: "sip:x@y" }, false],
];

Deno.test("our branch follows the upstream one, or the fields of an older request (V2)", () => {
  const input = { flow: flow("inside", ALICE), target: flow("outside", PROVIDER), attempt: 0 };
  for (const [what, left, right, same] of BRANCHES) {
    const equal = branchFor(SECRET, request(left), input) ===
      branchFor(SECRET, request(right), input);
    assertEquals(equal, same, what);
  }
});

Deno.test("our branch differs by source, target and attempt, and cannot be guessed (V2)", () => {
  const input = { flow: flow("inside", ALICE), target: flow("outside", PROVIDER), attempt: 0 };
  const branches = new Set([
    branchFor(SECRET, request(), input),
    branchFor("other", request(), input),
    branchFor(SECRET, request(), { ...input, flow: flow("inside", BOB) }),
    branchFor(SECRET, request(), { ...input, target: flow("outside", "198.51.100.11:5060") }),
    branchFor(SECRET, request(), { ...input, attempt: 1 }),
  ]);
  assertEquals(branches.size, 5);
  for (const branch of branches) assertEquals(/^z9hG4bK[a-z2-7]{32}$/.test(branch), true);
});
