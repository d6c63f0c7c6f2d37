import { assertEquals } from "@std/assert";
import { makeFolder } from "../../../src/store/folder.ts";
import { withPath } from "./files.ts";

Deno.test("A file's folder is made with all above it, for its owner alone, and may be there", async () => {
  await withPath((path) => {
    const file = `${path}/a/b/state.kv`;
    makeFolder(file);
    makeFolder(file);
    assertEquals(Deno.statSync(`${path}/a/b`).mode! & 0o777, 0o700);
  });
});
