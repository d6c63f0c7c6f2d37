import { assertEquals } from "@std/assert";
import { statisticsText } from "../../../src/ops/statistics.ts";

Deno.test("a snapshot becomes values by name and tables, whatever its shape", () => {
  const lines = statisticsText({
    uptime: 12.345,
    advertised: undefined,
    loop: { events: 7, deep: { on: true } },
    calls: [{ id: "a", seconds: 3 }, { id: "long", seconds: 12, held: false }],
    names: ["x", "y"],
    none: [],
  });
  assertEquals(lines, [
    "uptime      12.35",
    "advertised  -",
    "loop",
    "  events  7",
    "loop deep",
    "  on  true",
    "calls (2)",
    "  id    seconds  held",
    "  a     3        -",
    "  long  12       false",
    "names (2)",
    "  x",
    "  y",
    "none (0)",
  ]);
});

Deno.test("a long list shows its first fifty rows and the number of the others", () => {
  const lines = statisticsText({ rows: Array.from({ length: 120 }, (_, index) => ({ index })) });
  assertEquals(lines.length, 1 + 1 + 50 + 1);
  assertEquals([lines[0], lines.at(-1)], ["rows (120)", "  … 70 more"]);
});

Deno.test("what is nested deeper than anybody reads is cut", () => {
  const ring: Record<string, unknown> = {};
  ring.again = ring;
  assertEquals(statisticsText(ring).length, 1);
});
