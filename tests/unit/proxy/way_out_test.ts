import { assertEquals } from "@std/assert";
import type { Passage } from "../../../src/proxy/contexts.ts";
import { leadsToUs, resolveOutward, routeOutward } from "../../../src/proxy/way_out.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import { ANYBODY } from "../base/anybody.ts";
import { request, type RequestParts } from "./messages.ts";
import { servers } from "./stage.ts";
import { ALICE, flow, makeWorld, PROVIDER } from "./world_fixture.ts";

function passage(parts: RequestParts): Passage {
  const source = flow("inside", ALICE);
  return { request: request(parts), side: "inside", source, holder: ANYBODY } as Passage;
}

const ROUTES: [routes: string, left: string[]][] = [
  ["<sip:192.168.1.1;lr>, <sip:p.example;lr>", ["<sip:p.example;lr>"]],
  ["sip:203.0.113.5:5060;lr, sip:p.example;lr", ["<sip:p.example;lr>"]],
  ["<sip:p.example;lr>, <sip:192.168.1.1;lr>", ["<sip:p.example;lr>", "<sip:192.168.1.1;lr>"]],
];

Deno.test("our own entries are off the top of a route, in brackets or not (N1)", () => {
  for (const [routes, left] of ROUTES) {
    const routed = routeOutward(makeWorld(), passage({ headers: [`Route: ${routes}`] }));
    assertEquals(headerValues(routed, "route"), left);
  }
});

Deno.test("a Route entry that names us by a name is ours like one by an address (N1)", () => {
  const world = makeWorld();
  const one = passage({ headers: ["Route: <sip:us.example;lr>, <sip:198.51.100.9;lr>"] });
  const ways: string[] = [];
  resolveOutward(world, one, {
    routed: one.request,
    done: ({ flows, routed }) => {
      const to = flows.ok ? flows.value.map(({ remote }) => remote.ip) : [flows.reason.reason];
      ways.push(...to, ...headerValues(routed, "route"));
    },
  });
  for (const effect of world.takeEffects()) {
    if (effect.type !== "dns.resolve") continue;
    world.tickets.get(effect.ticket)?.resume(servers("203.0.113.5:5060"), world.now);
  }
  assertEquals(ways, ["198.51.100.9", "<sip:198.51.100.9;lr>"]);
  assertEquals(leadsToUs(world, [flow("outside", "203.0.113.5:5060")]), true);
  assertEquals(leadsToUs(world, [flow("outside", PROVIDER)]), false);
  assertEquals(leadsToUs(world, []), false);
});
