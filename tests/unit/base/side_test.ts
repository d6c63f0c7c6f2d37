import { assertEquals } from "@std/assert";
import { opposite } from "../../../src/base/side.ts";

Deno.test("Each side is the opposite of the other", () => {
  assertEquals([opposite("inside"), opposite("outside")], ["outside", "inside"]);
});
