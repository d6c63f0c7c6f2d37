import { assertEquals } from "@std/assert";
import { clampTtl } from "../../../src/net/system_dns.ts";

Deno.test("an address is kept for at least five seconds and at most an hour", () => {
  const cases: [number, number][] = [[0, 5_000], [5, 5_000], [60, 60_000], [3_600, 3_600_000], [
    86_400,
    3_600_000,
  ]];
  for (const [ttl, ms] of cases) assertEquals(clampTtl(ttl), ms);
});
