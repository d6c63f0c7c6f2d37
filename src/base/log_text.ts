import { textToBytes } from "./bytes.ts";

/** Characters of a peer's text that a sentence shows. */
const SHOWN = 64;

/** Controls, what changes the direction of writing or shows nothing, and what ends a line. */
const UNFIT = /[\p{C}\p{Zl}\p{Zp}]/gu;
const BEYOND_ASCII = /[^\0-\x7f]/;
const BEYOND_BYTES = /[^\0-\xff]/;
/** The first bytes of a UTF-8 character whose rest was cut off. */
const TORN_END = /[\xc0-\xff][\x80-\xbf]{0,2}$/;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Text of a peer as part of a log sentence: at most `limit` characters, UTF-8 shown as what it says, nothing in it
 * that forges a line or steers a terminal. Whatever a peer wrote (names, hosts, methods, reason phrases) goes
 * through here before it stands in a sentence.
 */
export function logText(text: string, limit: number = SHOWN): string {
  // Four bytes are the longest character of UTF-8.
  const start = text.length > limit * 4 ? text.slice(0, limit * 4 + 4) : text;
  const torn = start.length < text.length;
  const characters = [...readable(torn ? start.replace(TORN_END, "") : start)];
  const cut = torn || characters.length > limit;
  const shown = cut ? `${characters.slice(0, limit - 1).join("")}…` : characters.join("");
  return escaped(shown);
}

/** Text with every character escaped that is no visible part of one line. */
export function escaped(text: string): string {
  return text.replace(UNFIT, (character) => {
    const code = character.codePointAt(0)!;
    return code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

/** Messages are one character a byte (`bytes.ts`): a text that is UTF-8 is shown so, another as Latin-1. */
export function readable(text: string): string {
  if (!BEYOND_ASCII.test(text) || BEYOND_BYTES.test(text)) return text;
  try {
    return UTF8.decode(textToBytes(text));
  } catch {
    return text;
  }
}
