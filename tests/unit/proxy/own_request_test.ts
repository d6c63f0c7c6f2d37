import { assertEquals } from "@std/assert";
import type { Passage } from "../../../src/proxy/contexts.ts";
import { ownRequest, sendToFarEnd } from "../../../src/proxy/own_request.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import type { World } from "../../../src/proxy/world.ts";
import { ANYBODY } from "../base/anybody.ts";
import { request, type RequestParts } from "./messages.ts";
import { ALICE, flow, makeWorld, NETWORK, PROVIDER } from "./world_fixture.ts";

const UNKNOWN = { ...NETWORK, advertised: undefined };

Deno.test("a request of our own has our Via on that side, and none where we have no address", () => {
  const world = makeWorld();
  const own = ownRequest(world, request(), {
    side: "inside",
    flow: flow("inside", ALICE),
  });
  assertEquals(
    headerValues(own!.request, "via")[0],
    `SIP/2.0/UDP 192.168.1.1:5060;branch=${own!.branch};rport`,
  );
  const out = { side: "outside", flow: flow("outside", PROVIDER) } as const;
  assertEquals(ownRequest(makeWorld({ network: UNKNOWN }), request(), out), undefined);
});

/** Where it went and its Request-URI; false when it must wait. */
function sent(world: World, parts: RequestParts): string[] | false {
  const went: string[] = [];
  const passage = {
    request: request(parts),
    side: "inside",
    source: flow("inside", ALICE),
    holder: ANYBODY,
    peer: flow("outside", PROVIDER),
  } as Passage;
  const known = sendToFarEnd(world, passage, ({ remote }, own) => {
    went.push(remote.ip, own.request.uri);
  });
  return known && went;
}

Deno.test("a request of our own goes by the route set, else to the Contact, else to the peer (N1)", () => {
  const world = makeWorld();
  assertEquals(sent(world, { uri: "sip:b@198.51.100.3" }), ["198.51.100.3", "sip:b@198.51.100.3"]);
  assertEquals(sent(world, { uri: "sip:b@10.1.1.1" }), ["198.51.100.10", "sip:b@10.1.1.1"]);
  const strict = { uri: "sip:b@10.1.1.1", headers: ["Route: <sip:198.51.100.4>"] };
  assertEquals(sent(world, strict), ["198.51.100.4", "sip:198.51.100.4"]);
  assertEquals(sent(makeWorld({ network: UNKNOWN }), { uri: "sip:b@198.51.100.3" }), false);
});

Deno.test("one that has no way at all is counted", () => {
  const world = makeWorld();
  assertEquals(sent(world, { headers: ["Route: <tel:+1"] }), []);
  assertEquals(world.counters.get("own.unroutable"), 1);
});
