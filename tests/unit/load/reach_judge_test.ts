import { assertEquals } from "@std/assert";
import { reachProblems } from "../../load/reach_judge.ts";

const CASES: [what: string, messages: number, seconds: number, lost: number, problems: string[]][] =
  [
    ["the whole rate, and all read", 100_000, 20, 0, []],
    ["nearly the rate, and most read", 90_000, 20, 15_000, []],
    ["too few a second", 80_000, 20, 0, ["the flood inside had 4000 of 5000 messages a second"]],
    ["nothing", 0, 0, 0, ["the flood inside had NaN of 5000 messages a second"]],
    ["hardly any read", 100_000, 20, 60_000, [
      "only 40000 of 100000 messages of the flood inside were read",
    ]],
  ];

Deno.test("a flood that hardly came, or was hardly read, proves nothing", () => {
  for (const [what, messages, seconds, lost, problems] of CASES) {
    const found = reachProblems({ side: "inside", sent: { messages, seconds }, lost, rate: 5_000 });
    assertEquals(found, problems, what);
  }
});
