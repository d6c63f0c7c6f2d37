import { assertEquals } from "@std/assert";
import type { Flow } from "../../../src/base/address.ts";
import type { Passage } from "../../../src/proxy/contexts.ts";
import type { InsideParty } from "../../../src/proxy/dialogs.ts";
import { partyBinding, senderBinding } from "../../../src/proxy/sender.ts";
import type { World } from "../../../src/proxy/world.ts";
import { request, type RequestParts } from "./messages.ts";
import { ALICE, BOB, flow, makeBinding, makeWorld } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

/** Alice with accounts at two providers on one phone, and carol with one. */
function accounts(): World {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice"));
  const second = { aor: "sip:al@second.example", domain: "second.example" };
  world.bindings.set(makeBinding("al", second));
  world.bindings.set(makeBinding("carol", { flow: flow("inside", BOB) }));
  return world;
}

function sender(world: World, parts: RequestParts, source: Flow = flow("inside", ALICE)) {
  const passage: Passage = {
    request: request(parts),
    side: "inside",
    source,
    holder: ANYBODY,
    identities: [],
    call: undefined,
    dialog: undefined,
    party: undefined,
    register: undefined,
  };
  return senderBinding(world, passage)?.user;
}

const ANONYMOUS = "<sip:anonymous@anonymous.invalid>;tag=1";
const SECOND = "<sip:al@second.example>;tag=1";

const SENDERS: [what: string, parts: RequestParts, sender: string | undefined][] = [
  ["From", { from: SECOND }, "al"],
  ["Contact before From", { from: SECOND, contact: "<sip:alice@192.168.1.20:5060>" }, "alice"],
  ["identity", { from: ANONYMOUS, headers: [`P-Preferred-Identity: ${SECOND}`] }, "al"],
  ["the domain asked for", { from: ANONYMOUS, uri: "sip:bob@EXAMPLE.com" }, "alice"],
  ["nothing", { from: ANONYMOUS, uri: "sip:bob@third.example" }, undefined],
  ["somebody else's account", { from: "<sip:carol@example.com>;tag=1", uri: "tel:1" }, undefined],
  ["a REGISTER's own account", { method: "REGISTER", to: "<sip:al@second.example>" }, "al"],
];

Deno.test("of several accounts of a phone the request tells which one sends (S4)", () => {
  for (const [what, parts, expected] of SENDERS) {
    assertEquals(sender(accounts(), parts), expected, what);
  }
});

Deno.test("a phone's only account sends all but another account's REGISTER", () => {
  const world = accounts();
  const here = flow("inside", BOB);
  assertEquals(sender(world, { from: ANONYMOUS }, here), "carol");
  assertEquals(sender(world, { from: SECOND }, here), "carol");
  const another = { method: "REGISTER", to: "<sip:new@third.example>" };
  assertEquals(sender(world, another, here), undefined);
});

Deno.test("a phone that sends from another port is known by its IP and From", () => {
  const world = accounts();
  const otherPort = flow("inside", "192.168.1.21:49152");
  assertEquals(sender(world, { from: "<sip:carol@example.com>;tag=1" }, otherPort), "carol");
  assertEquals(sender(world, {}, otherPort), undefined);
});

const PARTY: InsideParty = {
  token: "t",
  holder: ANYBODY,
  callId: "c",
  tag: "a",
  uri: "sip:alice@192.168.1.20:5060",
  maskedUser: "alice",
  flow: flow("inside", ALICE),
  routes: [],
  domain: "example.com",
  name: "alice",
  users: 1,
};

Deno.test("the party of a call is found among the bindings of today", () => {
  const world = accounts();
  const user = (changes: Partial<InsideParty>) =>
    partyBinding(world, { ...PARTY, ...changes })?.user;
  assertEquals(user({}), "alice");
  assertEquals(user({ name: "al", domain: "second.example" }), "al");
  assertEquals(user({ flow: flow("inside", "192.168.1.20:49152") }), "alice");
  assertEquals(user({ flow: flow("inside", BOB), name: "whoever" }), undefined);
  // Somebody else's account of that name is no party of the call.
  assertEquals(user({ flow: flow("inside", BOB) }), undefined);
  assertEquals(user({ domain: undefined }), undefined);
  assertEquals(user({ domain: "third.example" }), undefined);
});
