import { assert, assertEquals } from "@std/assert";
import type { StoredRecord } from "../../../src/store/records.ts";
import { META_KEY, migrate, type Migration } from "../../../src/store/schema.ts";

const CALL: StoredRecord = { key: ["v1", "call", "1"], value: { port: 10_000 } };
const BINDING: StoredRecord = { key: ["v1", "binding", "a"], value: { aor: "x" } };
const meta = (schema: unknown): StoredRecord => ({ key: META_KEY, value: { schema } });

// Schema 2 has ports as lists, schema 3 no calls.
const MIGRATIONS: Migration[] = [
  {
    from: 1,
    record: (record) =>
      record.key[1] === "call"
        ? { key: record.key, value: { ports: [(record.value as { port: number }).port] } }
        : record,
  },
  { from: 2, record: (record) => record.key[1] === "call" ? undefined : record },
];

Deno.test("Records of today's schema are left alone and the file unwritten", () => {
  const result = migrate([CALL, meta(1), BINDING], { migrations: [], to: 1 });
  assertEquals(result, { ok: true, value: { records: [CALL, BINDING], changes: [] } });
});

Deno.test("An empty file gets today's schema and no migration", () => {
  const result = migrate([], { migrations: [], to: 3 });
  assertEquals(result, { ok: true, value: { records: [], changes: [meta(3)] } });
});

Deno.test("Only changed records and the schema are written again", () => {
  const result = migrate([meta(1), CALL, BINDING], { migrations: MIGRATIONS, to: 2 });
  assert(result.ok);
  const moved = { key: CALL.key, value: { ports: [10_000] } };
  assertEquals(result.value, { records: [moved, BINDING], changes: [moved, meta(2)] });
});

Deno.test("Steps follow one another, and a dropped record is deleted", () => {
  const result = migrate([meta(1), CALL, BINDING], { migrations: MIGRATIONS, to: 3 });
  assert(result.ok);
  assertEquals(result.value, {
    records: [BINDING],
    changes: [{ key: CALL.key, value: undefined }, meta(3)],
  });
});

Deno.test("Without a readable schema the first one is meant", () => {
  for (const loaded of [[BINDING], [meta("x"), BINDING], [meta(0), BINDING]]) {
    const result = migrate(loaded, { migrations: [], to: 1 });
    assertEquals(result, {
      ok: true,
      value: { records: [BINDING], changes: loaded.length > 1 ? [] : [meta(1)] },
    });
  }
});

Deno.test("What a newer program wrote, or no step leads on from, is refused", () => {
  assertEquals(migrate([meta(4), BINDING], { migrations: MIGRATIONS, to: 3 }), {
    ok: false,
    reason: "a newer version wrote it: schema 4",
  });
  assertEquals(migrate([meta(3), BINDING], { migrations: MIGRATIONS, to: 4 }), {
    ok: false,
    reason: "nothing can read its schema: 3",
  });
});

Deno.test("The id of our secret is written beside the schema, and kept where none is known", () => {
  const mine = (id: string): StoredRecord => ({ key: META_KEY, value: { schema: 1, id } });
  const ask = (loaded: StoredRecord[], id?: string) => {
    const result = migrate(loaded, { migrations: [], to: 1, id });
    return result.ok ? result.value.changes : undefined;
  };
  assertEquals(ask([], "a"), [mine("a")]);
  assertEquals(ask([meta(1), CALL], "a"), [mine("a")]);
  assertEquals(ask([mine("b"), CALL], "a"), [mine("a")]);
  assertEquals(ask([mine("a"), CALL], "a"), []);
  assertEquals(ask([mine("a"), CALL]), []);
  assertEquals(ask([meta(1), CALL]), []);
});
