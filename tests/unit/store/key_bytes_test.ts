import { assertEquals } from "@std/assert";
import { rawKeys } from "../../../src/store/examine.ts";
import { decodeKey } from "../../../src/store/key_bytes.ts";
import { visit, withPath } from "./files.ts";

const KEYS: string[][] = [
  ["v1", "binding", "abcdefgh234567"],
  ["v1", "call", "a\0b"],
  ["v1", "call", "\0"],
  ["v1", "call", ""],
  ["v1", "ü€😀"],
];

Deno.test("Keys are read from the file as they were written", async () => {
  await withPath(async (path) => {
    await visit(path, (store) => store.commit(KEYS.map((key) => ({ key, value: 1 }))));
    const read = rawKeys(path).map((bytes) => JSON.stringify(decodeKey(bytes)));
    const written = [...KEYS, ["v1", "meta"]].map((key) => JSON.stringify(key));
    assertEquals(read.sort(), written.sort());
  });
});

Deno.test("Damaged keys and keys of other parts than strings are none", () => {
  const damaged: number[][] = [
    [0x02, 0x61],
    [0x02, 0x61, 0x00, 0xff],
    [0x02, 0xc3, 0x28, 0x00],
    [0x02, 0x61, 0x00, 0x21, 0x05],
    [0x01, 0x61, 0x00],
    [0x77],
  ];
  for (const bytes of damaged) {
    assertEquals(decodeKey(Uint8Array.from(bytes)), undefined, String(bytes));
  }
});
