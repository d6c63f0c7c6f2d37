import { assertEquals } from "@std/assert";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import { runSteps, type Step } from "../../../src/selftest/steps.ts";

function stepOf(title: string, outcome: () => Result<string>): Step {
  return { title, hint: "the log", run: () => Promise.resolve().then(outcome) };
}

const GOOD = stepOf("one", () => ok("it went well"));
const BAD = stepOf("two", () => refuse("expected a, came b"));
const BROKEN = stepOf("two", () => {
  throw new Error("Port taken");
});

Deno.test("each step has its line, and the last line counts them", async () => {
  const lines: string[] = [];
  assertEquals(await runSteps([GOOD, GOOD], (line) => lines.push(line)), true);
  assertEquals(lines, [
    "ok    1  one: it went well",
    "ok    2  one: it went well",
    "All 2 steps passed",
  ]);
});

Deno.test("a step that fails or throws ends the run with what was expected and where to look", async () => {
  for (const [step, reason] of [[BAD, "expected a, came b"], [BROKEN, "Port taken"]] as const) {
    const lines: string[] = [];
    assertEquals(await runSteps([GOOD, step, GOOD], (line) => lines.push(line)), false);
    assertEquals(lines.slice(1), [
      `FAIL  2  two: ${reason}`,
      "          look at: the log",
      "Failed at step 2 of 3",
    ]);
  }
});
