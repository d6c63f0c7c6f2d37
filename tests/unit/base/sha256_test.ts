import { assertEquals } from "@std/assert";
import { createHash, createHmac } from "node:crypto";
import { KeyedHash, sha256 } from "../../../src/base/sha256.ts";

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A text with every byte value in it, the same for each length. */
function textOf(length: number): string {
  return Array.from({ length }, (_, index) => String.fromCharCode((index * 151 + 7) & 0xff)).join(
    "",
  );
}

Deno.test("sha256 gives the vectors of FIPS 180-2 appendix B", () => {
  const cases: [text: string, digest: string][] = [
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
  ];
  for (const [text, digest] of cases) assertEquals(hex(sha256(text)), digest);
});

Deno.test("sha256 equals the platform's at every length around its blocks", () => {
  for (const length of [0, 1, 3, 4, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000]) {
    const text = textOf(length);
    assertEquals(hex(sha256(text)), createHash("sha256").update(text, "latin1").digest("hex"));
  }
});

Deno.test("KeyedHash gives the vectors of RFC 4231 §4.2, §4.3 and §4.7", () => {
  const cases: [key: string, text: string, digest: string][] = [
    [
      "\x0b".repeat(20),
      "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ],
    [
      "Jefe",
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "\xaa".repeat(131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ];
  for (const [key, text, digest] of cases) {
    assertEquals(hex(new KeyedHash(key).digest(text)), digest);
  }
});

Deno.test("KeyedHash equals the platform's for all lengths of key and text, used again and again", () => {
  for (const keyLength of [0, 1, 43, 63, 64, 65, 200]) {
    const key = textOf(keyLength);
    const keyed = new KeyedHash(key);
    for (const length of [0, 9, 55, 56, 64, 300]) {
      const text = textOf(length);
      const expected = createHmac("sha256", new Uint8Array([...key].map((c) => c.charCodeAt(0))))
        .update(text, "latin1").digest("hex");
      assertEquals(hex(keyed.digest(text)), expected);
    }
  }
});
