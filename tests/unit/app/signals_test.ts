import { assertEquals } from "@std/assert";
import { type SignalName, SYSTEM_SIGNALS } from "../../../src/app/signals.ts";

Deno.test("every signal that means something can be caught and given back", () => {
  const names: SignalName[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2"];
  let caught = 0;
  const ends = names.map((name) => SYSTEM_SIGNALS.on(name, () => void caught++));
  // What is left open here would fail the sanitizers of the test runner.
  for (const end of ends) end();
  assertEquals([ends.length, caught], [4, 0]);
});
