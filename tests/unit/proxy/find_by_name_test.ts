import { assertEquals } from "@std/assert";
import type { Binding } from "../../../src/proxy/bindings.ts";
import { findByName } from "../../../src/proxy/find_by_name.ts";
import { request } from "./messages.ts";
import { at, BOB, flow, makeBinding, makeWorld, PROVIDER, SETTINGS } from "./world_fixture.ts";

const EVIL = {
  registrar: at("203.0.114.66:5060"),
  host: "evil.example",
  flow: flow("inside", BOB),
};

/** Tokens of the bindings that a call of the provider's for alice reaches. */
function tokens(bindings: readonly Partial<Binding>[], { uri = "sip:alice@example.com" } = {}) {
  const world = makeWorld();
  const sbc = { host: "sbc.proxy.example", port: undefined };
  const rest = { servers: [], admit: "token", contact: "dialog", media: "strict" } as const;
  const providers = [{ domain: "example.com", outboundProxy: sbc, ...rest }];
  world.settings = { ...SETTINGS, providers };
  for (const changes of bindings) world.bindings.set(makeBinding("alice", changes));
  const call = request({ uri, to: "<sip:z@z>" });
  return findByName(world, flow("outside", PROVIDER), call).map(({ token }) => token);
}

const servers = ["198.51.100.10"];

Deno.test("of several registrars with one address the domain's own names are meant (S3)", () => {
  const evil = { ...EVIL, token: "evil", servers };
  for (const host of ["example.com", "sip.example.com", "sbc.proxy.example"]) {
    assertEquals(tokens([evil, { token: "own", host }]), ["own"], host);
    const sibling = { registrar: at("198.51.100.11:5060"), servers };
    assertEquals(tokens([evil, { token: "own", host, ...sibling }]), ["own"], host);
    const beside = { ...evil, registrar: at("198.51.100.66:5060") };
    assertEquals(tokens([beside, { token: "own", host, ...sibling }]), ["own"], host);
  }
  const phones = [{ token: "1" }, {
    token: "2",
    host: "sip.example.com",
    flow: flow("inside", BOB),
  }];
  assertEquals(tokens([...phones, evil]), ["1", "2"]);
});

Deno.test("with no name of the domain's, those that the caller or a server beside it has granted are meant (S3)", () => {
  const evil = { ...EVIL, token: "evil", servers };
  assertEquals(tokens([evil, { token: "own", host: "hosted.example" }]), ["own"]);
  const elsewhere = { registrar: at("198.51.100.11:5060"), host: "hosted.example", servers };
  assertEquals(tokens([evil, { token: "own", ...elsewhere }]), ["own"]);
  assertEquals(tokens([evil]), ["evil"]);
  assertEquals(tokens([{ ...EVIL, token: "evil" }]), []);
});

Deno.test("a user part means the phone of the server itself before those of its neighbours (T1)", () => {
  const uri = "sip:alice@203.0.113.5";
  const neighbour = { ...EVIL, registrar: at("198.51.100.88:5060"), aor: "sip:alice@example.net" };
  const net = { ...neighbour, token: "neighbour", domain: "example.net", host: "example.net" };
  assertEquals(tokens([net, { token: "own" }], { uri }), ["own"]);
  assertEquals(tokens([net], { uri }), ["neighbour"]);
  assertEquals(tokens([{ token: "1" }, { token: "2", flow: flow("inside", BOB) }], { uri }), []);
});

Deno.test("a phone that is registered by two ways is found once", () => {
  assertEquals(tokens([{ token: "1" }, { token: "2", host: "sip.example.com" }]).length, 1);
});
