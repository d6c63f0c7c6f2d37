import { assertEquals } from "@std/assert";
import { contentsOf, onCopy } from "../../../src/store/contents.ts";
import { readSecret, stateId } from "../../../src/store/secret.ts";
import { SCHEMA } from "../../../src/store/schema.ts";
import { Store } from "../../../src/store/store.ts";
import { beside, copyOpen, fill, NOW, tamper, withPath } from "./files.ts";

Deno.test("A state of ours is known by its meta record, with its id, in the file or in its log", async () => {
  await withPath(async (path) => {
    const { store } = await Store.open(path, { now: () => NOW });
    const secret = readSecret(path);
    const id = secret.kind === "good" ? stateId(secret.text) : "none";
    const ours = { kind: "ours", id, schema: SCHEMA } as const;
    copyOpen(path, `${path}2`);
    assertEquals(contentsOf(path), ours);
    await store.close();
    const before = beside(path);
    assertEquals(contentsOf(path), ours);
    assertEquals(contentsOf(`${path}2`), ours);
    assertEquals(beside(path), before);
  });
});

Deno.test("A state of a former version has no id", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    tamper(
      path,
      `UPDATE kv SET v = CAST('{"schema":1}' AS BLOB) WHERE instr(k, CAST('meta' AS BLOB))`,
    );
    assertEquals(contentsOf(path), { kind: "ours", id: undefined, schema: 1 });
  });
});

Deno.test("Names that mean something in an address are read as names", async () => {
  await withPath(async (path) => {
    const odd = `${path} 100%?mode=x#y`;
    await fill(odd, 1);
    assertEquals(contentsOf(odd).kind, "ours");
  });
});

Deno.test("Other files are others', and what is missing or cannot be read too", async () => {
  await withPath((path) => {
    assertEquals(contentsOf(path).kind, "other");
    Deno.writeTextFileSync(path, "");
    assertEquals(contentsOf(path).kind, "empty");
    Deno.writeTextFileSync(path, "SQLite format 3\0 and then nothing of the kind");
    assertEquals(contentsOf(path).kind, "other");
    Deno.removeSync(path);
    tamper(path, "CREATE TABLE songs (title TEXT)");
    assertEquals(contentsOf(path).kind, "foreign");
    for (const meta of ["x'00'", `CAST('{"schema":"x"}' AS BLOB)`, `CAST('[]' AS BLOB)`]) {
      tamper(path, "DROP TABLE IF EXISTS kv; CREATE TABLE kv (k BLOB, v BLOB)");
      assertEquals(contentsOf(path).kind, "empty");
      tamper(path, `INSERT INTO kv VALUES (x'02763100026D65746100', ${meta})`);
      assertEquals(contentsOf(path).kind, "other", meta);
    }
    assertEquals(beside(path), ["state.kv"]);
  });
});

Deno.test("A Deno KV without a key of ours is another program's; one that is damaged may be ours", async () => {
  await withPath(async (path) => {
    const kv = await Deno.openKv(path);
    for (let number = 0; number < 500; number++) await kv.set(["songs", number], "x".repeat(600));
    kv.close();
    assertEquals(contentsOf(path).kind, "foreign");
    const bytes = Deno.readFileSync(path);
    for (let page = 0; page < 40; page++) {
      bytes.fill(page + 1, (3 + page) * 4096, (4 + page) * 4096);
    }
    Deno.writeFileSync(`${path}2`, bytes);
    assertEquals(contentsOf(`${path}2`).kind, "other");
    tamper(
      path,
      "INSERT INTO kv (k, v, v_encoding, version) VALUES (x'0276310002780000', x'', 1, 1)",
    );
    assertEquals(contentsOf(path).kind, "other");
  });
});

Deno.test("Who asks a copy may write to it, and nothing of it is left", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    let copy = "";
    onCopy(path, (name) => tamper(copy = name, "DROP TABLE kv"));
    assertEquals([contentsOf(path).kind, contentsOf(copy).kind], ["ours", "other"]);
  });
});
