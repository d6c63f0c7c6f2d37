import { assertEquals } from "@std/assert";
import { Report } from "../../lab/report.ts";

const lines: string[] = [];

function makeReport(): Report {
  lines.length = 0;
  return new Report((line) => lines.push(line));
}

const fine = () => Promise.resolve([]);
const wrong = () => Promise.resolve(["It was silent"]);

Deno.test("a report counts its steps, closes with one line and gives the exit code", async () => {
  const report = makeReport();
  assertEquals(await report.step("first", fine), true);
  assertEquals(report.close(), 0);
  assertEquals(lines.at(-1), "1 passed, 0 failed, 0 skipped");
});

Deno.test("a problem and an exception are failures", async () => {
  const report = makeReport();
  assertEquals(await report.step("first", wrong), false);
  assertEquals(await report.step("second", () => Promise.reject(new Error("No network"))), false);
  assertEquals(report.close(), 1);
  assertEquals(lines.at(-1), "0 passed, 2 failed, 0 skipped");
  assertEquals(lines.filter((line) => line.endsWith("No network")).length, 1);
});

Deno.test("a control passes when its check finds something and fails when it finds nothing", async () => {
  const report = makeReport();
  assertEquals(await report.control("silence", wrong), true);
  assertEquals(await report.control("silence", fine), false);
  assertEquals(report.close(), 1);
});

Deno.test("a report without a step is a failure", () => {
  assertEquals(makeReport().close(), 1);
});

Deno.test("another run's steps count with ours, and one without an end is a failure", () => {
  const report = makeReport();
  report.include("beside", "ok  1  first (1 s)\n\n3 passed, 0 failed, 2 skipped\n");
  assertEquals(report.close(), 0);
  assertEquals(lines.at(-1), "3 passed, 0 failed, 2 skipped");
  report.include("worse", "ok  1  first\n\n1 passed, 1 failed, 0 skipped");
  report.include("cut off", "ok  1  first (1 s)");
  assertEquals(report.close(), 1);
  assertEquals(lines.at(-1), "4 passed, 2 failed, 2 skipped");
});
