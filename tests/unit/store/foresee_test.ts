import { assert, assertEquals } from "@std/assert";
import { foreseeState } from "../../../src/store/foresee.ts";
import { inspectState } from "../../../src/store/ownership.ts";
import { secretPath } from "../../../src/store/secret.ts";
import { Store } from "../../../src/store/store.ts";
import { beside, copyOpen, fill, NOW, tamper, visit, withPath } from "./files.ts";

/** What becomes of a state, and the words that check says before and a start says then. */
interface Case {
  readonly what: string;
  readonly damage: (path: string) => void;
  readonly unusable?: string;
  readonly warning?: string;
  /** What the start says, where it is another sentence. */
  readonly said?: string;
}

const garbage = (path: string) => Deno.writeFileSync(path, new Uint8Array(20_000).fill(0x5a));
const without = (path: string) => Deno.removeSync(secretPath(path));
const malformed = (path: string) => Deno.writeTextFileSync(secretPath(path), "notasecret");
const NEWER = `UPDATE kv SET v = CAST('{"schema":9}' AS BLOB) WHERE instr(k, CAST('meta' AS BLOB))`;
const LOST = "registrations and running calls are lost until the phones register again";
const NEW_TOKENS = "phones get new tokens when they register again";

const CASES: readonly Case[] = [
  { what: "a good state", damage: () => {} },
  { what: "garbage", damage: garbage, warning: LOST },
  {
    what: "a marker left behind",
    damage: (path) => Deno.writeTextFileSync(`${path}.loading`, ""),
    warning: "the last start ended while reading it",
  },
  {
    what: "a newer schema",
    damage: (path) => tamper(path, NEWER),
    warning: "a newer version wrote it: schema 9",
  },
  { what: "a lost secret", damage: without, warning: NEW_TOKENS },
  { what: "a damaged secret", damage: malformed, warning: NEW_TOKENS },
  {
    what: "both damaged",
    damage: (path) => (garbage(path), malformed(path)),
    unusable: "neither can the secret beside it",
  },
  {
    what: "a damaged table and no secret",
    damage: (path) => (tamper(path, "DROP TABLE queue"), without(path)),
    unusable: "no such table: queue; nothing shows that it is ours, it is left alone",
  },
];

for (const { what, damage, unusable, warning } of CASES) {
  Deno.test(`${what}: a start says what was foreseen, and foreseeing changed nothing`, async () => {
    await withPath(async (path) => {
      await fill(path, 100);
      damage(path);
      const before = beside(path);
      const foreseen = foreseeState(path, inspectState(path));
      assertEquals(beside(path), before);
      const report = await visit(path);
      const said = [...report.problems, ...report.warnings].join(" ");
      assertEquals(foreseen.unusable === undefined, unusable === undefined, foreseen.unusable);
      assertEquals(report.persistent, unusable === undefined);
      if (unusable !== undefined) assertEquals(foreseen.unusable, report.problems[0]);
      for (const words of [unusable, warning].filter((one) => one !== undefined)) {
        assert(said.includes(words), said);
        assert([foreseen.unusable, ...foreseen.warnings].join(" ").includes(words), words);
      }
      if (warning === undefined && unusable === undefined) assertEquals(foreseen.warnings, []);
    });
  });
}

Deno.test("Where there is no state yet nothing is foreseen", async () => {
  await withPath((path) => {
    assertEquals(foreseeState(path, inspectState(path)), { unusable: undefined, warnings: [] });
  });
});

Deno.test("A damaged log is foreseen in the words of the start", async () => {
  await withPath(async (path) => {
    await fill(path, 50);
    const { store } = await Store.open(path, { now: () => NOW });
    await store.commit([{ key: ["v1", "binding", "late"], value: 1 }]);
    const cut = `${path}2`;
    copyOpen(path, cut);
    await store.close();
    Deno.copyFileSync(secretPath(path), secretPath(cut));
    Deno.writeFileSync(`${cut}-wal`, Deno.readFileSync(`${cut}-wal`).fill(0x5a, 0, 64));
    const { warnings } = foreseeState(cut, inspectState(cut));
    assertEquals(warnings, (await visit(cut)).problems);
  });
});

Deno.test("A secret that cannot be read is a warning", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    Deno.removeSync(secretPath(path));
    Deno.mkdirSync(secretPath(path));
    const { warnings } = foreseeState(path, { proven: false });
    assert(warnings[0]!.startsWith(`Cannot read secret ${secretPath(path)}: `), warnings[0]);
  });
});
