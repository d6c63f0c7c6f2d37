import { assertEquals } from "@std/assert";
import { VERSION, versionText } from "../../../src/app/version.ts";

Deno.test("the version names the program, its version and the runtime", () => {
  assertEquals(
    versionText(),
    `sipmasq ${VERSION} (Deno ${Deno.version.deno}, ${Deno.build.target})`,
  );
});
