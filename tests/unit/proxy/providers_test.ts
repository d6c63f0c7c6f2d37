import { assertEquals } from "@std/assert";
import type { Passage } from "../../../src/proxy/contexts.ts";
import type { ServerAnswer } from "../../../src/proxy/events.ts";
import {
  followProviders,
  isProviderIp,
  isServerOf,
  providerOf,
  providerOfRequest,
  providerQuery,
} from "../../../src/proxy/providers.ts";
import type { ProviderSettings } from "../../../src/proxy/settings.ts";
import type { World } from "../../../src/proxy/world.ts";
import { request, type RequestParts } from "./messages.ts";
import { servers } from "./stage.ts";
import { ALICE, cidr, flow, makeBinding, makeWorld, SETTINGS } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

const PLAIN: ProviderSettings = {
  domain: "example.com",
  outboundProxy: undefined,
  servers: [],
  admit: "token",
  contact: "dialog",
  media: "strict",
};
const PROXIED: ProviderSettings = {
  ...PLAIN,
  domain: "second.example",
  outboundProxy: { host: "sbc.second.example", port: 5070 },
};

function worldWith(...providers: ProviderSettings[]): World {
  const world = makeWorld();
  world.settings = { ...SETTINGS, providers };
  return world;
}

/** Names that were asked for since the last call; each is answered as the test says. */
function asked(world: World, answers: Record<string, ServerAnswer> = {}): string[] {
  return world.takeEffects().flatMap((effect) => {
    if (effect.type !== "dns.resolve") return [];
    const { query, ticket } = effect;
    const answer = answers[query.host];
    const waiting = world.tickets.get(ticket);
    if (answer !== undefined) {
      world.tickets.delete(ticket);
      waiting?.resume(answer, world.now);
    }
    return [query.port === undefined ? query.host : `${query.host}:${query.port}`];
  });
}

function warnings(world: World): string[] {
  return world.takeEffects().flatMap((effect) => effect.type === "note" ? [effect.note.text] : []);
}

function pass(world: World, ms: number): void {
  world.now += ms;
  world.heap.runDue(world.now);
}

const NOT_FOUND: ServerAnswer = { ok: false, reason: "no such name" };

Deno.test("a provider is found by its domain in any case", () => {
  const world = worldWith(PLAIN, PROXIED);
  assertEquals(providerOf(world, "Second.Example"), PROXIED);
  assertEquals(providerOf(world, "third.example"), undefined);
  assertEquals(providerOf(world, undefined), undefined);
});

const REQUESTS: [what: string, parts: RequestParts, binding: string | undefined, found: string][] =
  [
    ["the sender's, whoever is called", { uri: "sip:x@example.com" }, "second.example", "second"],
    ["a sender's without settings", { uri: "sip:x@second.example" }, "third.example", "none"],
    ["the Request-URI's", { uri: "sip:x@SECOND.example" }, undefined, "second"],
    ["the number's in To", { uri: "tel:1", to: "<sip:1@second.example>" }, undefined, "second"],
    ["nobody's", { uri: "tel:1", to: "<tel:1>" }, undefined, "none"],
  ];

Deno.test("a request's provider is the sender's, else the one whose domain is asked for (S4)", () => {
  const world = worldWith(PLAIN, PROXIED);
  for (const [what, parts, domain, found] of REQUESTS) {
    const passage: Passage = {
      request: request(parts),
      side: "inside",
      source: flow("inside", ALICE),
      holder: ANYBODY,
      identities: [],
      call: undefined,
      dialog: undefined,
      party: undefined,
      register: undefined,
    };
    const binding = domain === undefined ? undefined : makeBinding("alice", { domain });
    const provider = providerOfRequest(world, passage, binding);
    assertEquals(provider?.domain.split(".")[0] ?? "none", found, what);
  }
});

Deno.test("the next hop is the outbound proxy, else the domain", () => {
  const usual = { port: undefined, transport: undefined };
  assertEquals(providerQuery(PLAIN), { host: "example.com", ...usual });
  assertEquals(providerQuery(PROXIED), {
    host: "sbc.second.example",
    port: 5070,
    transport: undefined,
  });
});

Deno.test("every name of a provider is looked up, and its addresses are its own (S3)", () => {
  const world = worldWith(PLAIN, PROXIED);
  followProviders(world);
  const names = asked(world, {
    "example.com": servers("198.51.100.10:5060", "198.51.100.11:5060"),
    "sbc.second.example": servers("198.51.100.20:5070"),
    "second.example": servers("198.51.100.21:5060"),
  });
  assertEquals(names, ["example.com", "sbc.second.example:5070", "second.example"]);
  const known = ["10", "11", "20", "21", "22"].map((end) =>
    isProviderIp(world, `198.51.100.${end}`)
  );
  assertEquals(known, [true, true, true, true, false]);
  assertEquals(isServerOf(world, PLAIN, "198.51.100.11"), true);
  assertEquals(isServerOf(world, PROXIED, "198.51.100.11"), false);
  assertEquals(isServerOf(world, PROXIED, "198.51.100.21"), true);
});

Deno.test("an address in the settings is known without asking anybody", () => {
  const world = worldWith({ ...PLAIN, outboundProxy: { host: "198.51.100.20", port: undefined } });
  followProviders(world);
  assertEquals(isProviderIp(world, "198.51.100.20"), true);
  assertEquals(asked(world), ["example.com"]);
});

Deno.test("further servers are addresses, prefixes and names that must be found (S3)", () => {
  const cidrs = [cidr("192.0.2.20"), cidr("203.0.113.0/25")];
  const provider = { ...PLAIN, servers: [...cidrs, "sip2.example.com"] };
  const world = worldWith(provider);
  followProviders(world);
  const names = asked(world, {
    "example.com": servers("198.51.100.10:5060"),
    "sip2.example.com": NOT_FOUND,
  });
  assertEquals(names, ["example.com", "sip2.example.com"]);
  assertEquals(warnings(world), [
    "Cannot find the server of sip2.example.com: no such name; " +
    "check its spelling in [[provider]]; it is asked for again in 30 s",
  ]);
  pass(world, 30_000);
  asked(world, { "sip2.example.com": servers("192.0.2.99:5060") });
  const known = ["192.0.2.20", "192.0.2.21", "192.0.2.99", "203.0.113.7", "203.0.113.128"];
  assertEquals(known.map((ip) => isProviderIp(world, ip)), [true, false, true, true, false]);
});

Deno.test("names are looked up again, sooner when one was not found, and the last answer holds", () => {
  const world = worldWith(PLAIN);
  followProviders(world);
  asked(world, { "example.com": servers("198.51.100.10:5060") });
  pass(world, 299_999);
  assertEquals(asked(world), []);
  pass(world, 1);
  assertEquals(asked(world, { "example.com": NOT_FOUND }), ["example.com"]);
  assertEquals(warnings(world), [
    "Cannot find the server of example.com: no such name; " +
    "check its spelling in [[provider]]; it is asked for again in 30 s",
  ]);
  assertEquals(isProviderIp(world, "198.51.100.10"), true);
  pass(world, 30_000);
  assertEquals(asked(world, { "example.com": servers("198.51.100.12:5060") }), ["example.com"]);
  assertEquals(isProviderIp(world, "198.51.100.10"), false);
  assertEquals(isProviderIp(world, "198.51.100.12"), true);
  assertEquals(world.heap.size, 1);
});

Deno.test("a domain behind an outbound proxy may be in no DNS", () => {
  const world = worldWith(PROXIED);
  followProviders(world);
  asked(world, {
    "sbc.second.example": servers("198.51.100.20:5070"),
    "second.example": NOT_FOUND,
  });
  assertEquals(warnings(world), []);
  pass(world, 30_000);
  assertEquals(asked(world), []);
});

Deno.test("names that went from the settings are forgotten, also when their answer comes late", () => {
  const world = worldWith(PLAIN);
  followProviders(world);
  asked(world, { "example.com": servers("198.51.100.10:5060") });
  followProviders(world);
  world.settings = { ...SETTINGS, providers: [] };
  followProviders(world);
  assertEquals(isProviderIp(world, "198.51.100.10"), false);
  asked(world, { "example.com": servers("198.51.100.10:5060") });
  assertEquals(isProviderIp(world, "198.51.100.10"), false);
  assertEquals(world.heap.size, 0);
});
