import { assert } from "@std/assert";
import { LIMITS, TIMES } from "../../../src/proxy/limits.ts";
import { MESSAGE_LENGTH_MAX } from "../../../src/sip/limits.ts";

Deno.test("limits fit each other: what one table takes, those it leads to can hold", () => {
  assert(LIMITS.messageBytes <= MESSAGE_LENGTH_MAX);
  assert(LIMITS.parked <= LIMITS.serverTransactions);
  assert(LIMITS.bindingsPerAor <= LIMITS.bindings);
  assert(LIMITS.calls <= LIMITS.dialogs);
});

Deno.test("times fit each other: silence ends before a transaction, memory outlives retransmissions", () => {
  assert(TIMES.silence < 32_000);
  assert(TIMES.memory >= 32_000);
  assert(TIMES.timerC > 180_000);
});
