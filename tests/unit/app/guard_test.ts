import { assertEquals, assertStringIncludes } from "@std/assert";
import { stackOf } from "../../../src/app/guard.ts";

Deno.test("a thrown value of any kind becomes one line with the head of its stack", () => {
  const line = stackOf(new RangeError("Too far"));
  assertStringIncludes(line, "RangeError: Too far | at ");
  assertEquals(line.includes("\n"), false);
  assertEquals(line.split(" | ").length <= 6, true);
  assertEquals(stackOf("only text"), "only text");
});
