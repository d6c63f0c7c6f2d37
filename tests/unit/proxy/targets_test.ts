import { assert, assertEquals } from "@std/assert";
import type { Network } from "../../../src/proxy/events.ts";
import { handoverTarget, outsideTarget, phoneTarget } from "../../../src/proxy/targets.ts";
import { ALICE, at, cidr, flow, makeWorld, NETWORK } from "./world_fixture.ts";

const HANDOVER = "203.0.113.5:5060";

const TARGETS: [remote: string, outcome: string | number][] = [
  ["198.51.100.10:5060", "198.51.100.10:5060"],
  ["10.9.9.9:5060", "10.9.9.9:5060"],
  ["203.0.113.5:5060", HANDOVER],
  ["192.168.1.1:5060", HANDOVER],
  ["127.0.0.1:5060", HANDOVER],
  ["203.0.113.5:5080", 403],
  ["192.168.1.20:5060", 403],
  ["192.168.1.1:80", 403],
  ["127.0.0.1:53", 403],
  ["127.0.0.2:5060", 403],
  ["169.254.1.1:5060", 403],
  ["224.0.0.1:5060", 403],
  ["255.255.255.255:5060", 403],
  ["203.0.113.255:5060", 403],
  ["203.0.113.0:5060", 403],
  ["203.0.112.255:5060", "203.0.112.255:5060"],
  ["0.0.0.0:5060", 403],
  ["[fe80::1]:5060", 403],
  ["[ff02::1]:5060", 403],
];

function outcome(network: Network, remote: string): string | number {
  const target = outsideTarget(makeWorld({ network }), at(remote));
  return target.ok ? `${target.value.remote.ip}:${target.value.remote.port}` : target.reason.status;
}

Deno.test("a next hop is a host on the outside, or ourselves for the other side (N2)", () => {
  for (const [remote, expected] of TARGETS) {
    assertEquals(outcome(NETWORK, remote), expected, remote);
  }
});

Deno.test("what leaves goes from the outside listener", () => {
  const target = outsideTarget(makeWorld(), at("198.51.100.10:5060"));
  assertEquals(target, { ok: true, value: flow("outside", "198.51.100.10:5060") });
});

Deno.test("without an outside address nothing leaves", () => {
  const network = { ...NETWORK, advertised: undefined };
  assertEquals(outcome(network, "198.51.100.10:5060"), 500);
  const handover = handoverTarget(makeWorld({ network }));
  assert(!handover.ok);
  assertEquals(handover.reason.status, 500);
  assertEquals(handoverTarget(makeWorld({ network: { ...NETWORK, listeners: [] } })).ok, false);
});

Deno.test("on loopback, and only there, loopback is a network like another", () => {
  const [inside, outside] = NETWORK.listeners;
  const loopback: Network = {
    ...NETWORK,
    listeners: [
      { ...inside!, address: at("127.0.1.1:5060"), prefix: cidr("127.0.1.0/24") },
      { ...outside!, address: at("127.0.2.1:5061"), prefix: cidr("127.0.2.0/24") },
    ],
    advertised: "127.0.2.1",
    insideNetworks: [cidr("127.0.1.0/24")],
    ownIps: ["127.0.1.1", "127.0.2.1"],
  };
  assertEquals(outcome(loopback, "127.0.2.9:5060"), "127.0.2.9:5060");
  assertEquals(outcome(loopback, "127.0.1.9:5060"), 403);
  assertEquals(outcome(loopback, "127.0.2.1:5061"), "127.0.2.1:5061");
  assertEquals(outcome(loopback, "224.0.0.1:5060"), 403);
});

const PHONES: [what: string, uri: string, remote: string, goesTo: string][] = [
  [
    "Contact at the packet's IP: its port",
    "sip:a@192.168.1.20:5070",
    "192.168.1.20:40000",
    "192.168.1.20:5070",
  ],
  ["Contact without a port", "sip:a@192.168.1.20", "192.168.1.20:40000", "192.168.1.20:5060"],
  ["Contact elsewhere: the flow", "sip:a@192.168.1.99:5070", ALICE, ALICE],
  ["Contact with a name: the flow", "sip:a@phone.example:5070", ALICE, ALICE],
  [
    "Contact that gives our port: the flow",
    "sip:a@192.168.1.1:5060",
    "192.168.1.1:5099",
    "192.168.1.1:5099",
  ],
  ["no URI: the flow", "", ALICE, ALICE],
];

Deno.test("a phone is reached at its Contact's port if that is its host, else by its flow (N5)", () => {
  const world = makeWorld();
  for (const [what, uri, remote, goesTo] of PHONES) {
    const target = phoneTarget(world, { uri, flow: flow("inside", remote), routes: [] });
    assertEquals(target, flow("inside", goesTo), what);
  }
});

Deno.test("a phone whose listener went away is reached by the one that faces it now", () => {
  const former = { ...flow("inside", ALICE), listener: "gone", local: at("192.168.1.9:5060") };
  const world = makeWorld();
  assertEquals(phoneTarget(world, { uri: "", flow: former, routes: [] }), flow("inside", ALICE));
});

Deno.test("a phone on a connection is reached by it alone", () => {
  const connected = { ...flow("inside", ALICE), transport: "tcp" as const, connection: 7 };
  const target = phoneTarget(makeWorld(), {
    uri: "sip:a@192.168.1.20:5070",
    flow: connected,
    routes: [],
  });
  assertEquals(target, connected);
});

Deno.test("a request that a proxy inside routes on goes to the proxy, though the phone has the same IP", () => {
  const phone = {
    uri: "sip:a@192.168.1.20:5080",
    flow: flow("inside", ALICE),
    routes: ["<sip:192.168.1.20:5060;lr>"],
  };
  assertEquals(phoneTarget(makeWorld(), phone), flow("inside", ALICE));
});
