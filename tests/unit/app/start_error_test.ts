import { assertEquals } from "@std/assert";
import { StartError } from "../../../src/app/start_error.ts";

Deno.test("a failed start is told from faults of our own by its name", () => {
  const error = new StartError("Could not listen");
  assertEquals([error instanceof Error, String(error)], [true, "StartError: Could not listen"]);
});
