import { assertEquals } from "@std/assert";
import { sendOrOwe, sendOwedByes } from "../../../src/proxy/owed_byes.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { makeWorld, NETWORK } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

const UNKNOWN = { ...NETWORK, advertised: undefined };

/** A world that does not know its outside address, and what was sent in it. */
function waiting(limits = {}) {
  const world = makeWorld({ network: UNKNOWN, limits });
  const sent: string[] = [];
  const send = (name: string) => () => {
    if (world.network.advertised === undefined) return false;
    sent.push(name);
    return true;
  };
  return { world, sent, send };
}

Deno.test("a BYE that can be sent is, one that cannot waits for our outside address and is sent once", () => {
  const { world, sent, send } = waiting();
  sendOrOwe(world, { holder: ANYBODY, send: () => true });
  assertEquals(world.owedByes.size, 0);
  for (const name of ["one", "two"]) sendOrOwe(world, { holder: ANYBODY, send: send(name) });
  sendOwedByes(world);
  assertEquals([sent, world.owedByes.size], [[], 2]);
  world.network = NETWORK;
  for (let times = 0; times < 2; times++) sendOwedByes(world);
  assertEquals([sent, world.owedByes.size, world.heap.size], [["one", "two"], 0, 0]);
});

Deno.test("one that has no way though our address is known is given up", () => {
  const { world } = waiting();
  world.network = NETWORK;
  sendOrOwe(world, { holder: ANYBODY, send: () => false });
  assertEquals([world.owedByes.size, world.heap.size], [0, 0]);
});

Deno.test("it does not wait for ever", () => {
  const { world, sent, send } = waiting();
  sendOrOwe(world, { holder: ANYBODY, send: send("late") });
  world.heap.runDue(TIMES.owedBye - 1);
  assertEquals(world.owedByes.size, 1);
  world.heap.runDue(TIMES.owedBye);
  assertEquals(world.owedByes.size, 0);
  world.network = NETWORK;
  sendOwedByes(world);
  assertEquals(sent, []);
});

Deno.test("as many wait as could be under way at once, further ones are counted and given up", () => {
  const { world, sent, send } = waiting({ endingTransactions: 2 });
  for (const name of ["one", "two", "three"]) {
    sendOrOwe(world, { holder: ANYBODY, send: send(name) });
  }
  assertEquals([world.owedByes.size, world.heap.size], [2, 2]);
  assertEquals(world.counters.get("full.owedByes"), 1);
  world.network = NETWORK;
  sendOwedByes(world);
  assertEquals(sent, ["one", "two"]);
});
