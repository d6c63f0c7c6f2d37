import { assert, assertEquals } from "@std/assert";
import type { Passage } from "../../../src/proxy/contexts.ts";
import type { Dialog } from "../../../src/proxy/dialogs.ts";
import type { Network, ServerRecord } from "../../../src/proxy/events.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import {
  hopName,
  nextHop,
  orderServers,
  pinCall,
  resolveHop,
} from "../../../src/proxy/next_hop.ts";
import { isDead, markDown } from "../../../src/proxy/server_health.ts";
import type { World } from "../../../src/proxy/world.ts";
import { request, type RequestParts } from "./messages.ts";
import { servers } from "./stage.ts";
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
import { ANYBODY } from "../base/anybody.ts";

function passage(parts: RequestParts = {}, changes: Partial<Passage> = {}): Passage {
  return {
    request: request(parts),
    side: "inside",
    source: flow("inside", ALICE),
    holder: ANYBODY,
    identities: [],
    call: undefined,
    dialog: undefined,
    party: undefined,
    register: undefined,
    ...changes,
  };
}

/** A hop in short: a flow's address, a name looked up, or a status. */
function hop(world: World, one: Passage): string {
  const found = nextHop(world, one, one.request);
  if (found.kind === "refused") return String(found.refusal.status);
  if (found.kind === "flow") return `${found.flow.remote.ip}:${found.flow.remote.port}`;
  return hopName(found.query) + (found.fallback === undefined ? "" : " or the pinned peer");
}

const HOPS: [what: string, parts: RequestParts, hop: string][] = [
  ["a name", { uri: "sip:b@Example.com" }, "example.com"],
  ["a name with a port", { uri: "sip:b@example.com:5070" }, "example.com:5070"],
  ["maddr", { uri: "sip:b@example.com;maddr=198.51.100.9" }, "198.51.100.9"],
  ["a Route", { headers: ["Route: <sip:proxy.example.net;lr>, <sip:x>"] }, "proxy.example.net"],
  ["our own address", { uri: "sip:b@192.168.1.1" }, "203.0.113.5:5060"],
  ["a number of a phone we know", { uri: "tel:+4930123" }, "example.com"],
  ["a Route that is none", { headers: ["Route: <tel:+1"] }, "400"],
];

Deno.test("the next hop is the Route, else the Request-URI (N1)", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice"));
  for (const [what, parts, expected] of HOPS) {
    assertEquals(hop(world, passage(parts)), expected, what);
  }
  assertEquals(hop(makeWorld(), passage({ uri: "tel:+4930123" })), "404");
});

const PEER = "198.51.100.77:5060";
const dialog = { pinned: flow("outside", PEER), party: { domain: undefined } } as Dialog;

const CONTACTS: [target: string, hop: string][] = [
  ["sip:b@198.51.100.10:5062", "198.51.100.10:5062 or the pinned peer"],
  ["sip:b@host.example.com", "host.example.com or the pinned peer"],
  ["sip:b@10.1.1.1", PEER],
  ["sip:b@192.168.1.50", PEER],
  ["sip:b@127.0.0.9", PEER],
  ["sip:b@0.0.0.0", PEER],
  ["sip:b@172.16.5.5", "172.16.5.5 or the pinned peer"],
  ["sip:b@203.0.113.5", "203.0.113.5:5060"],
];

Deno.test("in a dialog, a Contact that leads nowhere is replaced by the peer we know (N1)", () => {
  const network: Network = { ...NETWORK, outsideRoutes: [cidr("172.16.0.0/16")] };
  const world = makeWorld({ network });
  for (const [uri, expected] of CONTACTS) {
    assertEquals(hop(world, passage({ uri }, { dialog })), expected, uri);
  }
});

Deno.test("a peer that may not be sent to is no way out, and one of before an address change is reached from here", () => {
  const world = makeWorld();
  for (const remote of ["192.168.1.77:5060", "127.0.0.1:53"]) {
    const spoofed = { ...dialog, pinned: flow("outside", remote) };
    const found = hop(world, passage({ uri: "sip:b@10.1.1.1" }, { dialog: spoofed }));
    assertEquals(found, "10.1.1.1", remote);
  }
  const former = { ...flow("outside", PEER), listener: "gone", local: at("203.0.113.9:5060") };
  const one = passage({ uri: "sip:b@10.1.1.1" }, { dialog: { ...dialog, pinned: former } });
  assertEquals(nextHop(world, one, one.request), { kind: "flow", flow: flow("outside", PEER) });
});

function record(name: string, priority: number, weight: number): ServerRecord {
  return { transport: "udp", address: at(`198.51.100.${name}:5060`), priority, weight };
}

const DRAWS: [draws: number[], order: string][] = [
  [[0, 0, 0, 0], "1 2 3 4"],
  [[0.5, 0, 0, 0], "2 1 3 4"],
  [[0.99, 0.99, 0.99, 0.99], "3 2 1 4"],
];

Deno.test("servers are tried by priority, within it drawn by weight (RFC 2782)", () => {
  const records = [
    record("4", 20, 100),
    record("1", 10, 9),
    record("2", 10, 49),
    record("3", 10, 39),
  ];
  for (const [draws, order] of DRAWS) {
    const ordered = orderServers(makeWorld({ draws }), records);
    assertEquals(ordered.map(({ address }) => address.ip.slice(11)).join(" "), order);
  }
  const tcp = { ...record("5", 0, 0), transport: "tcp" as const };
  assertEquals(orderServers(makeWorld(), [tcp]), []);
});

function resolve(world: World, one: Passage, answer = servers(PROVIDER, PEER)): string[] | number {
  let result: string[] | number | undefined;
  resolveHop(world, nextHop(world, one, one.request), {
    passage: one,
    done: (flows) => {
      result = flows.ok ? flows.value.map(({ remote }) => remote.ip) : flows.reason.status;
    },
  });
  for (const effect of world.takeEffects()) {
    if (effect.type === "dns.resolve") world.tickets.get(effect.ticket)?.resume(answer, world.now);
  }
  assert(result !== undefined);
  return result;
}

Deno.test("names are looked up, addresses are not, and nobody inside is a next hop (N2)", () => {
  const world = makeWorld();
  assertEquals(resolve(world, passage()), ["198.51.100.10", "198.51.100.77"]);
  assertEquals(resolve(world, passage({ uri: "sip:b@198.51.100.3" })), ["198.51.100.3"]);
  assertEquals(resolve(world, passage({ uri: "sip:b@192.168.1.77" })), 403);
  assertEquals(resolve(world, passage(), servers("192.168.1.77:5060")), 403);
  assertEquals(resolve(world, passage(), { ok: true, servers: [] }), 500);
  assertEquals(resolve(world, passage(), { ok: false, reason: "No such name" }), 500);
  const inDialog = passage({}, { dialog });
  assertEquals(resolve(world, inDialog, { ok: false, reason: "No such name" }), ["198.51.100.77"]);
  assertEquals(resolve(world, inDialog, servers("192.168.1.77:5060")), ["198.51.100.77"]);
});

const SILENT = { kind: "silent" } as const;

Deno.test("the server that registered an AOR serves it, the challenger its call, until it falls silent (N3)", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice", { registrar: at(PEER) }));
  assertEquals(resolve(world, passage()), ["198.51.100.77", "198.51.100.10"]);
  assertEquals(resolve(world, passage({ uri: "sip:b@example.net" })), [
    "198.51.100.10",
    "198.51.100.77",
  ]);
  pinCall(world, request(), { hop: "example.com", flow: flow("outside", PROVIDER) });
  assertEquals(resolve(world, passage()), ["198.51.100.10", "198.51.100.77"]);
  assertEquals(resolve(world, passage({ call: "2" })), ["198.51.100.77", "198.51.100.10"]);
  markDown(world, { flow: flow("outside", PEER), trouble: SILENT });
  assertEquals(resolve(world, passage({ call: "2" })), ["198.51.100.10", "198.51.100.77"]);
});

Deno.test("the name that a phone registered with is kept, another is not (N3)", () => {
  const world = makeWorld();
  const kept = (parts: RequestParts) => {
    const one = passage(parts);
    resolveHop(world, nextHop(world, one, one.request), { passage: one, done: () => {} });
    return world.takeEffects().flatMap((effect) =>
      effect.type === "dns.resolve" ? [effect.query.kept] : []
    );
  };
  assertEquals(kept({}), [undefined]);
  world.bindings.set(makeBinding("alice"));
  assertEquals(kept({}), [true]);
  assertEquals(kept({ uri: "sip:b@example.net" }), [undefined]);
});

Deno.test("pins are forgotten, and dead servers asked again, when their time is over", () => {
  const world = makeWorld();
  const target = flow("outside", PEER);
  markDown(world, { flow: target, trouble: SILENT });
  pinCall(world, request({ call: "1" }), { hop: "example.com", flow: target });
  pinCall(world, request({ call: "1" }), { hop: "", flow: target });
  assertEquals(world.pins.size, 1);
  world.now += TIMES.dead;
  assertEquals(isDead(world, target), false);
  pinCall(world, request({ call: "2" }), { hop: "example.com", flow: target });
  assertEquals(world.pins.size, 1);
});
