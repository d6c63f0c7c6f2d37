import { assertEquals, assertStringIncludes } from "@std/assert";
import { emptyTally, type Tally, tallyFaults, tallyText } from "../../soak/tally.ts";

const GOOD: Tally = {
  answered: 90,
  outlived: 20,
  cut: 4,
  refused: 5,
  cancelled: 0,
  registrations: 7,
  faults: [],
};

Deno.test("a tally of everything has no fault, and tells what restarts fell into", () => {
  assertEquals(tallyFaults(GOOD), []);
  assertStringIncludes(tallyText(GOOD), "90 answered (20 outlived a restart, 4 were hung up in");
});

Deno.test("what went wrong is told, and what there never was", () => {
  assertEquals(tallyFaults({ ...GOOD, faults: ["heard nothing"] }), ["heard nothing"]);
  assertEquals(tallyFaults({ ...GOOD, outlived: 0 }), [
    "There was no call that went on after a restart",
  ]);
  assertEquals(tallyFaults({ ...GOOD, refused: 0 }), ["There was no call refused or given up"]);
  assertEquals(tallyFaults(emptyTally()).length, 4);
});
