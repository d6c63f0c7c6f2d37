import { assertEquals } from "@std/assert";
import { MEDIA_LIMITS } from "../../../src/base/limits.ts";
import { makeLocalPool, refusalOf, type Slot } from "../../../src/media/local_pool.ts";
import { phonesHolder } from "../../../src/proxy/phones_holder.ts";
import { ANYBODY } from "../base/anybody.ts";

/** A pool of so many pairs. */
function poolOf(pairs: number, options: { most?: number; oneSided?: boolean } = {}) {
  return makeLocalPool({
    ip: "192.0.2.1",
    base: 0,
    ports: { low: 10_000, high: 10_000 + 2 * pairs - 1 },
    random: () => 0.5,
    most: options.most ?? Infinity,
    oneSided: options.oneSided ?? true,
  });
}

Deno.test("an eighth of the pairs, and no more than a site needs, is kept for emergency calls (V6)", () => {
  const kept = [4, 8, 16, 500].map((pairs) => {
    const { shares } = poolOf(pairs);
    return [shares.limit, shares.places - shares.limit];
  });
  assertEquals(kept, [[4, 0], [7, 1], [14, 2], [492, MEDIA_LIMITS.emergencyPairs]]);
});

Deno.test("where files are fewer than ports they are what is divided", () => {
  const { shares, slots } = poolOf(500, { most: 240 });
  assertEquals([shares.places, slots.length], [240, 500]);
});

Deno.test("on an address that faces both sides a stream takes two pairs, and everybody may have twice as many", () => {
  const held = [true, false].map((oneSided) => {
    const { shares } = poolOf(7 * 8, { oneSided });
    let count = 0;
    while (shares.take({ name: "guest", part: 1 / 16, guest: false }) !== undefined) count++;
    return count;
  });
  assertEquals(held, [MEDIA_LIMITS.leastPairs, 2 * MEDIA_LIMITS.leastPairs]);
});

Deno.test("who holds pairs leaves half of those that are bound ahead to others, unless he calls for help", () => {
  const pool = poolOf(100);
  pool.spare = pool.slots.slice(0, 5) as Slot[];
  const why = (name: string, count: number, urgent = false) =>
    refusalOf(pool, { holder: { ...ANYBODY, name, urgent }, count })?.why;
  pool.shares.take({ ...ANYBODY, name: "flood" });
  assertEquals([why("flood", 3), why("flood", 4), why("phone", 5)], [
    undefined,
    "unbound",
    undefined,
  ]);
  assertEquals([why("flood", 5, true), why("phone", 6)], [undefined, "unbound"]);
});

Deno.test("of the usual range a host, a phone and a PBX may have what README says (V7)", () => {
  const held = [0, 1, 24].map((registrations) => {
    const { shares } = poolOf(500);
    const holder = phonesHolder("192.168.1.20", registrations);
    let count = 0;
    while (shares.take(holder) !== undefined) count++;
    return count;
  });
  assertEquals(held, [25, 94, 216]);
});
