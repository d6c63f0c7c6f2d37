import { assertEquals } from "@std/assert";
import { reflected } from "./reflection.ts";

Deno.test("answers as large as the request are no reflection, one byte more is", () => {
  assertEquals(reflected("x".repeat(10), ["y".repeat(4), "z".repeat(6)]), []);
  assertEquals(reflected("x".repeat(10), ["y".repeat(4), "z".repeat(7)]), [
    "11 bytes went outside for a stranger's 10",
  ]);
  assertEquals(reflected("", []), []);
});
