import { assertEquals } from "@std/assert";
import type { Binding } from "../../../src/proxy/bindings.ts";
import { isProviderOf, isSomeProvider, mayReach } from "../../../src/proxy/provider_sets.ts";
import type { World } from "../../../src/proxy/world.ts";
import { at, cidr, flow, makeBinding, makeWorld, NETWORK, SETTINGS } from "./world_fixture.ts";

/** A phone at one provider and a phone at another; the first provider's names lead further. */
function two(): { world: World; alice: Binding; carol: Binding } {
  const world = makeWorld();
  const provider = {
    domain: "example.com",
    outboundProxy: undefined,
    servers: [cidr("192.0.2.20"), cidr("198.18.5.0/25")],
    admit: "token" as const,
    contact: "dialog" as const,
    media: "strict" as const,
  };
  world.settings = { ...SETTINGS, providers: [provider] };
  world.providerIps.set("example.com", new Set(["198.19.1.1"]));
  const alice = makeBinding("alice", { servers: ["198.51.101.7"] });
  const carol = makeBinding("carol", {
    registrar: at("198.51.102.88:5060"),
    domain: "example.net",
    aor: "sip:carol@example.net",
  });
  for (const binding of [alice, carol]) world.bindings.set(binding);
  return { world, alice, carol };
}

const SOURCES: [what: string, ip: string, alice: boolean, carol: boolean][] = [
  ["the registrar", "198.51.100.10", true, false],
  ["its neighbour", "198.51.100.99", true, false],
  ["another server of the name", "198.51.101.7", true, false],
  ["its neighbour", "198.51.101.200", true, false],
  ["a configured address", "192.0.2.20", true, false],
  ["its neighbour", "192.0.2.21", true, false],
  ["one of a configured prefix", "198.18.5.100", true, false],
  ["one beside it", "198.18.5.200", false, false],
  ["one of the configured domain's", "198.19.1.1", true, false],
  ["the other's registrar", "198.51.102.88", false, true],
  ["a stranger", "198.51.103.1", false, false],
  ["one that claims our address", "203.0.113.5", false, false],
];

Deno.test("a provider set is the binding's own (S3)", () => {
  const { world, alice, carol } = two();
  for (const [what, ip, ofAlice, ofCarol] of SOURCES) {
    assertEquals(isProviderOf(world, alice, ip), ofAlice, what);
    assertEquals(isProviderOf(world, carol, ip), ofCarol, what);
    const source = flow("outside", `${ip}:5060`);
    assertEquals(isSomeProvider(world, source), ofAlice || ofCarol, what);
    assertEquals(mayReach(world, alice, source), ofAlice, what);
  }
  world.handedOver = true;
  assertEquals(mayReach(world, carol, flow("outside", "203.0.113.5:5060")), true);
  assertEquals(isSomeProvider(world, flow("outside", "203.0.113.5:5060")), true);
});

Deno.test("what stands beside a server in our own networks is no server: phones, the gateway, we", () => {
  const world = makeWorld({ network: { ...NETWORK, insideNetworks: [cidr("10.0.0.0/8")] } });
  const servers = ["203.0.113.10", "10.1.1.10"];
  const alice = makeBinding("alice", { servers });
  world.bindings.set(alice);
  const sources = ["203.0.113.10", "203.0.113.11", "203.0.113.1", "203.0.113.5", "10.1.1.10"];
  for (const [index, ip] of [...sources, "10.1.1.11"].entries()) {
    const expected = [true, true, false, false, true, false][index];
    assertEquals(isProviderOf(world, alice, ip), expected, ip);
    assertEquals(isSomeProvider(world, flow("outside", `${ip}:5060`)), expected, ip);
  }
});
