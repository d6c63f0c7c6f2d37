import { assert, assertEquals } from "@std/assert";
import {
  BATCH_KEYS_MAX,
  batchesOf,
  decodeValue,
  encodeChange,
  keyText,
  VALUE_BYTES_MAX,
} from "../../../src/store/records.ts";

const KEY = ["v1", "call", "7"];

Deno.test("What is written is what is read", () => {
  const values: unknown[] = [
    null,
    0,
    "text",
    "ü\x85\0😀",
    [1, [2]],
    { remainingMs: 5, deep: { list: [] } },
  ];
  for (const value of values) {
    const encoded = encodeChange({ key: KEY, value });
    assert(encoded.ok);
    assertEquals(decodeValue(encoded.value.bytes), { ok: true, value });
    assertEquals(decodeValue(JSON.stringify(value)), { ok: true, value });
  }
});

Deno.test("A value up to the limit is taken, one byte more is refused by name", () => {
  const text = "x".repeat(VALUE_BYTES_MAX - 2);
  assertEquals(encodeChange({ key: KEY, value: text }).ok, true);
  assertEquals(encodeChange({ key: KEY, value: `${text}x` }), {
    ok: false,
    reason: "Cannot store record v1/call/7: 61441 bytes, more than 61440",
  });
});

Deno.test("What is no plain data is refused, undefined deletes", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  for (const value of [circle, 5n, () => 1]) {
    assertEquals(encodeChange({ key: KEY, value }).ok, false);
  }
  assertEquals(encodeChange({ key: KEY, value: undefined }), {
    ok: true,
    value: { key: KEY, bytes: undefined },
  });
});

Deno.test("What is no JSON text is refused", () => {
  const stored: unknown[] = [
    Uint8Array.from([0xde, 0xad]),
    new TextEncoder().encode('{"a":'),
    new Uint8Array(),
    "{",
    5,
    undefined,
  ];
  for (const value of stored) assertEquals(decodeValue(value).ok, false, String(value));
});

Deno.test("Changes are cut by number and by size, in order", () => {
  const small = Array.from({ length: 250 }, (_, index) => ({
    key: [String(index)],
    bytes: new Uint8Array(10),
  }));
  assertEquals(batchesOf(small).map((batch) => batch.length), [BATCH_KEYS_MAX, 100, 50]);
  assertEquals(batchesOf(small).flat(), small);
  const large = small.slice(0, 20).map(({ key }) => ({ key, bytes: new Uint8Array(60 * 1024) }));
  assertEquals(batchesOf(large).map((batch) => batch.length), [8, 8, 4]);
  assertEquals(batchesOf([]), []);
});

Deno.test("A key is written for people, and not at any length", () => {
  assertEquals(keyText(["v1", "call", 7]), "v1/call/7");
  assertEquals(keyText(["x".repeat(500)]).length, 120);
});
