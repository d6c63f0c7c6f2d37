import { assertEquals } from "@std/assert";
import {
  closeToOthers,
  folderOf,
  isOwnFolder,
  makeFolder,
  stateFilesOf,
} from "../../../src/store/folder.ts";
import { visit, withPath } from "./files.ts";

const modeOf = (path: string) => Deno.statSync(path).mode! & 0o7777;

Deno.test("A file's folder is made with all above it, for its owner alone, and may be there", async () => {
  await withPath((path) => {
    const file = `${path}/a/b/state.kv`;
    makeFolder(file);
    makeFolder(file);
    assertEquals(modeOf(`${path}/a/b`), 0o700);
  });
});

Deno.test("The folder of a file is what stands before its name", () => {
  assertEquals(["/a/b/c", "/a", "a"].map(folderOf), ["/a/b", "/", "."]);
});

Deno.test("A folder is a state's own when nothing else lies in it", async () => {
  await withPath((path) => {
    const folder = folderOf(path);
    assertEquals(isOwnFolder(path), true);
    const ours = ["", "-wal", ".secret", ".secret.bad-1", ".bad-2-wal", ".lock", ".loading"];
    for (const suffix of ours) Deno.writeTextFileSync(path + suffix, "");
    Deno.mkdirSync(`${folder}/runtime`);
    assertEquals([isOwnFolder(path), stateFilesOf(path).length], [true, ours.length]);
    for (const other of ["songs", "state.kv2", "state.kv.txt"]) {
      Deno.writeTextFileSync(`${folder}/${other}`, "");
      assertEquals([isOwnFolder(path), stateFilesOf(path).length], [false, ours.length], other);
      Deno.removeSync(`${folder}/${other}`);
    }
    Deno.chmodSync(folder, 0o1777);
    assertEquals(isOwnFolder(path), false);
  });
  assertEquals(isOwnFolder("/state.kv"), false);
});

Deno.test("What others could read or enter is closed to them: our folder, and all our files", async () => {
  await withPath(async (path) => {
    await visit(path);
    const files = [path, `${path}.secret`, `${path}.lock`, `${path}.bad-1`, `${path}.bad-1-wal`];
    for (const file of files) Deno.writeTextFileSync(file, "", { create: true, append: true });
    for (const file of files) Deno.chmodSync(file, 0o664);
    Deno.chmodSync(folderOf(path), 0o755);
    assertEquals(closeToOthers(path), [folderOf(path), ...files.toSorted()]);
    assertEquals(modeOf(folderOf(path)), 0o700);
    for (const file of files) assertEquals(modeOf(file), 0o600, file);
    assertEquals(closeToOthers(path), []);
  });
});

Deno.test("A folder that others use too keeps its mode, and so do their files and links", async () => {
  await withPath((path) => {
    const [folder, other] = [folderOf(path), `${folderOf(path)}/songs`];
    for (const file of [path, other]) Deno.writeTextFileSync(file, "");
    for (const file of [path, other]) Deno.chmodSync(file, 0o644);
    Deno.symlinkSync(other, `${path}.bad-1`);
    Deno.chmodSync(folder, 0o755);
    assertEquals(closeToOthers(path), [path]);
    assertEquals([folder, other, path].map(modeOf), [0o755, 0o644, 0o600]);
    assertEquals(closeToOthers(`${path}/state.kv`), []);
    assertEquals(closeToOthers(`${folder}/missing/state.kv`), []);
  });
});

Deno.test("A secret that others could read is closed to them with a sentence", async () => {
  await withPath(async (path) => {
    await visit(path);
    Deno.chmodSync(`${path}.secret`, 0o644);
    const report = await visit(path);
    assertEquals(report.problems, [
      `Secret ${path}.secret could be used by other users of this host and is closed to them ` +
      "now; phones keep their tokens, remove it before a start to get new ones",
    ]);
    assertEquals([modeOf(`${path}.secret`), (await visit(path)).problems], [0o600, []]);
  });
});
