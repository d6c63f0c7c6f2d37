import { assertEquals, assertStringIncludes } from "@std/assert";
import { readProc, readProcFiles } from "../../../src/net/proc.ts";

Deno.test("a file below /proc is read, one that is not there is a reason", async () => {
  const limits = await readProc("/proc/self/limits");
  assertStringIncludes(limits.ok ? limits.value : limits.reason, "Max open files");
  assertEquals(await readProc("/proc/no/such/file"), {
    ok: false,
    reason: "Could not read /proc/no/such/file",
  });
});

Deno.test("of many files those that are there are read, in order", async () => {
  const missing = Array.from({ length: 12_000 }, (_, index) => `/proc/no/${index}`);
  const text = await readProcFiles(["/proc/self/limits", ...missing, "/proc/version"]);
  assertStringIncludes(text, "Max open files");
  assertStringIncludes(text.slice(text.indexOf("Max open files")), "Linux version");
});
