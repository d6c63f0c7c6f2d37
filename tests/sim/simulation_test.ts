import { assert, assertEquals } from "@std/assert";
import { report } from "./run.ts";
import { FOUND } from "./seeds.ts";
import type { Outcome } from "./outcome.ts";
import { faulty } from "./faulty_core.ts";
import { simulate } from "./simulation.ts";

/** `make sim` begins with the same ones, and goes on to thousands. */
const SEEDS = 100;
/** So that a failing test names a range that is soon run again. */
const GROUP = 50;

/** Tables that come to their limit in each group of worlds; thousands of them fill the others too (`run.ts`). */
const ALWAYS_FILLED = ["calls", "parked", "pendingBindings"];

function check(seed: number): Outcome {
  const outcome = simulate(seed);
  if (outcome.violation !== undefined) throw new Error(report(outcome));
  return outcome;
}

for (let first = 1; first <= SEEDS; first += GROUP) {
  const last = first + GROUP - 1;
  Deno.test(`worlds ${first} to ${last} keep every invariant, whatever goes wrong in them`, () => {
    const outcomes = Array.from({ length: GROUP }, (_, index) => check(first + index));
    const sum = (read: (counts: Outcome["counts"]) => number) =>
      outcomes.reduce((total, { counts }) => total + read(counts), 0);
    // A world in which nothing happens proves nothing.
    const counts = [
      sum((one) => one.answered),
      sum((one) => one.restarts),
      sum((one) => one.media),
      sum((one) => one.changed),
      sum((one) => one.notified),
      sum((one) => one.listened),
      sum((one) => one.reached),
    ];
    assertEquals(counts.every((count) => count >= 10), true, counts.join(", "));
    // Nor do limits that nothing reaches.
    for (const name of ALWAYS_FILLED) {
      assert(outcomes.some(({ filled }) => (filled.get(name) ?? 0) > 0), `${name} was never full`);
    }
    // Nor does a world that always knows its address.
    assert(sum((one) => one.addressLost) >= 1);
    // Nor does a restart that no call had to outlive, or that few calls were judged by.
    const [judged, affected] = [sum((one) => one.judged), sum((one) => one.affected)];
    assert(affected >= 1 && judged >= affected / 2, `${judged} of ${affected}`);
  });
}

for (const { seed, what } of FOUND) {
  Deno.test(`world ${seed}, which fails when ${what}`, () => void check(seed));
}

Deno.test("a core that draws other numbers leaves the rest of its world as it was", () => {
  const drawsMore = faulty({
    options: (options) => {
      options.random();
      return options;
    },
  });
  const planned = ({ counts }: Outcome) => [counts.calls, counts.addressLost];
  const seeds = Array.from({ length: 5 }, (_, index) => index + 1);
  assertEquals(
    seeds.map((seed) => planned(simulate(seed, drawsMore))),
    seeds.map((seed) => planned(simulate(seed))),
  );
});

Deno.test("a seed leads to the same world every time", () => {
  assertEquals(simulate(7).counts, simulate(7).counts);
  assertEquals(simulate(7).counts.sent === simulate(8).counts.sent, false);
});
