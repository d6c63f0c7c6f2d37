import { assertEquals } from "@std/assert";
import { destination, replyFlow } from "../../../src/proxy/destination.ts";
import { ALICE, at, flow, makeBinding, makeWorld, PROVIDER } from "./world_fixture.ts";

const REPLIES: [via: string | undefined, goesTo: string][] = [
  ["SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1;rport", "192.168.1.20:40000"],
  ["SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1;rport=1", "192.168.1.20:40000"],
  ["SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1", "192.168.1.20:5070"],
  ["SIP/2.0/UDP phone.example;branch=z9hG4bK1", "192.168.1.20:5060"],
  ["SIP/2.0/UDP 10.0.0.1;maddr=224.0.0.1", "192.168.1.20:5060"],
  ["rubbish", "192.168.1.20:40000"],
  [undefined, "192.168.1.20:40000"],
];

Deno.test("an answer goes to the packet's IP: with rport to its port, else to the Via's (V4)", () => {
  for (const [via, goesTo] of REPLIES) {
    assertEquals(replyFlow(flow("inside", "192.168.1.20:40000"), via), flow("inside", goesTo), via);
  }
});

Deno.test("on a connection an answer goes back on it (V4)", () => {
  const connected = { ...flow("inside", ALICE), transport: "tcp" as const, connection: 3 };
  assertEquals(replyFlow(connected, "SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bK1"), connected);
});

Deno.test("an owner that is gone has no address", () => {
  const world = makeWorld();
  const gone = [
    { kind: "server", id: 1 },
    { kind: "client", id: 1 },
    { kind: "dialog", key: "x", side: "inside" },
    { kind: "binding", token: "x", side: "inside" },
    { kind: "reply", id: 1 },
  ] as const;
  for (const owner of gone) assertEquals(destination(world, owner), undefined, owner.kind);
});

Deno.test("a binding's messages go to its phone, or to its registrar if that is outside", () => {
  const world = makeWorld();
  const alice = makeBinding("alice");
  const odd = makeBinding("bob", { registrar: at("192.168.1.99:5060") });
  world.bindings.set(alice);
  world.bindings.set(odd);
  const of = (token: string, side: "inside" | "outside") =>
    destination(world, { kind: "binding", token, side });
  assertEquals(of(alice.token, "inside"), flow("inside", ALICE));
  assertEquals(of(alice.token, "outside"), flow("outside", PROVIDER));
  assertEquals(of(odd.token, "outside"), undefined);
  // A keep-alive names nobody.
  world.network = { ...world.network, advertised: undefined };
  assertEquals(of(alice.token, "outside"), flow("outside", PROVIDER));
});
