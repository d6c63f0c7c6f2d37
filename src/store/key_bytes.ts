/** Type byte of a string in an encoded key, and what ends it; a zero byte inside is followed by {@linkcode ESCAPE}. */
const STRING = 0x02;
const END = 0x00;
const ESCAPE = 0xff;

/** The parts of a key as Deno KV encodes it; undefined when it is damaged or has parts that are no strings. */
export function decodeKey(bytes: Uint8Array): string[] | undefined {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== STRING) return undefined;
    const end = endOfString(bytes, at + 1);
    const text = end === undefined ? undefined : textOf(bytes.subarray(at + 1, end));
    if (end === undefined || text === undefined) return undefined;
    parts.push(text);
    at = end + 1;
  }
  return parts;
}

function endOfString(bytes: Uint8Array, start: number): number | undefined {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] !== END) continue;
    if (bytes[at + 1] !== ESCAPE) return at;
    at++;
  }
  return undefined;
}

function textOf(escaped: Uint8Array): string | undefined {
  const bytes = escaped.filter((byte, index) => byte !== ESCAPE || escaped[index - 1] !== END);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
