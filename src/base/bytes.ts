import { Buffer } from "node:buffer";

// Deno implements Node's latin1Slice, several times faster than toString("latin1"); its types leave it out.
type ExactBuffer = Buffer & { latin1Slice(start?: number, end?: number): string };

/** One character a byte: the only exact text form of a datagram (TextDecoder's "latin1" is windows-1252). */
export function bytesToText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as ExactBuffer;
  return buffer.latin1Slice();
}

/** Texts up to this length are copied when they are cut out of another. */
const COPIED_MAX = 12;

/**
 * The same text in memory of its own. V8 makes what is cut out of a text a window on it: one header value that is
 * kept for an hour would keep its whole datagram.
 */
export function ownText(text: string): string {
  return text.length <= COPIED_MAX ? text : bytesToText(textToBytes(text));
}

/** The reverse of {@linkcode bytesToText}; a fresh array of its own. */
export function textToBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
