import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Store } from "../../../src/store/store.ts";
import { names, NOW, tamper, visit, withPath } from "./files.ts";

const key = (name: string) => ["v1", "binding", name];

Deno.test("Records written are the records of the next start, deleted ones are not", async () => {
  await withPath(async (path) => {
    const first = await visit(path, async (store) => {
      await store.commit([
        { key: key("a"), value: { aor: "sip:a@example.org" } },
        { key: key("b"), value: [1, 2] },
      ]);
      await store.commit([{ key: key("b"), value: undefined }, { key: key("c"), value: null }]);
    });
    assertEquals([first.records, first.problems, first.persistent], [[], [], true]);
    const next = await visit(path);
    assertEquals([...next.records].sort((left, right) => left.key[2]! < right.key[2]! ? -1 : 1), [
      { key: key("a"), value: { aor: "sip:a@example.org" } },
      { key: key("c"), value: null },
    ]);
  });
});

Deno.test("Commits that are not waited for are written in order, the last value wins", async () => {
  await withPath(async (path) => {
    const report = await visit(path, (store) => {
      for (let number = 0; number < 20; number++) {
        void store.commit([{ key: key("a"), value: number }]);
      }
      return Promise.resolve();
    });
    assertEquals(report.problems, []);
    assertEquals((await visit(path)).records, [{ key: key("a"), value: 19 }]);
  });
});

Deno.test("A commit of several batches is finished before the next one begins", async () => {
  await withPath(async (path) => {
    await visit(path, (store) => {
      const older = Array.from(
        { length: 150 },
        (_, index) => ({ key: key(String(index)), value: 1 }),
      );
      void store.commit(older);
      return store.commit([{ key: key("149"), value: 2 }]);
    });
    const report = await visit(path);
    assertEquals(report.records.find((record) => record.key[2] === "149")?.value, 2);
  });
});

Deno.test("A record too large is refused by name and takes no other with it", async () => {
  await withPath(async (path) => {
    await visit(path, async (store) => {
      const result = await store.commit([
        { key: key("a"), value: 1 },
        { key: key("large"), value: "x".repeat(70_000) },
        { key: key("b"), value: 2 },
      ]);
      assert(result.ok && result.value.length === 1);
      assertStringIncludes(result.value[0]!, "v1/binding/large");
    });
    assertEquals(names(await visit(path)), ["a", "b"]);
  });
});

Deno.test("A batch that KV refuses is written record by record", async () => {
  await withPath(async (path) => {
    await visit(path, async (store) => {
      const result = await store.commit([
        { key: key("a"), value: 1 },
        { key: key("k".repeat(3000)), value: 1 },
        { key: key("l".repeat(3000)), value: 1 },
        { key: key("b"), value: 2 },
      ]);
      assert(!result.ok && /^Cannot store record .* \(and 1 more\)$/.test(result.reason));
    });
    assertEquals(names(await visit(path)), ["a", "b"]);
  });
});

Deno.test("More than one batch is written whole", async () => {
  await withPath(async (path) => {
    await visit(path, async (store) => {
      const changes = Array.from({ length: 350 }, (_, index) => ({
        key: key(String(index)),
        value: "x".repeat(3000),
      }));
      assertEquals((await store.commit(changes)).ok, true);
    });
    assertEquals((await visit(path)).records.length, 350);
  });
});

Deno.test("A full disk is one reason for the whole batch and no exception, and is over when there is room", async () => {
  await withPath(async (path) => {
    await visit(path, async (store) => {
      tamper(
        path,
        "CREATE TRIGGER no BEFORE INSERT ON kv BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
      );
      const result = await store.commit([
        { key: key("a"), value: 1 },
        { key: key("b"), value: 1 },
      ]);
      assertEquals(result, {
        ok: false,
        reason: "Cannot store record v1/binding/a and 1 more: disk is full",
      });
      tamper(path, "DROP TRIGGER no");
      assertEquals((await store.commit([{ key: key("a"), value: 1 }])).ok, true);
    });
    assertEquals(names(await visit(path)), ["a"]);
  });
});

Deno.test("A closed store refuses, and closing twice is harmless", async () => {
  await withPath(async (path) => {
    const { store } = await Store.open(path, { now: () => NOW });
    await store.close();
    await store.close();
    assertEquals(await store.commit([{ key: key("a"), value: 1 }]), {
      ok: false,
      reason: "Cannot store records: the store is closed",
    });
  });
});

Deno.test("The secret outlives the store's file", async () => {
  await withPath(async (path) => {
    let secret = "";
    await visit(path, (store) => Promise.resolve(secret = store.secret()));
    assertMatch(secret, /^[0-9a-f]{64}$/);
    Deno.writeTextFileSync(path, "garbage");
    await visit(path, (store) => Promise.resolve(assertEquals(store.secret(), secret)));
  });
});

Deno.test("Migrated records are in the file when the store is open", async () => {
  await withPath(async (path) => {
    await visit(
      path,
      (store) => store.commit([{ key: key("a"), value: 1 }, { key: key("b"), value: 2 }]),
    );
    const migrations = [{
      from: 1,
      record: (record: { key: readonly string[]; value: unknown }) =>
        record.value === 1 ? { key: record.key, value: "one" } : undefined,
    }];
    const report = await visit(path, undefined, { migrations, schema: 2 });
    assertEquals(report.records, [{ key: key("a"), value: "one" }]);
    const next = await visit(path, undefined, { migrations, schema: 2 });
    assertEquals([next.records, next.problems], [[{ key: key("a"), value: "one" }], []]);
  });
});
