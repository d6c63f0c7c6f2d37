import { assertEquals } from "@std/assert";
import { describeProblems } from "../../../src/config/problem.ts";

Deno.test("problems are written one a line, in the file's order, with file, line and key", () => {
  const problems = [
    { line: 12, path: "media.ports", text: "Twelve" },
    { line: 3, path: "inside.listen[1]", text: "Three" },
    { line: undefined, path: "", text: "Whole" },
    { line: 5, path: "", text: "Five" },
  ];
  assertEquals(describeProblems("c.toml", problems), [
    "c.toml: Whole",
    "c.toml:3: inside.listen[1]: Three",
    "c.toml:5: Five",
    "c.toml:12: media.ports: Twelve",
  ]);
});

const SHOWN: [source: string, column: number, lines: string[]][] = [
  ["a = b", 5, ["    a = b", "        ^"]],
  ["\ta = b \x1b[2J", 6, ["     a = b ?[2J", "         ^"]],
  ["é\u{1d4b3} = b", 6, ["    é\u{1d4b3} = b", "         ^"]],
  [
    "x".repeat(90) + "Y" + "z".repeat(90),
    91,
    ["    " + "x".repeat(50) + "Y" + "z".repeat(29), " ".repeat(54) + "^"],
  ],
];

Deno.test("a problem with a column shows its line, with a caret below", () => {
  for (const [source, column, lines] of SHOWN) {
    const problem = { line: 3, column, source, path: "k", text: "No" };
    assertEquals(describeProblems("f", [problem]), [`f:3:${column}: k: No`, ...lines]);
  }
});
