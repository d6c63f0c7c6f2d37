import { assertEquals } from "@std/assert";
import { groupOf, testFiles } from "../groups.ts";

/** Folders that `make test` names, each file of which is a program. */
const ALONE = ["sim/", "fuzz/"];

Deno.test("make test runs every test file, alone or in a group", () => {
  const makefile = Deno.readTextFileSync(new URL("../../Makefile", import.meta.url));
  const named = /^TEST_FILES := (.*)$/m.exec(makefile)?.[1];
  assertEquals(named, "tests/sim tests/fuzz $(wildcard tests/groups/*.ts)");
  const missed = testFiles("").filter((path) =>
    groupOf(path) === undefined && !ALONE.some((folder) => path.startsWith(folder))
  );
  assertEquals(missed, []);
});

Deno.test("a file is in the group whose folder is the closest", () => {
  assertEquals(
    ["unit/sip/via_test.ts", "unit/proxy/core_test.ts", "unit/proxy/dialog_memory_test.ts"]
      .map(groupOf),
    ["leaves", "core", "memory"],
  );
  assertEquals(groupOf("sim/simulation_test.ts"), undefined);
});
