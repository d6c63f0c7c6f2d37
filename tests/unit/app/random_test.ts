import { assert, assertEquals } from "@std/assert";
import { randomNumber } from "../../../src/app/random.ts";

Deno.test("random numbers lie in [0, 1) and do not repeat when the supply is renewed", () => {
  const numbers = Array.from({ length: 1_000 }, randomNumber);
  assert(numbers.every((number) => number >= 0 && number < 1));
  // 1,000 of 2^32: a repetition has a chance of 1 in 8,600; a supply that is not renewed repeats 744 times.
  assert(new Set(numbers).size > 990);
  assertEquals(numbers.some((number) => number < 0.5), true);
});
