import { assertEquals } from "@std/assert";
import type { ServerRecord } from "../../../src/proxy/events.ts";
import { isDead, markDown } from "../../../src/proxy/server_health.ts";
import { orderServers, pinCall, pinnedFlow } from "../../../src/proxy/server_choice.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import type { Passage } from "../../../src/proxy/contexts.ts";
import { request } from "./messages.ts";
import { ALICE, at, flow, makeBinding, makeWorld } from "./world_fixture.ts";

const PEER = "198.51.100.77:5060";
const SILENT = { kind: "silent" } as const;

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

Deno.test("a binding's server serves its name and its own domain; of another name, or for another phone, it does not (N3)", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice", { registrar: at(PEER), hop: "sip.example.com" }));
  const pinned = (host: string, remote = ALICE, port?: number) =>
    pinnedFlow(world, {
      query: { host, port, transport: undefined },
      passage: { request: request(), source: flow("inside", remote) } as Passage,
    })?.remote.ip;
  const ip = "198.51.100.77";
  assertEquals(pinned("sip.example.com"), ip);
  assertEquals(pinned("Example.com"), ip);
  assertEquals(pinned("example.com", ALICE, 5070), undefined);
  assertEquals(pinned("example.net"), undefined);
  // Of its AOR the name must be the one that the registrar was found under: others may have registered it elsewhere.
  assertEquals(pinned("sip.example.com", "192.168.1.99:5060"), ip);
  assertEquals(pinned("example.com", "192.168.1.99:5060"), undefined);
});

Deno.test("a challenged request comes back to its server for as long as that is remembered (N3)", () => {
  const world = makeWorld();
  pinCall(world, request({ call: "1" }), { hop: "example.com", flow: flow("outside", PEER) });
  const query = { host: "example.com", port: undefined, transport: undefined };
  const pinned = (call: string, method = "INVITE") => {
    const passage = {
      request: request({ call, method }),
      source: flow("inside", ALICE),
    } as Passage;
    return pinnedFlow(world, { query, passage })?.remote.ip;
  };
  assertEquals([pinned("1"), pinned("2"), pinned("1", "REGISTER")], [
    "198.51.100.77",
    undefined,
    undefined,
  ]);
  world.now += TIMES.memory - 1;
  assertEquals(pinned("1"), "198.51.100.77");
  world.now++;
  assertEquals(pinned("1"), undefined);
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
