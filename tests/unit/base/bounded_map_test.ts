import { assertEquals } from "@std/assert";
import { BoundedMap } from "../../../src/base/bounded_map.ts";

Deno.test("A full map refuses new keys and counts them, but replaces the values of old ones", () => {
  const map = new BoundedMap<string, number>(2);
  assertEquals([map.set("a", 1), map.set("b", 2), map.full], [true, true, true]);
  assertEquals([map.set("c", 3), map.refused, map.has("c"), map.size], [false, 1, false, 2]);
  assertEquals([map.set("a", 9), map.get("a"), map.refused], [true, 9, 1]);
});

Deno.test("Deleting a key makes room for another", () => {
  const map = new BoundedMap<string, number>(1);
  map.set("a", 1);
  assertEquals([map.delete("a"), map.delete("a"), map.full], [true, false, false]);
  assertEquals([map.set("b", 2), map.get("a"), map.get("b")], [true, undefined, 2]);
});

Deno.test("Entries and values come in order of insertion", () => {
  const map = new BoundedMap<string, number>(3);
  for (const [key, value] of [["z", 1], ["a", 2], ["m", 3]] as const) map.set(key, value);
  assertEquals([...map.entries()], [["z", 1], ["a", 2], ["m", 3]]);
  assertEquals([...map.values()], [1, 2, 3]);
});
