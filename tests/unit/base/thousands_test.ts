import { assertEquals } from "@std/assert";
import { thousands } from "../../../src/base/thousands.ts";

Deno.test("thousands are set apart by commas", () => {
  assertEquals([0, 999, 1_000, 12_345, 1_234_567].map(thousands), [
    "0",
    "999",
    "1,000",
    "12,345",
    "1,234,567",
  ]);
});
