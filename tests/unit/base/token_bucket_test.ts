import { assertEquals } from "@std/assert";
import { refilled } from "../../../src/base/token_bucket.ts";

const BUDGET = { perSecond: 10, burst: 50 };

Deno.test("a new bucket is full", () => {
  assertEquals(refilled(undefined, BUDGET, 7), { left: 50, at: 7 });
});

Deno.test("a bucket fills up with time, and not beyond its burst", () => {
  const bucket = refilled(undefined, BUDGET, 0);
  bucket.left = 0;
  assertEquals(refilled(bucket, BUDGET, 1_500), { left: 15, at: 1_500 });
  assertEquals(refilled(bucket, BUDGET, 60_000), { left: 50, at: 60_000 });
});

Deno.test("a time before the last one takes nothing away", () => {
  assertEquals(refilled({ left: 5, at: 1_000 }, BUDGET, 0).left, 5);
});
