import { assertEquals } from "@std/assert";
import { BoundedMap } from "../../../src/base/bounded_map.ts";
import { isDue } from "../../../src/proxy/due.ts";
import { TIMES } from "../../../src/proxy/times.ts";

Deno.test("what was said is due again in an hour, and each key for itself", () => {
  const said = new BoundedMap<string, number>(10);
  const due = (key: string, now: number) => isDue(said, key, now);
  assertEquals([due("a", 0), due("a", 1), due("b", 1)], [true, false, true]);
  assertEquals([due("a", TIMES.warned - 1), due("a", TIMES.warned)], [false, true]);
});

Deno.test("of more keys than fit nothing is said until one of them is over", () => {
  const said = new BoundedMap<string, number>(2);
  const due = (key: string, now: number) => isDue(said, key, now);
  assertEquals([due("a", 0), due("b", 5), due("c", 6)], [true, true, false]);
  assertEquals([due("c", TIMES.warned), due("d", TIMES.warned), said.size], [true, false, 2]);
});
