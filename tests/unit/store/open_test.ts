import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { contentsOf } from "../../../src/store/contents.ts";
import { stateId } from "../../../src/store/secret.ts";
import { Store } from "../../../src/store/store.ts";
import { copiesOf } from "../../../src/store/set_aside.ts";
import { beside, copyOpen, fill, names, NOW, tamper, visit, withPath } from "./files.ts";

const ASIDE = "state.kv.bad-20010909T014640Z";

// What became of the file; each is set aside with one sentence, and the start goes on empty.
const DAMAGES: [what: string, damage: (path: string) => void, why: string][] = [
  [
    "Garbage",
    (path) => Deno.writeFileSync(path, new Uint8Array(20_000).fill(0x5a)),
    "file is not a database",
  ],
  [
    "Half a file",
    (path) => Deno.truncateSync(path, Deno.statSync(path).size / 2),
    "malformed",
  ],
  ["Forty overwritten pages", (path) => {
    const bytes = Deno.readFileSync(path);
    for (let page = 0; page < 40; page++) {
      bytes.fill(page + 1, (3 + page * 4) * 4096, (4 + page * 4) * 4096);
    }
    Deno.writeFileSync(path, bytes);
  }, ""],
  [
    "A marker left behind",
    (path) => Deno.writeTextFileSync(`${path}.loading`, ""),
    "the last start",
  ],
  [
    "A table of another shape",
    (path) => tamper(path, "DROP TABLE kv; CREATE TABLE kv (x INTEGER)"),
    "no such column",
  ],
  [
    "A newer schema",
    (path) =>
      tamper(
        path,
        `UPDATE kv SET v = CAST('{"schema":9}' AS BLOB) WHERE instr(k, CAST('meta' AS BLOB))`,
      ),
    "a newer version wrote it: schema 9",
  ],
];

for (const [what, damage, why] of DAMAGES) {
  Deno.test(`${what} is set aside in one sentence, and the start goes on empty`, async () => {
    await withPath(async (path) => {
      await fill(path, 1000);
      damage(path);
      const report = await visit(
        path,
        (store) => store.commit([{ key: ["v1", "binding", "new"], value: 1 }]),
      );
      assertEquals([names(report), report.persistent], [[], true]);
      assertEquals(report.setAside?.endsWith(`/${ASIDE}`), true);
      assertEquals(report.problems.length, 1);
      assert(report.problems[0]!.includes(why), report.problems[0]);
      assert(report.problems[0]!.includes(ASIDE));
      assertEquals(beside(path).includes("state.kv.loading"), false);
      const next = await visit(path);
      assertEquals([names(next), next.problems], [["new"], []]);
    });
  });
}

Deno.test("A damaged log is said once; what stands in the file itself is kept", async () => {
  await withPath(async (path) => {
    await fill(path, 50);
    const cut = `${path}2`;
    const { store } = await Store.open(path, { now: () => NOW });
    await store.commit([{ key: ["v1", "binding", "late"], value: 1 }]);
    copyOpen(path, cut);
    await store.close();
    assertEquals(names(await visit(path)).length, 51);
    const log = Deno.readFileSync(`${cut}-wal`);
    Deno.writeFileSync(`${cut}-wal`, log.fill(0x5a, 0, 64));
    const report = await visit(cut);
    assertEquals([names(report).length, report.setAside, report.problems.length], [
      50,
      undefined,
      1,
    ]);
    assert(report.problems[0]!.includes("newest entries"));
    assertEquals((await visit(cut)).problems, []);
  });
});

Deno.test("What was committed is there after a power cut, without a word", async () => {
  await withPath(async (path) => {
    const { store } = await Store.open(path, { now: () => NOW });
    await store.commit([{ key: ["v1", "call", "1"], value: { state: "ringing" } }]);
    copyOpen(path, `${path}2`);
    await store.close();
    const report = await visit(`${path}2`);
    assertEquals([names(report), report.problems], [["1"], []]);
  });
});

Deno.test("One damaged record is named, skipped and gone at the next start", async () => {
  await withPath(async (path) => {
    await fill(path, 5);
    tamper(path, "UPDATE kv SET v = x'00', v_encoding = 1 WHERE instr(k, CAST('3' AS BLOB))");
    const report = await visit(path);
    assertEquals(names(report), ["0", "1", "2", "4"]);
    assertEquals(report.problems, ["Stored record v1/binding/3 was skipped: it is damaged"]);
    assertEquals([report.setAside, copiesOf(path)], [undefined, []]);
    const next = await visit(path);
    assertEquals([names(next), next.problems], [["0", "1", "2", "4"], []]);
  });
});

Deno.test("Missing folders are made, and nobody else may read them or the file", async () => {
  await withPath(async (path) => {
    const deep = `${path}.d/a/state.kv`;
    const report = await visit(deep);
    assertEquals([report.problems, report.persistent], [[], true]);
    assertEquals(Deno.statSync(`${path}.d/a`).mode! & 0o777, 0o700);
    assertEquals(Deno.statSync(deep).mode! & 0o777, 0o600);
  });
});

Deno.test("Where nothing can be written memory serves, and the report says so", async () => {
  await withPath(async (path) => {
    Deno.writeTextFileSync(path, "a file where a folder should be");
    const report = await visit(`${path}/state.kv`, async (store) => {
      assertEquals(await store.commit([{ key: ["v1", "call", "1"], value: 1 }]), {
        ok: true,
        value: [],
      });
    });
    assertEquals([report.persistent, report.records], [false, []]);
    assert(report.problems[0]!.startsWith(`Cannot use state file ${path}/state.kv: `));
    assertEquals(Deno.readTextFileSync(path), "a file where a folder should be");
  });
});

Deno.test("A file that says it is another box's is not set aside, whatever lies beside it", async () => {
  await withPath(async (path) => {
    await fill(path, 3);
    const alien = '{"schema":9,"id":"abcdefghijklmnopqrst"}';
    tamper(
      path,
      `UPDATE kv SET v = CAST('${alien}' AS BLOB) WHERE instr(k, CAST('meta' AS BLOB))`,
    );
    const report = await visit(path);
    assertEquals([report.persistent, report.setAside, copiesOf(path)], [false, undefined, []]);
    const words = "a newer version wrote it: schema 9; nothing shows that it is ours, it is left";
    assert(report.problems[0]!.includes(words), report.problems[0]);
  });
});

Deno.test("A state made with another secret is used, and bears the id of ours from then on", async () => {
  await withPath(async (path) => {
    await fill(path, 2);
    const before = contentsOf(path);
    Deno.writeTextFileSync(`${path}.secret`, `${"cd".repeat(32)}\n`);
    assertEquals(names(await visit(path)), ["0", "1"]);
    assertEquals(contentsOf(path), { kind: "ours", id: stateId("cd".repeat(32)), schema: 1 });
    assert(before.kind === "ours" && before.id !== stateId("cd".repeat(32)));
  });
});

Deno.test("A file that another program holds is left alone, memory serves", async () => {
  await withPath(async (path) => {
    await fill(path, 3);
    const database = new DatabaseSync(path);
    database.exec("BEGIN IMMEDIATE");
    const report = await visit(path);
    database.close();
    assertEquals([report.persistent, report.setAside, copiesOf(path)], [false, undefined, []]);
    assert(report.problems[0]!.includes("database is locked"), report.problems[0]);
    assertEquals(names(await visit(path)), ["0", "1", "2"]);
  });
});

Deno.test("A file that SQLite cannot write beside is left alone, memory serves", async () => {
  await withPath(async (path) => {
    // With 253 characters the name is allowed, and that of the log beside it is not.
    const long = `${path}.`.padEnd(path.lastIndexOf("/") + 1 + 253, "x");
    const report = await visit(long);
    assertEquals([report.persistent, report.setAside], [false, undefined]);
    assert(report.problems[0]!.includes("unable to open"), report.problems[0]);
  });
});

Deno.test("A folder that may not be written to is no reason not to start", async () => {
  await withPath(async (path) => {
    await fill(path, 3);
    const folder = path.slice(0, path.lastIndexOf("/"));
    Deno.chmodSync(folder, 0o500);
    try {
      // Root writes all the same: then it is an ordinary start.
      const report = await visit(path);
      if (report.persistent) assertEquals([names(report), report.problems], [["0", "1", "2"], []]);
      else assertEquals([report.setAside, report.problems.length], [undefined, 1]);
    } finally {
      Deno.chmodSync(folder, 0o700);
    }
    assertEquals(names(await visit(path)), ["0", "1", "2"]);
  });
});
