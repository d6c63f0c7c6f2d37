import { assertEquals, assertRejects } from "@std/assert";
import { readByCat } from "../../../src/app/read_by_cat.ts";
import { loadConfiguration } from "../../../src/config/load.ts";

Deno.test("a file is read byte for byte, also one with a dash in front", async () => {
  const folder = await Deno.makeTempDir();
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index);
  await Deno.writeFile(`${folder}/a file`, bytes);
  assertEquals(await readByCat(`${folder}/a file`), bytes);
  await assertRejects(() => readByCat("-no-such-file"), Deno.errors.NotFound);
  await assertRejects(() => readByCat("-"), Deno.errors.NotFound);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what cannot be read is told as Deno tells it", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => readByCat(`${folder}/none`), Deno.errors.NotFound);
  await assertRejects(() => readByCat(folder), Error, "Is a directory");
  const file = `${folder}/none.toml`;
  for (const options of [{ file }, { defaultFile: file }]) {
    assertEquals(
      await loadConfiguration({ ...options, read: readByCat }),
      await loadConfiguration(options),
    );
  }
  await Deno.remove(folder, { recursive: true });
});
