/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) over byte strings, one character a byte.
 * A call derives a dozen branches and tokens: a native hash costs more to set up than these few blocks to work through.
 */

/** The eight words of a state or of a digest. */
type Words = Int32Array;

const BLOCK = 64;

const PRIMES = firstPrimes(64);
/** The first 32 bits of the fractions of roots of primes (FIPS 180-4 §4.2.2, §5.3.3). */
const ROUNDS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
/** The message schedule; filled anew for every block. */
const schedule = new Int32Array(64);

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32) | 0;
}

/** The SHA-256 digest of a byte string: 32 bytes. */
export function sha256(text: string): Uint8Array<ArrayBuffer> {
  return bytesOf(absorb(START, 0, text));
}

/** HMAC-SHA-256 with one key: what depends on the key alone is worked out once. */
export class KeyedHash {
  readonly #inner: Words;
  readonly #outer: Words;

  /** @param key A byte string of any length. */
  constructor(key: string) {
    const short = key.length > BLOCK ? latin1(sha256(key)) : key;
    this.#inner = keyState(short, 0x36);
    this.#outer = keyState(short, 0x5c);
  }

  /** The keyed digest of a byte string: 32 bytes. */
  digest(text: string): Uint8Array<ArrayBuffer> {
    const inner = absorb(this.#inner, BLOCK, text);
    schedule.set(inner);
    // The digest, the mark of the end, and the length in bits of key block and digest.
    schedule[8] = 0x80000000;
    schedule.fill(0, 9, 15);
    schedule[15] = (BLOCK + 32) * 8;
    const outer = this.#outer.slice();
    compress(outer);
    return bytesOf(outer);
  }
}

function keyState(key: string, pad: number): Words {
  const state = START.slice();
  for (let index = 0; index < 16; index++) {
    let word = 0;
    for (let byte = 4 * index; byte < 4 * index + 4; byte++) {
      word = (word << 8) | ((byte < key.length ? key.charCodeAt(byte) & 0xff : 0) ^ pad);
    }
    schedule[index] = word;
  }
  compress(state);
  return state;
}

/** The state after the text and its padding, begun from a state that has taken `before` bytes. */
function absorb(start: Words, before: number, text: string): Words {
  const state = start.slice();
  const { length } = text;
  let at = 0;
  for (; at + BLOCK <= length; at += BLOCK) {
    for (let index = 0; index < 16; index++) schedule[index] = wordAt(text, at + 4 * index);
    compress(state);
  }
  for (let index = 0; index < 16; index++) schedule[index] = lastWord(text, at + 4 * index);
  // The length takes eight bytes: where they do not fit behind the mark they get a block of their own.
  if (length - at >= BLOCK - 8) {
    compress(state);
    schedule.fill(0, 0, 16);
  }
  const bytes = before + length;
  schedule[14] = Math.floor(bytes / 2 ** 29);
  schedule[15] = bytes << 3;
  compress(state);
  return state;
}

function wordAt(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xff) << 24 | (text.charCodeAt(at + 1) & 0xff) << 16 |
    (text.charCodeAt(at + 2) & 0xff) << 8 | (text.charCodeAt(at + 3) & 0xff);
}

/** A word at the text's end: its bytes, the mark behind them, then zeros. */
function lastWord(text: string, at: number): number {
  let word = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = index < text.length ? text.charCodeAt(index) & 0xff : 0;
    word = (word << 8) | (index === text.length ? 0x80 : byte);
  }
  return word;
}

/** Works one block, the schedule's first 16 words, into the state (FIPS 180-4 §6.2.2). */
function compress(state: Words): void {
  const words = schedule;
  for (let at = 16; at < 64; at++) {
    const early = words[at - 15]!;
    const late = words[at - 2]!;
    const left = (early >>> 7 | early << 25) ^ (early >>> 18 | early << 14) ^ (early >>> 3);
    const right = (late >>> 17 | late << 15) ^ (late >>> 19 | late << 13) ^ (late >>> 10);
    words[at] = (words[at - 16]! + left + words[at - 7]! + right) | 0;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let at = 0; at < 64; at++) {
    const right = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
    const one = (h + right + ((e & f) ^ (~e & g)) + ROUNDS[at]! + words[at]!) | 0;
    const left = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
    const two = (left + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function bytesOf(words: Words): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  for (let index = 0; index < 32; index++) {
    bytes[index] = words[index >> 2]! >>> (24 - 8 * (index & 3));
  }
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
