import { assertEquals } from "@std/assert";
import { SHARES } from "../../../src/base/limits.ts";
import { phonesHolder } from "../../../src/proxy/phones_holder.ts";

Deno.test("who has no registration is a guest, and each registration adds to a share that has a limit (V7)", () => {
  const part = (registrations: number) => phonesHolder("192.168.1.20", registrations).part;
  assertEquals(phonesHolder("192.168.1.20", 0), {
    name: "192.168.1.20",
    part: SHARES.guest,
    guest: true,
  });
  assertEquals([0, 1, 8, 24, 10_000].map(part), [1 / 16, 9 / 32, 1 / 2, 1, 1]);
  assertEquals(phonesHolder("192.168.1.20", 1).guest, false);
});
