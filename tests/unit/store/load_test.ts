import { assertEquals } from "@std/assert";
import { load } from "../../../src/store/load.ts";
import { fill, tamper, withPath } from "./files.ts";

async function loaded(path: string): Promise<{ names: string[]; problems: string[] }> {
  const kv = await Deno.openKv(path);
  try {
    const { records, problems } = await load(kv, path);
    return { names: records.map(({ key }) => key.at(-1)!).sort(), problems };
  } finally {
    kv.close();
  }
}

Deno.test("A value that ends Deno's own listing costs that record only", async () => {
  await withPath(async (path) => {
    await fill(path, 4);
    tamper(path, "UPDATE kv SET v = x'deadbeef', v_encoding = 1 WHERE instr(k, CAST('2' AS BLOB))");
    assertEquals(await loaded(path), {
      names: ["0", "1", "3", "meta"],
      problems: ["Stored record v1/binding/2 was skipped: it is damaged"],
    });
  });
});

Deno.test("A value that is no JSON text is named and skipped", async () => {
  await withPath(async (path) => {
    await fill(path, 3);
    tamper(
      path,
      "UPDATE kv SET v = x'7b7b7b' WHERE instr(k, x'00023100')",
    );
    assertEquals(await loaded(path), {
      names: ["0", "2", "meta"],
      problems: ["Stored record v1/binding/1 was skipped: it is no JSON text"],
    });
  });
});

Deno.test("Records of others in the same file are not read", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    const kv = await Deno.openKv(path);
    await kv.set(["other"], 5);
    kv.close();
    assertEquals(await loaded(path), { names: ["0", "meta"], problems: [] });
  });
});
