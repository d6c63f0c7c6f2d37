import { assertEquals } from "@std/assert";
import type { Network } from "../../../src/proxy/events.ts";
import { hostOf, refusalOf, whyNotReached, whyUnusable } from "../../../src/proxy/unusable_hop.ts";
import { parseUri, type SipUri } from "../../../src/sip/uri.ts";
import { ALICE, at, cidr, makeBinding, makeWorld, NETWORK } from "./world_fixture.ts";

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

const PRIVATE = "it is private, and only the default route leads there";

const HOPS: [uri: string, why: string | undefined][] = [
  ["sip:a@198.51.100.10", undefined],
  ["sip:a@198.51.100.10;transport=UDP", undefined],
  ["sip:a@198.51.100.10;transport=", undefined],
  ["sip:a@provider.example", undefined],
  ["sip:a@198.51.100.10;transport=tcp", "it is for TCP"],
  ["sip:a@198.51.100.10;transport=ws", "it is for WS"],
  ["sips:a@provider.example", "it is for TLS"],
  ["sip:a@localhost", "it is a loopback address"],
  ["sip:a@proxy.LOCALHOST.", "it is a loopback address"],
  ["sip:a@provider.example;maddr=127.0.0.1", "it is a loopback address"],
  ["sip:a@127.0.0.2", "it is a loopback address"],
  ["sip:a@10.1.2.3", PRIVATE],
  ["sip:a@100.64.0.1", PRIVATE],
  ["sip:a@172.16.1.1", undefined],
  ["sip:a@192.168.1.77", "it is inside and no phone of ours"],
  ["sip:a@203.0.113.5:5080", "it is an address of our own"],
  ["sip:a@203.0.113.255", "it is a broadcast address"],
  ["sip:a@224.0.1.75", "it is no address of a host"],
  ["sip:a@[2001:db8::1]", "there is no IPv6 address outside"],
];

const ROUTED: Network = { ...NETWORK, outsideRoutes: [cidr("172.16.0.0/16")] };

Deno.test("a next hop is unusable by its transport, its family, or where it leads from here (N1)", () => {
  for (const [text, why] of HOPS) {
    assertEquals(whyUnusable(makeWorld({ network: ROUTED }), uri(text)), why, text);
  }
});

Deno.test("a private address in the outside interface's own network is reached", () => {
  const [inside, outside] = NETWORK.listeners;
  const own = { ...outside!, address: at("10.1.0.2:5060"), prefix: cidr("10.1.0.0/16") };
  const network = { ...NETWORK, listeners: [inside!, own] };
  assertEquals(whyUnusable(makeWorld({ network }), uri("sip:a@10.1.2.3")), undefined);
  assertEquals(whyUnusable(makeWorld({ network }), uri("sip:a@10.2.2.3")), PRIVATE);
});

Deno.test("a private address is reached under a name that the configuration has, and no other", () => {
  const world = makeWorld();
  const outboundProxy = { host: "sbc.pbx.example", port: undefined };
  const rest = { servers: [], admit: "token", contact: "dialog", media: "strict" } as const;
  const provider = { domain: "pbx.example", outboundProxy, ...rest };
  world.settings = { ...world.settings, providers: [provider] };
  const why = (host: string, ip = "10.1.2.3") => whyNotReached(world, host, at(`${ip}:5060`));
  assertEquals([why("PBX.example"), why("sbc.pbx.example")], [undefined, undefined]);
  assertEquals([why("other.example"), why("10.1.2.3")], [PRIVATE, PRIVATE]);
  assertEquals(why("pbx.example", "192.168.1.77"), "it is inside and no phone of ours");
});

Deno.test("a phone of ours is told from another host inside", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice"));
  const phone = uri(`sip:x@${ALICE}`);
  assertEquals(whyUnusable(world, phone), "it is the address of a phone of ours");
  const why = whyUnusable(world, phone)!;
  assertEquals(refusalOf(world, phone, why).cause, "phone-address");
});

Deno.test("while the outside is unknown nothing is judged: it is refused for that", () => {
  const network = { ...NETWORK, advertised: undefined };
  assertEquals(whyUnusable(makeWorld({ network }), uri("sip:a@10.1.2.3")), undefined);
});

Deno.test("what may never be sent to is forbidden, what our network does not reach is a failure", () => {
  const world = makeWorld();
  const status = (text: string) => refusalOf(world, uri(text), "why").status;
  assertEquals([status("sip:192.168.1.77"), status("sip:127.0.0.2")], [403, 403]);
  assertEquals([status("sip:10.1.2.3"), status("sip:a.example;transport=tls")], [500, 500]);
  assertEquals(hostOf(uri("sip:a@b.example;maddr=192.0.2.1")), "192.0.2.1");
});
