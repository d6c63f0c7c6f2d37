import { assert } from "@std/assert";
import { TIMES } from "../../../src/proxy/times.ts";
import { TIMERS } from "../../../src/transaction/timers.ts";

Deno.test("times fit each other: silence ends before a transaction, memory outlives retransmissions", () => {
  assert(TIMES.silence < 32_000);
  assert(TIMES.memory >= 32_000);
  assert(TIMES.timerC > 180_000);
  assert(TIMES.heldBack < TIMERS.M.ms);
});
