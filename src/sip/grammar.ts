/**
 * Characters and small rules of RFC 3261 §25.1 for byte text.
 * `trim`, `\s` and `toLowerCase` are not used on peers' text: they would change the bytes A0 and C0–DE,
 * which are parts of UTF-8 characters.
 */

const TOKEN = new Uint8Array(256);
for (
  const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~"
) {
  TOKEN[character.charCodeAt(0)] = 1;
}

/** True for one or more token characters (RFC 3261 §25.1 `token`). */
export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (TOKEN[text.charCodeAt(index)] !== 1) return false;
  }
  return text.length > 0;
}

/** True for space, tab, CR and LF. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10;
}

/** The index of the first character from `start` on that is no white space, at most `end`. */
export function skipSpace(text: string, start: number, end = text.length): number {
  let index = start;
  while (index < end && isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** The index behind the last character before `end` that is no white space, at least `start`. */
export function skipSpaceBack(text: string, end: number, start = 0): number {
  let index = end;
  while (index > start && isSpace(text.charCodeAt(index - 1))) index--;
  return index;
}

/** The text without white space (space, tab, CR, LF) at its ends. */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  const end = skipSpaceBack(text, text.length, start);
  return end - start === text.length ? text : text.slice(start, end);
}

/** The text with every fold made one space (RFC 3261 §7.3.1). */
export function unfold(text: string): string {
  return text.includes("\n") ? text.replace(/\r?\n[ \t]+/g, " ") : text;
}

/** Lower case for A to Z, all other bytes as they are. */
export function lowerCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text;
}

/** True when the texts differ in nothing but the case of A to Z. */
export function sameIgnoringCase(left: string, right: string): boolean {
  return left === right || (left.length === right.length && lowerCase(left) === lowerCase(right));
}

/** The index behind the closing quote of the quoted string that opens at `start`; -1 if it stays open. */
export function endOfQuoted(text: string, start: number, end = text.length): number {
  for (let index = start + 1; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index++;
    else if (code === 0x22) return index + 1;
  }
  return -1;
}

/** The text as a quoted string, quotes and backslashes escaped. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** The contents of a quoted string, escapes resolved; text without quotes is returned as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || text[0] !== '"' || !text.endsWith('"')) return text;
  const inner = text.slice(1, -1);
  return inner.includes("\\") ? inner.replace(/\\([^])/g, "$1") : inner;
}

/** The beginning of a peer's text for our own words: printable, at most 80 characters. */
export function excerpt(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return short.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The number that one to ten digits write; undefined for anything else. */
export function parseDigits(text: string): number | undefined {
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}
