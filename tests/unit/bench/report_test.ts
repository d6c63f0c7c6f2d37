import { assertEquals } from "@std/assert";
import { type Aim, Report } from "../../bench/report.ts";

const CALL: Aim = { what: "CPU per call", value: 0.5, most: 0.5, unit: " ms" };

function report() {
  const lines: string[] = [];
  return { lines, report: new Report((line) => void lines.push(line)) };
}

Deno.test("figures stand beside their aims, and those beyond come again at the end", () => {
  const { lines, report: bench } = report();
  bench.aim(CALL);
  bench.aim({ ...CALL, what: "slow", value: 2.0834 });
  bench.aim({ ...CALL, what: "not measured", value: NaN });
  assertEquals(bench.finish(), true);
  const slow = "slow: 2.08 ms, aim at most 0.5 ms: beyond";
  const unmeasured = "not measured: NaN ms, aim at most 0.5 ms: beyond";
  assertEquals(lines, [
    "    CPU per call: 0.5 ms, aim at most 0.5 ms: within",
    `    ${slow}`,
    `    ${unmeasured}`,
    "\nAims: 1 within, 2 beyond",
    `  ${slow}`,
    `  ${unmeasured}`,
  ]);
});

Deno.test("what did not come fails the benchmark, however fast the rest was", () => {
  const { lines, report: bench } = report();
  bench.aim(CALL);
  bench.expect("calls", { wanted: 5, got: 5 });
  bench.expect("packets", { wanted: 5, got: 4 });
  bench.expect("answers", { wanted: 0, got: 0 });
  assertEquals(bench.finish(), false);
  assertEquals(lines.slice(-2), [
    "Lost: packets: 5 wanted, 4 came",
    "Lost: answers: 0 wanted, 0 came",
  ]);
});
