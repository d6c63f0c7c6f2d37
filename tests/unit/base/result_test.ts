import { assertEquals } from "@std/assert";
import { ok, refuse, type Result } from "../../../src/base/result.ts";

Deno.test("A result is told apart by ok and carries its value or its reason", () => {
  const read = (text: string): Result<number> =>
    text === "1" ? ok(1) : refuse(`Not a one: ${text}`);
  assertEquals(read("1"), { ok: true, value: 1 });
  assertEquals(read("x"), { ok: false, reason: "Not a one: x" });
});
