import { assertEquals } from "@std/assert";
import { Happenings } from "../../../src/selftest/happenings.ts";

const is = (wanted: string) => (happening: string): happening is string => happening === wanted;

Deno.test("what happened before is taken at once, and once only", async () => {
  const happenings = new Happenings<string>();
  happenings.add("b");
  happenings.add("a");
  assertEquals(await happenings.take(is("a"), 1), "a");
  assertEquals(await happenings.take(is("a"), 1), undefined);
  assertEquals(happenings.rest, ["b"]);
  happenings.clear();
  assertEquals(happenings.rest, []);
});

Deno.test("what happens later goes to the one who waits for it", async () => {
  const happenings = new Happenings<string>();
  const [first, second] = [happenings.take(is("a"), 5000), happenings.take(is("b"), 5000)];
  happenings.add("b");
  happenings.add("a");
  assertEquals([await first, await second], ["a", "b"]);
  assertEquals(happenings.rest, []);
});
