import { assertEquals, assertMatch } from "@std/assert";
import { memoryLine } from "../../../src/ops/memory_line.ts";

Deno.test("memory is told in megabytes with one decimal", () => {
  const use = { rss: 123_456_789, heapTotal: 34_000_000, heapUsed: 21_950_000, external: 40_000 };
  assertEquals(
    memoryLine(use),
    "Memory: 123.5 MB, of it heap 34.0 MB (in use 21.9 MB), buffers 0.0 MB",
  );
});

Deno.test("the runtime's own figures are told", () => {
  assertMatch(memoryLine(Deno.memoryUsage()), /^Memory: [1-9]\d*\.\d MB, of it heap \d+\.\d MB /);
});
