import { assertEquals } from "@std/assert";
import { TwoWayTime } from "../../../src/media/two_way_time.ts";

Deno.test("time counts while both parties may send, and not while the call is held", () => {
  const time = new TwoWayTime();
  assertEquals(time.at(1_000), 0);
  time.set(true, 1_000);
  assertEquals(time.at(4_000), 3_000);
  time.set(false, 5_000);
  assertEquals(time.at(60_000), 4_000);
  time.set(true, 60_000);
  time.set(true, 61_000);
  assertEquals(time.at(62_000), 6_000);
});
