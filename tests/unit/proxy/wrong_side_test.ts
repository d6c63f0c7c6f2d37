import { assertEquals } from "@std/assert";
import type { Network } from "../../../src/proxy/events.ts";
import { standingOf } from "../../../src/proxy/budget.ts";
import type { World } from "../../../src/proxy/world.ts";
import { isMisplaced, turnAwayMisplaced } from "../../../src/proxy/wrong_side.ts";
import { ALICE, cidr, flow, makeWorld, NETWORK, PROVIDER } from "./world_fixture.ts";

function withNetwork(changes: Partial<Network>): World {
  return makeWorld({ network: { ...NETWORK, ...changes } });
}

Deno.test("a source belongs to the side of its address, on every listener", () => {
  const world = withNetwork({ insideNetworks: [cidr("192.168.1.0/24"), cidr("10.1.0.0/16")] });
  const misplaced = (side: "inside" | "outside", ip: string) =>
    isMisplaced(world, flow(side, `${ip}:5060`));
  for (const ip of ["192.168.1.20", "192.168.1.254", "10.1.200.3"]) {
    assertEquals([misplaced("inside", ip), misplaced("outside", ip)], [false, true], ip);
  }
  for (const ip of ["192.168.2.20", "10.2.0.1", "198.51.100.10", "203.0.113.9"]) {
    assertEquals([misplaced("inside", ip), misplaced("outside", ip)], [true, false], ip);
  }
  // Of our own, and the kernel sees to it that they are.
  assertEquals([misplaced("inside", "203.0.113.5"), misplaced("inside", "127.0.0.1")], [
    false,
    false,
  ]);
});

Deno.test("what we hand to ourselves, and what came to a listener that is gone, is not judged", () => {
  const world = withNetwork({ insideNetworks: [cidr("203.0.113.0/24")] });
  const own = flow("outside", "203.0.113.5:5060");
  world.handedOver = true;
  assertEquals(isMisplaced(world, own), false);
  world.handedOver = false;
  assertEquals(isMisplaced(world, own), true);
  assertEquals(isMisplaced(world, { ...own, listener: "gone" }), false);
});

Deno.test("a source on the wrong side has a stranger's budget, whatever it has earned", () => {
  const world = makeWorld();
  const standing = (side: "inside" | "outside", from: string) =>
    standingOf(world, flow(side, from), 0);
  for (const remote of [ALICE, PROVIDER]) world.budgets.earn(remote.split(":")[0]!, 0);
  assertEquals([standing("inside", ALICE), standing("outside", PROVIDER)], ["known", "known"]);
  assertEquals([standing("outside", ALICE), standing("inside", PROVIDER)], [
    "stranger",
    "stranger",
  ]);
});

Deno.test("further prefixes are suggested for private addresses only, and for none of the outside", () => {
  const said = (remote: string): string[] => {
    const world = withNetwork({
      outsideRoutes: [cidr("10.64.0.0/10")],
      prefixes: [...NETWORK.prefixes, cidr("172.17.0.0/16")],
    });
    turnAwayMisplaced(world, flow("inside", remote));
    assertEquals(world.counters.get("refused.side.inside"), 1);
    return world.takeEffects().flatMap((effect) =>
      effect.type === "note" ? [effect.note.text] : []
    );
  };
  assertEquals(said("10.9.8.7:5060"), [
    "10.9.8.7 sends to our inside address 192.168.1.1:5060 and gets no answer, as it is in no " +
    'inside network; if phones are there, add "10.9.8.0/24" to [inside] networks',
  ]);
  assertEquals(said("172.17.3.2:5060")[0]?.includes('add "172.17.0.0/16" to'), true);
  for (const remote of ["198.51.100.77:5060", "10.65.0.1:5060", "169.254.3.4:5060"]) {
    assertEquals(said(remote), [], remote);
  }
});

Deno.test("a phone that is aimed at the outside is told of the inside address that faces it", () => {
  const world = withNetwork({ listeners: NETWORK.listeners.slice(1) });
  turnAwayMisplaced(world, flow("outside", ALICE));
  const [effect] = world.takeEffects();
  assertEquals(
    effect?.type === "note" && effect.note.text,
    [
      "192.168.1.20 sends to our outside address 203.0.113.5:5060 and gets no answer: ",
      "set this phone's outbound proxy to this host's inside address",
    ].join(""),
  );
});
