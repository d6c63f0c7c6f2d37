import { assertEquals } from "@std/assert";
import { SharedMap } from "../../../src/base/shared_map.ts";
import type { Holder } from "../../../src/base/shares.ts";

const ONE: Holder = { name: "one", part: 1, guest: false };
const TWO: Holder = { name: "two", part: 1, guest: false };

Deno.test("entries are held by who set them, and refused beyond his share", () => {
  const map = new SharedMap<string, number>({ limit: 4 });
  const by = { holder: ONE };
  assertEquals(["a", "b", "c"].map((key) => map.set(key, 1, by)), [undefined, undefined, "share"]);
  assertEquals([map.set("d", 4, { holder: TWO }), map.size, map.has("c")], [undefined, 3, false]);
  assertEquals([...map.entries()], [["a", 1], ["b", 1], ["d", 4]]);
  assertEquals([map.delete("a"), map.delete("a"), map.shares.heldBy("one")], [true, false, 1]);
  assertEquals(map.set("e", 5, by), undefined);
  assertEquals([...map.values()], [1, 4, 5]);
});

Deno.test("a key that is there takes a new value at any time, and may pass to another holder", () => {
  const map = new SharedMap<string, number>({ limit: 1 });
  map.set("a", 1, { holder: ONE });
  assertEquals([map.set("a", 2, { holder: ONE }), map.get("a")], [undefined, 2]);
  assertEquals([map.set("a", 3, { holder: TWO }), map.get("a")], [undefined, 3]);
  assertEquals([map.shares.heldBy("one"), map.shares.heldBy("two")], [0, 1]);
});
