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
