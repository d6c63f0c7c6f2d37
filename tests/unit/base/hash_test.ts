import { assertEquals, assertNotEquals } from "@std/assert";
import { base32, keyedHash, md5Hex, sha256Hex } from "../../../src/base/hash.ts";
import { textToBytes } from "../../../src/base/bytes.ts";

Deno.test("base32 gives the vectors of RFC 4648 §10 in lower case, without padding or partial groups", () => {
  // Whole groups of five bits only: "f" is 01100 110.., the rest group is left out.
  const cases: [bytes: string, text: string][] = [
    ["", ""],
    ["f", "m"],
    ["fo", "mzx"],
    ["foo", "mzxw"],
    ["foob", "mzxw6y"],
    ["fooba", "mzxw6ytb"],
  ];
  for (const [bytes, text] of cases) assertEquals(base32(textToBytes(bytes), 20), text);
});

Deno.test("base32 stops at the wanted length", () => {
  assertEquals(base32(textToBytes("foobafooba"), 20), "mzxw6ytbmzxw6ytb");
  assertEquals(base32(textToBytes("foobafooba"), 3), "mzx");
});

Deno.test("md5Hex and sha256Hex hash one byte a character", () => {
  // RFC 1321 §A.5 and FIPS 180-2 §B.1.
  assertEquals(md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  assertEquals(
    sha256Hex("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  // One byte 0xff; as UTF-8 it would be two.
  assertEquals(md5Hex("\xff"), "00594fd4f42ba43fc1ca0427a0576295");
});

Deno.test("keyedHash depends on the secret, on every part and on where parts end", () => {
  const base = keyedHash("secret", ["ab", "c"], 20);
  assertEquals(base, keyedHash("secret", ["ab", "c"], 20));
  assertEquals(base.length, 20);
  const others = [
    keyedHash("other", ["ab", "c"], 20),
    keyedHash("secret", ["a", "bc"], 20),
    keyedHash("secret", ["abc"], 20),
    keyedHash("secret", ["ab", "c", ""], 20),
    keyedHash("secret", ["ab", "d"], 20),
  ];
  for (const other of others) assertNotEquals(other, base);
  assertEquals(new Set([base, ...others]).size, 6);
});

Deno.test("keyedHash uses the alphabet of RULES C1 only", () => {
  for (let index = 0; index < 50; index++) {
    assertEquals(/^[a-z2-7]{20}$/.test(keyedHash("secret", [String(index)], 20)), true);
  }
});
