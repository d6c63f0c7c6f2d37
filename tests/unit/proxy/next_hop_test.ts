import { assert, assertEquals } from "@std/assert";
import type { Passage } from "../../../src/proxy/contexts.ts";
import type { Dialog } from "../../../src/proxy/dialogs.ts";
import type { Network } from "../../../src/proxy/events.ts";
import { nextHop, resolveHop } from "../../../src/proxy/next_hop.ts";
import { hopName, pinCall } from "../../../src/proxy/server_choice.ts";
import type { ProviderSettings } from "../../../src/proxy/settings.ts";
import { markDown } from "../../../src/proxy/server_health.ts";
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
  return hopName(found.query) + (found.fallback === undefined ? "" : " or the peer");
}

const HOPS: [what: string, parts: RequestParts, hop: string][] = [
  ["a name", { uri: "sip:b@Example.com" }, "example.com or the peer"],
  ["a name with a port", { uri: "sip:b@example.com:5070" }, "example.com:5070 or the peer"],
  ["maddr", { uri: "sip:b@example.com;maddr=198.51.100.9" }, "198.51.100.9 or the peer"],
  ["a Route", { headers: ["Route: <sip:p.example.net;lr>, <sip:x>"] }, "p.example.net or the peer"],
  ["another transport", { uri: "sip:b@example.net;transport=tcp" }, PROVIDER],
  ["a private address", { uri: "sip:b@10.1.2.3" }, PROVIDER],
  ["a private Route", { headers: ["Route: <sip:10.1.2.3;lr>"] }, PROVIDER],
  ["a Route inside", { headers: ["Route: <sip:192.168.1.77;lr>"] }, PROVIDER],
  ["a host inside", { uri: "sip:b@192.168.1.77" }, "403"],
  [
    "another registrar",
    { method: "REGISTER", uri: "sip:10.1.2.3", to: "<sip:alice@example.com>" },
    "500",
  ],
  ["a loopback address", { uri: "sip:b@127.0.0.1" }, PROVIDER],
  ["localhost", { uri: "sip:b@localhost" }, PROVIDER],
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
const dialog = {
  pinned: flow("outside", PEER),
  party: { domain: undefined, name: "alice" },
} as Dialog;

const CONTACTS: [target: string, hop: string][] = [
  ["sip:b@198.51.100.10:5062", "198.51.100.10:5062 or the peer"],
  ["sip:b@host.example.com", "host.example.com or the peer"],
  ["sip:b@10.1.1.1", PEER],
  ["sip:b@192.168.1.50", PEER],
  ["sip:b@127.0.0.9", PEER],
  ["sip:b@0.0.0.0", PEER],
  ["sip:b@172.16.5.5", "172.16.5.5 or the peer"],
  ["sip:b@203.0.113.5", PEER],
  ["sip:b@203.0.113.5;line=abc", "203.0.113.5:5060"],
  ["sip:b@203.0.113.255", PEER],
  ["sip:b@[2001:db8::1]", PEER],
  ["sip:b@localhost", PEER],
  ["sips:b@198.51.100.10", PEER],
  ["sip:b@198.51.100.10;transport=tls", PEER],
  ["sip:b@198.51.100.10;transport=udp", "198.51.100.10 or the peer"],
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
    assertEquals(found, "500", remote);
  }
  const former = { ...flow("outside", PEER), listener: "gone", local: at("203.0.113.9:5060") };
  const one = passage({ uri: "sip:b@10.1.1.1" }, { dialog: { ...dialog, pinned: former } });
  assertEquals(hop(world, one), PEER);
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
  assertEquals(resolve(world, passage(), servers("192.168.1.77:5060")), 500);
  assertEquals(resolve(world, passage(), servers("10.1.2.3:5060")), 500);
  assertEquals(resolve(world, passage(), { ok: true, servers: [] }), 500);
  assertEquals(resolve(world, passage(), { ok: false, reason: "No such name" }), 500);
  const inDialog = passage({}, { dialog });
  assertEquals(resolve(world, inDialog, { ok: false, reason: "No such name" }), ["198.51.100.77"]);
  assertEquals(resolve(world, inDialog, servers("192.168.1.77:5060")), ["198.51.100.77"]);
});

Deno.test("who has configured a host knows that its private address is reached", () => {
  const world = makeWorld();
  const settings = (changes: object) => ({
    ...world.settings,
    providers: [{ domain: "example.com", ...changes } as ProviderSettings],
  });
  world.settings = settings({});
  assertEquals(resolve(world, passage(), servers("10.1.2.3:5060", "192.168.1.77:5060")), [
    "10.1.2.3",
  ]);
  world.settings = settings({ outboundProxy: { host: "10.1.2.4", port: undefined } });
  assertEquals(resolve(world, passage()), ["10.1.2.4"]);
});

Deno.test("that a next hop is replaced is said once in a dialog, and of each INVITE outside one", () => {
  const world = makeWorld();
  const said = (one: Passage) => {
    resolve(world, one, { ok: false, reason: "No such name" });
    return world.takeEffects().length;
  };
  const notes: string[] = [];
  world.note = (level, _kind, text) => void notes.push(`${level} ${text}`);
  const fresh: Dialog = { ...dialog, detoured: false };
  said(passage({ uri: "sip:b@10.1.1.1" }, { dialog: fresh }));
  said(passage({ uri: "sip:b@gone.example" }, { dialog: fresh }));
  assertEquals(notes, [
    "info Subscription of alice: the far end's Contact 10.1.1.1 cannot be used from here, as it is " +
    "private, and only the default route leads there: sent to 198.51.100.77:5060 instead",
  ]);
  notes.length = 0;
  world.bindings.set(makeBinding("alice"));
  said(passage({ uri: "sip:b@gone.example" }));
  said(passage({ method: "OPTIONS", headers: ["Route: <sip:127.0.0.9;lr>"] }));
  said(passage());
  assertEquals(notes, [
    "info INVITE from 192.168.1.20: gone.example cannot be used from here, as it is not found " +
    "(No such name): sent to 198.51.100.10:5060 instead",
    "debug OPTIONS from 192.168.1.20: Route 127.0.0.9 cannot be used from here, as it is a " +
    "loopback address: sent to 198.51.100.10:5060 instead",
    "warn Cannot find the server of example.com: No such name; 198.51.100.10:5060 is asked " +
    "instead, which has answered before; phones concerned: alice@example.com",
  ]);
  notes.length = 0;
  said(passage({ uri: "sip:b@10.1.1.1", from: "<sip:x@example.com>;tag=1" }, {
    source: flow("inside", "192.168.1.99:5060"),
  }));
  assertEquals(notes, [
    "warn INVITE from 192.168.1.99 fails: Next hop 10.1.1.1 cannot be used: it is private, and " +
    "only the default route leads there; add a route to it, or a [[provider]] section",
  ]);
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

Deno.test("the name that a phone registered with is kept whoever asks for it, another is not (N3)", () => {
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
