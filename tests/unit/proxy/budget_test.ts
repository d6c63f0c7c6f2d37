import { assert, assertEquals } from "@std/assert";
import { admits, Budgets, type Standing } from "../../../src/proxy/budget.ts";
import { BUDGETS, LIMITS, MESSAGE_BYTES } from "../../../src/base/limits.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { answerText, requestText } from "./messages.ts";
import { callOut, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, flow, makeBinding, makeWorld, PROVIDER, STRANGER } from "./world_fixture.ts";

/** How many of so many messages at once are admitted. */
function admitted(budgets: Budgets, standing: Standing, options: {
  ip: (index: number) => string;
  count: number;
  now: number;
}): number {
  let count = 0;
  for (let index = 0; index < options.count; index++) {
    if (budgets.take(standing, options.ip(index), options.now)) count++;
  }
  return count;
}

const SOURCES = 50;
/** All of them, so that a new budget is reached without further ado. */
const STANDINGS = Object.keys(BUDGETS) as (keyof typeof BUDGETS)[];

Deno.test("a source may burst, then has its rate, and gets its burst back in time", () => {
  for (const standing of STANDINGS) {
    const budgets = new Budgets(SOURCES);
    const { perSecond, burst } = BUDGETS[standing].own;
    const many = (now: number) =>
      admitted(budgets, standing, { ip: () => "192.0.2.1", count: 20_000, now });
    assertEquals([many(0), many(1_000), many(1_000)], [burst, perSecond, 0], standing);
    assertEquals(many(1_000_000), burst, standing);
    // A clock that goes back gives nothing away.
    assertEquals(many(0), 0, standing);
  }
});

Deno.test("unknown sources share what all of them may send; known ones do not feel it", () => {
  const sharing = STANDINGS.filter((standing) => BUDGETS[standing].shared !== undefined);
  assertEquals(sharing, ["inside", "stranger"]);
  for (const standing of sharing) {
    const budgets = new Budgets(SOURCES);
    const ip = (index: number) => `192.0.2.${index % 250}`;
    const count = admitted(budgets, standing, { ip, count: 50_000, now: 0 });
    assertEquals(count, BUDGETS[standing].shared?.burst);
    assertEquals(budgets.take(standing, "198.51.100.1", 0), false);
    assert(budgets.take("known", "198.51.100.1", 0) && budgets.take("peer", "198.51.100.1", 0));
  }
});

Deno.test("so many sources are remembered, the longest unused one goes", () => {
  const budgets = new Budgets(SOURCES);
  for (let index = 0; index < SOURCES * 2; index++) {
    budgets.take("known", `source ${index}`, 0);
    budgets.earn(`source ${index}`, 0);
  }
  assertEquals(budgets.size, SOURCES);
  assertEquals(budgets.hasEarned("source 0", 1), false);
  assertEquals(budgets.hasEarned(`source ${SOURCES * 2 - 1}`, 1), true);
  assertEquals(budgets.hasEarned(`source ${SOURCES * 2 - 1}`, TIMES.earned), false);
});

/** How many datagrams at once, of 500 bytes unless said otherwise, a world reads of a far end. */
function read(
  world: ReturnType<typeof makeWorld>,
  side: "inside" | "outside",
  from: string,
  bytes = 500,
): number {
  const arrival = { now: 0, bytes };
  let count = 0;
  for (let index = 0; index < 20_000; index++) {
    if (admits(world, flow(side, from), arrival)) count++;
  }
  return count;
}

/** Size of a datagram, and how many usual ones it counts as. */
const COSTS: [bytes: number, messages: number][] = [
  [0, 1],
  [MESSAGE_BYTES, 1],
  [MESSAGE_BYTES + 1, 2],
  [10 * MESSAGE_BYTES, 10],
  [LIMITS.messageBytes, 22],
];

Deno.test("a large datagram counts as many: what a source may make us hold is counted in bytes (S3)", () => {
  for (const [bytes, messages] of COSTS) {
    for (const [side, from] of [["inside", BOB], ["outside", STRANGER]] as const) {
      const { burst } = BUDGETS[side === "inside" ? "inside" : "stranger"].own;
      const expected = Math.floor(burst / messages);
      assertEquals(read(makeWorld(), side, from, bytes), expected, `${bytes} ${side}`);
    }
  }
});

Deno.test("large datagrams use up what unknown sources share as well", () => {
  const budgets = new Budgets(SOURCES);
  let count = 0;
  for (let index = 0; index < 2_000; index++) {
    if (budgets.take("inside", `192.0.2.${index % 200}`, 0, 10)) count++;
  }
  assertEquals(count, BUDGETS.inside.shared.burst / 10);
});

Deno.test("registered phones and providers have budgets of their own, strangers small ones (S3)", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice"));
  assertEquals(read(world, "inside", BOB), BUDGETS.inside.own.burst);
  assertEquals(read(world, "inside", ALICE), BUDGETS.known.own.burst);
  assertEquals(read(world, "outside", STRANGER), BUDGETS.stranger.own.burst);
  assertEquals(read(world, "outside", PROVIDER), BUDGETS.peer.own.burst);
  // What stands beside it may be anybody, until a call has worked with it.
  const neighbour = PROVIDER.replace(/\.\d+:/, ".77:");
  assertEquals(read(world, "outside", neighbour), BUDGETS.stranger.own.burst);
  const dropped = 20_000 - BUDGETS.stranger.own.burst;
  assertEquals(world.refused.get(`${STRANGER.split(":")[0]} budget`)?.count, dropped);
});

Deno.test("whoever a call has worked with is known for a while", () => {
  const stage = new Stage();
  const far = flow("outside", PROVIDER);
  const burst = () => {
    let count = 0;
    while (stage.core.admits(far, { now: stage.now, bytes: 500 })) count++;
    return count;
  };
  assertEquals(burst(), BUDGETS.stranger.own.burst);
  callOut(stage);
  assertEquals(burst(), BUDGETS.known.own.burst);
  register(stage);
  assertEquals(burst(), BUDGETS.peer.own.burst);
});

/** Methods of a request whose success makes its ends known, or does not. */
const EARNING: [method: string, known: boolean][] = [
  ["REGISTER", true],
  ["INVITE", true],
  ["OPTIONS", false],
  ["MESSAGE", false],
  ["SUBSCRIBE", false],
  ["BYE", false],
];

Deno.test("a registration or a call makes its ends known, an OPTIONS that any host answers does not (S3)", () => {
  for (const [method, known] of EARNING) {
    const stage = new Stage();
    stage.inside(requestText({ method, contact: `<sip:alice@${ALICE}>` }));
    const sent = sentRequest(stage.one(method));
    stage.outside(answerText(sent, 200, { headers: [["Expires", "0"]] }));
    for (const [side, ip] of [["inside", ALICE], ["outside", PROVIDER]] as const) {
      let count = 0;
      while (stage.core.admits(flow(side, ip), { now: 0, bytes: 500 })) count++;
      const standing = known ? "known" : side === "inside" ? "inside" : "stranger";
      assertEquals(count, BUDGETS[standing].own.burst, `${method}: ${side}`);
    }
  }
});
