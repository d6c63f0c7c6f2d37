import { assertEquals } from "@std/assert";
import { type MemoryFigures, memoryProblems } from "../../load/memory_judge.ts";

const CASES: [what: string, figures: MemoryFigures, problems: string[]][] = [
  ["flat after a warm-up", { live: [12, 17, 17.4], peak: 200 }, []],
  ["lower than before", { live: [12, 17, 15], peak: 200 }, []],
  ["leaking in every round", { live: [12, 24, 36], peak: 200 }, [
    "live heap grew by 12.0 MB in round 1, not by 8 MB",
    "live heap grew by 12.0 MB in round 2, not by 3 MB",
  ]],
  ["leaking little, 300 bytes a message", { live: [12, 17, 20.6], peak: 200 }, [
    "live heap grew by 3.6 MB in round 2, not by 3 MB",
  ]],
  ["leaking in a later round only", { live: [12, 13, 13, 17], peak: 200 }, [
    "live heap grew by 4.0 MB in round 3, not by 3 MB",
  ]],
  ["a warm-up without end", { live: [12, 21, 21], peak: 200 }, [
    "live heap grew by 9.0 MB in round 1, not by 8 MB",
  ]],
  ["too high at its peak", { live: [12, 13, 13], peak: 451 }, [
    "peak of 451 MB, more than 450 MB",
  ]],
  ["nothing to compare", { live: [12, 13], peak: 200 }, ["no two rounds to compare"]],
];

Deno.test("memory that grows from round to round is a leak, and a peak has a ceiling", () => {
  for (const [what, figures, problems] of CASES) {
    assertEquals(memoryProblems(figures), problems, what);
  }
});
