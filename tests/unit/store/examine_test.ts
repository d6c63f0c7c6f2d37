import { assertEquals } from "@std/assert";
import { examine } from "../../../src/store/examine.ts";
import { fill, tamper, withPath } from "./files.ts";

const damagedOf = (path: string): boolean | undefined => {
  const verdict = examine(path);
  return verdict.ok ? undefined : verdict.reason.damaged;
};

Deno.test("A file of ours, with or without records, is sound", async () => {
  await withPath(async (path) => {
    await fill(path, 0);
    assertEquals(damagedOf(path), undefined);
    await fill(path, 300);
    assertEquals(damagedOf(path), undefined);
    Deno.writeFileSync(`${path}2`, new Uint8Array());
    assertEquals(damagedOf(`${path}2`), undefined);
  });
});

Deno.test("Garbage, half a file and overwritten pages are damage", async () => {
  await withPath(async (path) => {
    await fill(path, 1000);
    const whole = Deno.readFileSync(path);
    const pages = whole.slice();
    for (let page = 0; page < 40; page++) {
      pages.fill(page + 1, (3 + page * 4) * 4096, (4 + page * 4) * 4096);
    }
    const cases: [string, Uint8Array][] = [
      ["garbage", new Uint8Array(20_000).fill(0x5a)],
      ["half", whole.slice(0, whole.length / 2)],
      ["pages", pages],
    ];
    for (const [what, bytes] of cases) {
      Deno.writeFileSync(`${path}.${what}`, bytes);
      assertEquals(damagedOf(`${path}.${what}`), true, what);
    }
  });
});

Deno.test("A database of another program is none of ours", async () => {
  await withPath((path) => {
    tamper(path, "CREATE TABLE songs (title TEXT)");
    const verdict = examine(path);
    assertEquals(verdict.ok ? "" : verdict.reason, {
      damaged: false,
      text: "it is a database of another program and is left alone",
    });
  });
});

Deno.test("A KV file that lacks what Deno KV takes for granted is damaged", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    tamper(path, "DROP TABLE queue");
    const verdict = examine(path);
    assertEquals(verdict.ok ? "" : verdict.reason, { damaged: true, text: "no such table: queue" });
  });
});

Deno.test("What cannot be opened is not blamed on the file", async () => {
  await withPath((path) => {
    Deno.mkdirSync(path);
    assertEquals(damagedOf(path), false);
  });
});
