import { assertEquals } from "@std/assert";
import { textTable } from "../../../src/ops/text_table.ts";

Deno.test("columns are as wide as what they hold, numbers stand on the right", () => {
  assertEquals(
    textTable({ columns: ["who", "count", ""], rows: [["a", 7, "x"], ["später", 1_234, ""]] }),
    ["  who     count", "  a           7  x", "  später  1,234"],
  );
});

Deno.test("what is not known is a dash, and an empty table has no lines", () => {
  assertEquals(textTable({ columns: ["a", "b"], rows: [[undefined, 1]] }), ["  a  b", "  -  1"]);
  assertEquals(textTable({ columns: ["a"], rows: [] }), []);
});

Deno.test("a long table is cut and says how much more there is", () => {
  const rows = Array.from({ length: 1_100 }, (_, index) => [index]);
  const lines = textTable({ columns: ["n"], rows });
  assertEquals([lines.length, lines.at(-1)], [52, "  … and 1,050 more"]);
  assertEquals(textTable({ columns: ["n"], rows, most: Infinity }).length, 1_101);
});

Deno.test("a cell cannot break the line", () => {
  const [, row] = textTable({ columns: ["name"], rows: [[`a\n\x1b${"b".repeat(500)}`]] });
  assertEquals(row, `  a\\x0a\\x1b${"b".repeat(96)}…`);
});
