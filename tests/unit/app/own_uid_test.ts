import { assertEquals } from "@std/assert";
import { effectiveUid, ownUid } from "../../../src/app/own_uid.ts";

Deno.test("the user is the effective one, and who made a file is who we are", async () => {
  assertEquals(effectiveUid("Name:\tcat\nUid:\t1000\t998\t1000\t998\nGid:\t7\t7\t7\t7\n"), 998);
  assertEquals(effectiveUid("Name:\tcat\n"), undefined);
  const file = await Deno.makeTempFile();
  assertEquals(await ownUid(), (await Deno.stat(file)).uid!);
  await Deno.remove(file);
});
