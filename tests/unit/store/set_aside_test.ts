import { assertEquals } from "@std/assert";
import { copiesOf, exists, setAside } from "../../../src/store/set_aside.ts";
import { beside, NOW, withPath } from "./files.ts";

Deno.test("A file is renamed with what SQLite keeps beside it", async () => {
  await withPath((path) => {
    for (const suffix of ["", "-wal", "-shm"]) Deno.writeTextFileSync(path + suffix, suffix);
    const target = setAside(path, NOW);
    assertEquals(target, `${path}.bad-20010909T014640Z`);
    assertEquals(beside(path), [
      "state.kv.bad-20010909T014640Z",
      "state.kv.bad-20010909T014640Z-shm",
      "state.kv.bad-20010909T014640Z-wal",
    ]);
    assertEquals(Deno.readTextFileSync(`${target}-wal`), "-wal");
  });
});

Deno.test("Three copies are kept, the newest among them even when the clock went back", async () => {
  await withPath((path) => {
    const targets: string[] = [];
    for (const seconds of [10, 20, 30, 5]) {
      Deno.writeTextFileSync(path, String(seconds));
      Deno.writeTextFileSync(`${path}-wal`, "");
      targets.push(setAside(path, NOW + seconds * 1000));
    }
    assertEquals(copiesOf(path), [targets[3]!, targets[1]!, targets[2]!]);
    assertEquals(beside(path).length, 6);
  });
});

Deno.test("Two copies of one second do not overwrite each other", async () => {
  await withPath((path) => {
    for (const text of ["first", "second"]) {
      Deno.writeTextFileSync(path, text);
      setAside(path, NOW);
    }
    assertEquals(copiesOf(path).map((copy) => Deno.readTextFileSync(copy)), ["first", "second"]);
  });
});

Deno.test("Only copies of that file count, and what is there is told from what is not", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(`${path}2.bad-20010909T014640Z`, "");
    assertEquals([copiesOf(path), exists(path), exists(`${path}2.bad-20010909T014640Z`)], [
      [],
      false,
      true,
    ]);
  });
});
