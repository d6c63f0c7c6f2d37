import { assertEquals, assertStringIncludes } from "@std/assert";
import { readProc } from "../../../src/net/proc.ts";

Deno.test("a file below /proc is read, one that is not there is a reason", async () => {
  const limits = await readProc("/proc/self/limits");
  assertStringIncludes(limits.ok ? limits.value : limits.reason, "Max open files");
  assertEquals(await readProc("/proc/no/such/file"), {
    ok: false,
    reason: "Could not read /proc/no/such/file",
  });
});
