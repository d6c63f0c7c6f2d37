import { createHash, createHmac } from "node:crypto";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Lower-case base32 of bytes, cut to `length` characters. */
export function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += BASE32[(value >> bits) & 31];
    }
    if (text.length >= length) break;
  }
  return text;
}

/** Keyed hash of parts as lower-case base32; parts are length-prefixed, so no two lists share an input. */
export function keyedHash(secret: string, parts: readonly string[], length: number): string {
  let text = "";
  for (const part of parts) text += `${part.length}:${part};`;
  // The platform's own: slower for short texts than a hand-made one, and somebody else's to keep right.
  return base32(createHmac("sha256", secret).update(text, "latin1").digest(), length);
}

/** Hexadecimal MD5 of a byte string: digest authentication (RFC 3261 §22), nothing else. */
export function md5Hex(text: string): string {
  return createHash("md5").update(text, "latin1").digest("hex");
}

/** Hexadecimal SHA-256 of a byte string: digest authentication by RFC 8760, and marks of bodies. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex");
}
