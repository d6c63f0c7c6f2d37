import { assertEquals } from "@std/assert";
import { giveUpPermissions } from "../../../src/app/give_up.ts";

// Not the real thing: these tests would lose what they run with. The black-box tests do that in a process of its own.
Deno.test("files, environment and foreign code are given up; network, interfaces and cat are kept", async () => {
  const revoked: string[] = [];
  await giveUpPermissions((descriptor) => {
    return Promise.resolve(revoked.push(descriptor.name));
  });
  assertEquals(revoked.toSorted(), ["env", "ffi", "import", "read", "write"]);
});
