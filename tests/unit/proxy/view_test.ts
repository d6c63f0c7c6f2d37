import { assertEquals } from "@std/assert";
import type { Network } from "../../../src/proxy/events.ts";
import {
  flowTo,
  hasOutside,
  hostPort,
  isOwnAddress,
  isOwnUri,
  leadsHere,
  listenerFacing,
  listenerOf,
  ownVia,
  sideOf,
  transportParam,
  viewFor,
} from "../../../src/proxy/view.ts";
import { parseUri } from "../../../src/sip/uri.ts";
import {
  ALICE,
  at,
  cidr,
  flow,
  makeBinding,
  makeWorld,
  NETWORK,
  PROVIDER,
} from "./world_fixture.ts";

const [INSIDE, OUTSIDE] = NETWORK.listeners;

/** Behind another router: bound to a private address, known by a public one; and a second inside network. */
const MANY: Network = {
  ...NETWORK,
  listeners: [
    INSIDE!,
    { ...INSIDE!, id: "guests", address: at("10.1.0.1:5062"), prefix: cidr("10.1.0.0/16") },
    { ...OUTSIDE!, address: at("172.16.0.2:5080") },
  ],
  advertised: "203.0.113.5",
  insideNetworks: [cidr("192.168.1.0/24"), cidr("10.1.0.0/16"), cidr("10.2.0.0/16")],
  ownIps: ["192.168.1.1", "10.1.0.1", "172.16.0.2"],
};

const VIEWS: [side: "inside" | "outside", peer: string, seen: string][] = [
  ["inside", "192.168.1.20", "192.168.1.1:5060"],
  ["inside", "10.1.2.3", "10.1.0.1:5062"],
  ["inside", "10.2.2.3", "192.168.1.1:5060"],
  ["outside", "10.1.2.3", "10.1.0.1:5062"],
  ["outside", "198.51.100.10", "203.0.113.5:5080"],
];

Deno.test("a peer sees the listener that faces it; outside, the advertised address (S2)", () => {
  const world = makeWorld({ network: MANY });
  for (const [side, peer, seen] of VIEWS) {
    assertEquals(hostPort(viewFor(world, side, peer)!), seen, `${side} ${peer}`);
  }
});

Deno.test("without listener or outside address there is no view, without listener no flow", () => {
  const none = makeWorld({ network: { ...NETWORK, advertised: undefined, listeners: [OUTSIDE!] } });
  assertEquals(viewFor(none, "outside", "198.51.100.10"), undefined);
  assertEquals(viewFor(none, "inside", "192.168.1.20"), undefined);
  assertEquals(flowTo(none, "outside", at(PROVIDER))?.listener, OUTSIDE!.id);
  const deaf = makeWorld({ network: { ...NETWORK, listeners: [INSIDE!] } });
  assertEquals(viewFor(deaf, "outside", "198.51.100.10"), undefined);
  assertEquals(flowTo(deaf, "outside", at(PROVIDER)), undefined);
  assertEquals([none, deaf, makeWorld()].map(hasOutside), [false, false, true]);
  // Who faces a peer is known before what it is to be told.
  const peers = [["outside", "198.51.100.10"], ["inside", "192.168.1.20"]] as const;
  const facing = (world: typeof none) =>
    peers.map(([side, ip]) => listenerFacing(world, side, ip)?.id);
  assertEquals(facing(none), [OUTSIDE!.id, undefined]);
  assertEquals(facing(deaf), [undefined, INSIDE!.id]);
});

Deno.test("a flow goes from the listener's bound address", () => {
  const world = makeWorld({ network: MANY });
  const made = flowTo(world, "outside", at(PROVIDER));
  assertEquals(made?.local, at("172.16.0.2:5080"));
  assertEquals(listenerOf(world, made!)?.id, "outside");
  assertEquals(listenerOf(world, { ...made!, listener: "gone" }), undefined);
});

const SHARED: Network = {
  ...NETWORK,
  listeners: [{ ...INSIDE!, id: "both", sides: ["inside", "outside"] }],
  advertised: "192.168.1.1",
  gateway: "192.168.1.254",
  ownIps: ["192.168.1.1"],
};

const SIDES: [remote: string, side: "inside" | "outside"][] = [
  ["192.168.1.20:5060", "inside"],
  ["192.168.1.254:5060", "outside"],
  ["198.51.100.99:5060", "outside"],
  ["192.168.1.77:5060", "outside"],
  ["192.168.1.1:5060", "outside"],
  ["192.168.1.1:40000", "inside"],
];

Deno.test("on a shared interface provider, gateway and we ourselves are outside, phones inside (S1)", () => {
  const world = makeWorld({ network: SHARED });
  world.bindings.set(makeBinding("alice", { registrar: at("192.168.1.77:5060") }));
  for (const [remote, side] of SIDES) {
    const both = { ...flow("inside", remote), listener: "both" };
    assertEquals(sideOf(world, both), side, remote);
  }
});

Deno.test("with two interfaces a packet's side is its listener's; one unknown is outside", () => {
  const world = makeWorld();
  assertEquals(sideOf(world, flow("inside", PROVIDER)), "inside");
  assertEquals(sideOf(world, flow("outside", ALICE)), "outside");
  assertEquals(sideOf(world, { ...flow("inside", ALICE), listener: "gone" }), "outside");
});

const OWN: [uri: string, own: boolean][] = [
  ["sip:203.0.113.5", true],
  ["sip:203.0.113.5:5080", true],
  ["sip:x@192.168.1.1;lr=on", true],
  ["sips:192.168.1.1:5060", true],
  ["sip:192.168.1.1:5099", false],
  ["sip:192.168.1.20", false],
  ["sip:example.com", false],
  ["tel:+49", false],
];

Deno.test("our address is known in every spelling, with the ports we listen on (N1)", () => {
  const world = makeWorld({ network: MANY });
  for (const [text, own] of OWN) {
    const uri = parseUri(text);
    assertEquals(uri.ok && isOwnUri(world, uri.value), own, text);
  }
  assertEquals(isOwnAddress(world, "203.0.113.5", 5062), true);
  assertEquals(isOwnAddress(world, "203.0.113.5", 5063), false);
});

Deno.test("our Via names the listener as its peer sees it, and asks for an answer to where it came from", () => {
  const world = makeWorld({ network: MANY });
  const to = flow("outside", PROVIDER);
  const view = viewFor(world, "outside", to.remote.ip)!;
  assertEquals(
    ownVia(view, { flow: to, branch: "z9hG4bKx" }),
    "SIP/2.0/UDP 203.0.113.5:5080;branch=z9hG4bKx;rport",
  );
});

Deno.test("hosts are written with brackets and port, transports only if not UDP", () => {
  assertEquals(hostPort({ ip: "2001:db8::1", port: 5060 }), "[2001:db8::1]:5060");
  assertEquals(transportParam("udp"), "");
  assertEquals(transportParam("tls"), ";transport=tls");
});

Deno.test("a URI that we gave out leads here as long as we have its address and port", () => {
  const world = makeWorld();
  const led = ["sip:a@203.0.113.5;line=x", "sip:a@203.0.113.5:5062", "sip:a@203.0.113.6", "tel:1"]
    .map((uri) => leadsHere(world, uri));
  assertEquals(led, [true, false, false, false]);
});
