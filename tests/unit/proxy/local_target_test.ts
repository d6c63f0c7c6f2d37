import { assertEquals } from "@std/assert";
import { withLocalTarget } from "../../../src/proxy/local_target.ts";
import { request } from "./messages.ts";
import { BOB, flow, makeBinding, makeWorld, NETWORK } from "./world_fixture.ts";

const TOKEN = "bobbobbobbobbobbobbo";

const TARGETS: [what: string, uri: string, result: string][] = [
  ["a phone's own Contact", `sip:bob@${BOB}`, `sip:bob@203.0.113.5:5060;line=${TOKEN}`],
  [
    "a masked URI of before",
    `sip:bob@203.0.113.9:5060;line=${TOKEN}`,
    `sip:bob@203.0.113.5:5060;line=${TOKEN}`,
  ],
  ["a token of somebody else", "sip:bob@198.51.100.1;line=xyz", "sip:bob@198.51.100.1;line=xyz"],
  ["an unknown inside host", "sip:x@192.168.1.99", "sip:x@192.168.1.99"],
  ["a name", "sip:bob@example.com", "sip:bob@example.com"],
  ["a number", "tel:+49", "tel:+49"],
];

Deno.test("a neighbour is addressed as the outside would do it, whatever URI it is known by (N2)", () => {
  const world = makeWorld();
  world.bindings.set(
    makeBinding("bob", { token: TOKEN, flow: flow("inside", BOB), uri: `sip:bob@${BOB}` }),
  );
  for (const [what, uri, result] of TARGETS) {
    assertEquals(withLocalTarget(world, request({ uri })).uri, result, what);
  }
  const routed = request({ uri: `sip:bob@${BOB}`, headers: ["Route: <sip:proxy.example.com;lr>"] });
  assertEquals(withLocalTarget(world, routed), routed);
  world.network = { ...NETWORK, advertised: undefined };
  assertEquals(withLocalTarget(world, request({ uri: `sip:bob@${BOB}` })).uri, `sip:bob@${BOB}`);
});
