import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { inspectState, StateRefusedError } from "../../../src/store/ownership.ts";
import { secretPath } from "../../../src/store/secret.ts";
import { Store } from "../../../src/store/store.ts";
import { beside, copyOpen, fill, names, NOW, tamper, visit, withPath } from "./files.ts";

const PASSWD = "root:x:0:0:root:/root:/bin/sh\n".repeat(40);

/** Everything in the file's folder, and its bytes. */
function pictureOf(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return beside(path).map((name) => {
    const info = Deno.lstatSync(`${folder}/${name}`);
    const bytes = info.isFile ? String(Deno.readFileSync(`${folder}/${name}`)) : "";
    return `${name} ${info.mode} ${info.mtime?.getTime()} ${bytes}`;
  });
}

/** Opens it in vain: refused in these words, and nothing was changed or made. */
async function expectRefused(path: string, words: string, uid?: number): Promise<void> {
  const before = pictureOf(path);
  const error = await assertRejects(
    () => Store.open(path, { now: () => NOW, uid }),
    StateRefusedError,
  );
  assert(error.message.includes(words), error.message);
  assertEquals(pictureOf(path), before);
}

// What somebody else may have there, without a secret of ours beside it.
const FOREIGN: [what: string, make: (path: string) => Promise<void> | void][] = [
  ["A file of the system", (path) => Deno.writeTextFileSync(path, PASSWD, { mode: 0o644 })],
  ["One byte", (path) => Deno.writeTextFileSync(path, "x")],
  ["A database of another program", (path) => {
    tamper(path, "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Daisy Bell')");
  }],
  ["A database with a log beside it", (path) => {
    const other = `${path}.made`;
    const database = new DatabaseSync(other);
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE kv (k BLOB, v BLOB)");
    database.exec("INSERT INTO kv VALUES (x'01', x'02')");
    copyOpen(other, path);
    database.close();
    Deno.removeSync(other);
  }],
  ["A Deno KV of another program", async (path) => {
    using kv = await Deno.openKv(path);
    await kv.set(["songs", 1], "Daisy Bell");
  }],
  ["Half of what was once a state", async (path) => {
    await fill(path, 100);
    for (const name of [secretPath(path), `${path}.lock`]) Deno.removeSync(name);
    Deno.truncateSync(path, 20_000);
  }],
];

for (const [what, make] of FOREIGN) {
  Deno.test(`${what} without our secret is refused and left alone`, async () => {
    await withPath(async (path) => {
      await make(path);
      await expectRefused(path, `State file ${path} is left alone: it has content, and no secret`);
    });
  });
}

Deno.test("A database of another program is left alone though a secret of ours lies beside it", async () => {
  for (const [what, make] of FOREIGN.slice(2, 5)) {
    for (const secret of [`${"ab".repeat(32)}\n`, "damaged"]) {
      await withPath(async (path) => {
        await make(path);
        Deno.writeTextFileSync(secretPath(path), secret, { mode: 0o644 });
        await expectRefused(path, `${path} is left alone: it is a database of another program`);
        assertEquals(beside(path).some((name) => name.includes(".bad-")), false, what);
      });
    }
  }
});

Deno.test("A folder, a link or a pipe in the place of a file is refused and left alone", async () => {
  for (const suffix of ["", ".secret", ".lock", ".loading", "-wal", "-shm"]) {
    await withPath(async (path) => {
      const file = path + suffix;
      Deno.mkdirSync(file);
      await expectRefused(path, `${file} is a folder and is left alone`);
      Deno.removeSync(file);
      Deno.symlinkSync("/etc/passwd", file);
      await expectRefused(path, `${file} is a link and is left alone`);
      Deno.removeSync(file);
      Deno.symlinkSync(`${path}.nothing`, file);
      await expectRefused(path, `${file} is a link and is left alone`);
    });
  }
});

Deno.test("A socket in the place of the file is refused and left alone", async () => {
  await withPath(async (path) => {
    const socket = Deno.listen({ transport: "unix", path });
    await expectRefused(path, `${path} is a device, a pipe or a socket and is left alone`);
    socket.close();
  });
});

Deno.test("What only all permissions cover, as devices, is refused", () => {
  const error = assertThrows(() => inspectState("/dev/null"), StateRefusedError);
  assert(error.message.includes("nothing is kept below /proc, /sys or /dev"), error.message);
});

Deno.test("A folder that is a link is refused, and so is one that everybody may write", async () => {
  await withPath(async (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync(`${folder}/real`, `${folder}/linked`);
    await expectRefused(`${folder}/linked/state.kv`, `State folder ${folder}/linked is a link`);
    Deno.writeTextFileSync(`${folder}/real/songs`, "Daisy Bell");
    Deno.chmodSync(`${folder}/real`, 0o777);
    const words = `run: chmod o-w ${folder}/real, or set [state] path to a file in a folder of its`;
    await expectRefused(`${folder}/real/state.kv`, words);
  });
});

Deno.test("What belongs to another user is refused: the folder, the file and what lies beside it", async () => {
  await withPath(async (path) => {
    const mine = Deno.statSync(path.slice(0, path.lastIndexOf("/"))).uid!;
    // A folder of root's is as good as our own, and who runs the tests may be root.
    if (mine !== 0) await expectRefused(path, "State folder", mine + 1);
    for (const suffix of ["", ".secret", ".lock", "-wal"]) {
      Deno.writeTextFileSync(path + suffix, "");
      const folder = mine === 0 ? `${path}${suffix}` : "State folder";
      await expectRefused(path, folder, mine + 1);
      Deno.removeSync(path + suffix);
    }
    const report = await visit(path, undefined, { uid: mine });
    assertEquals([report.persistent, report.problems], [true, []]);
  });
});

Deno.test("A state whose secret was lost is used: phones get new tokens, a router starts", async () => {
  await withPath(async (path) => {
    await fill(path, 3);
    Deno.removeSync(secretPath(path));
    const report = await visit(path);
    assertEquals([names(report), report.problems, report.persistent], [["0", "1", "2"], [], true]);
    assertEquals(report.warnings, [
      `Secret ${secretPath(path)} is gone and is made anew: phones get new tokens when they ` +
      "register again",
    ]);
    assertEquals((await visit(path)).warnings, []);
  });
});

Deno.test("So is one that a power cut left with all of it in its log", async () => {
  await withPath(async (path) => {
    const { store } = await Store.open(path, { now: () => NOW });
    await store.commit([{ key: ["v1", "binding", "a"], value: 1 }]);
    copyOpen(path, `${path}2`);
    await store.close();
    assertEquals(names(await visit(`${path}2`)), ["a"]);
  });
});

Deno.test("An empty file, and a database with nothing in it, are taken", async () => {
  for (
    const make of [
      (path: string) => Deno.writeTextFileSync(path, ""),
      (path: string) => tamper(path, "CREATE TABLE t (x); DROP TABLE t"),
      async (path: string) => (await Deno.openKv(path)).close(),
    ]
  ) {
    await withPath(async (path) => {
      await make(path);
      const report = await visit(path);
      assertEquals([report.persistent, report.problems, report.warnings], [true, [], []]);
    });
  }
});

Deno.test("With a damaged secret beside it a damaged file is left alone, and memory serves", async () => {
  await withPath(async (path) => {
    await fill(path, 3);
    Deno.writeTextFileSync(path, PASSWD);
    Deno.writeTextFileSync(secretPath(path), "abcd\n");
    for (const start of ["first", "second"]) {
      const report = await visit(path);
      assertEquals([report.persistent, report.setAside], [false, undefined], start);
      assertEquals(report.problems, [
        `Cannot use state file ${path}: it cannot be read, and neither can the secret beside it: ` +
        "nothing shows that they are ours, and both are left alone; " +
        "nothing will be kept over a restart; [state] path may name another file",
      ]);
      assertEquals(Deno.readTextFileSync(path), PASSWD);
      assertEquals(Deno.readTextFileSync(secretPath(path)), "abcd\n");
    }
  });
});
