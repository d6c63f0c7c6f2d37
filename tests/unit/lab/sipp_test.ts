import { assertEquals } from "@std/assert";
import { statisticsProblems } from "../../lab/load.ts";
import { readStatistics } from "../../lab/sipp.ts";

const COLUMNS = [
  "StartTime",
  "TotalCallCreated",
  "SuccessfulCall(P)",
  "SuccessfulCall(C)",
  "FailedCall(C)",
  "FailedUnexpectedMessage(C)",
  "Retransmissions(C)",
];

function file(...lines: (string | number)[][]): string {
  return [COLUMNS, ...lines].map((line) => `${line.join(";")};\n`).join("");
}

Deno.test("the last line of SIPp's statistics counts, by its cumulative columns", () => {
  const text = file(["1:00", 5, 5, 4, 0, 0, 0], ["2:00", 10, 5, 8, 1, 2, 3]);
  const expected = { created: 10, successful: 8, failed: 1, unexpected: 2, retransmissions: 3 };
  assertEquals(readStatistics(text), expected);
});

Deno.test("a run is fine when every call was successful and nothing else happened", () => {
  assertEquals(statisticsProblems(readStatistics(file(["1:00", 9, 9, 9, 0, 0, 0])), 9), []);
});

Deno.test("a run is not fine with a missing call, a failed one, an unexpected message or no statistics", () => {
  const problems = (line: (string | number)[]) => statisticsProblems(readStatistics(file(line)), 9);
  assertEquals(problems(["1:00", 8, 8, 8, 0, 0, 0]).length, 1);
  assertEquals(problems(["1:00", 10, 9, 9, 1, 0, 0]).length, 1);
  assertEquals(problems(["1:00", 9, 9, 9, 0, 1, 0]).length, 1);
  assertEquals(statisticsProblems(readStatistics(""), 9).length, 3);
  assertEquals(statisticsProblems(readStatistics(file()), 9).length, 3);
});
