import { assert } from "@std/assert";
import { RELEASED_AT_WALL_MS } from "../../../src/proxy/release_date.ts";

Deno.test("a clock of 1970 is told from one that runs", () => {
  assert(RELEASED_AT_WALL_MS > Date.UTC(2026, 0, 1));
  assert(RELEASED_AT_WALL_MS < Date.UTC(2100, 0, 1));
});
