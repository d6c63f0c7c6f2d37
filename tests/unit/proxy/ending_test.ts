import { assertEquals } from "@std/assert";
import { sendEnding } from "../../../src/proxy/ending.ts";
import { request } from "./messages.ts";
import { flow, makeWorld, PROVIDER } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

Deno.test("what ends a call takes a place that is kept for that, and no more than there are (V7)", () => {
  const world = makeWorld({ limits: { clientTransactions: 0, endingTransactions: 2 } });
  const sizes = ["a", "b", "c"].map((branch) => {
    const bye = request({ method: "BYE", branch });
    sendEnding(world, flow("outside", PROVIDER), {
      request: bye,
      branch,
      holder: { ...ANYBODY, name: branch },
    });
    return world.clients.size;
  });
  assertEquals(sizes, [1, 2, 2]);
});
