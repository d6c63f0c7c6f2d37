import { assertEquals } from "@std/assert";
import { FAULTS } from "./faults.ts";
import { faulty } from "./faulty_core.ts";
import { LASTING_FAULTS } from "./lasting_faults.ts";
import { judgedTooFew, noCounts } from "./outcome.ts";
import { simulate } from "./simulation.ts";
import { TABLE_NAMES, unfilled } from "./table_limits.ts";

/** Seeds in which a fault must have shown. */
const SEEDS = 40;
/** Seeds that show that being a faulty core is no fault by itself; the same worlds pass without it in any case. */
const SOUND_SEEDS = 8;

for (const [what, check, fault, kind] of [...FAULTS, ...LASTING_FAULTS]) {
  Deno.test(`a core that ${what} is found by the check "${check}"`, () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= SEEDS && found.size === 0; seed++) {
      const { violation } = simulate(seed, faulty(fault), kind);
      if (violation !== undefined) found.add(violation.check);
    }
    assertEquals([...found], [check]);
  });
}

Deno.test("a core without a fault passes where the others fail", () => {
  for (let seed = 1; seed <= SOUND_SEEDS; seed++) {
    assertEquals(simulate(seed, faulty({})).violation, undefined);
  }
});

Deno.test("tables that no world has filled are named, once there were worlds enough", () => {
  const filled = new Map(TABLE_NAMES.map((name) => [name, name === "calls" ? 0 : 1]));
  assertEquals([unfilled(filled, 999), unfilled(filled, 1_000)], [[], ["calls"]]);
});

Deno.test("worlds that excuse more calls than they judge are named, once there were worlds enough", () => {
  const judged = (count: number) => ({ ...noCounts(), affected: 10, judged: count });
  assertEquals(
    [judgedTooFew(judged(5), 100), judgedTooFew(judged(4), 100), judgedTooFew(judged(4), 99)],
    [false, true, false],
  );
});
