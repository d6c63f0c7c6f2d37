import { MESSAGE_LIMITS } from "../base/limits.ts";
import { excerpt, isToken, skipSpaceBack, trimSpace } from "./grammar.ts";
import { headerKey } from "./header_names.ts";
import type { HeaderField } from "./message.ts";

/** Why header fields are refused. */
export interface HeaderFault {
  /** Short class for counters. */
  readonly kind: "header-line" | "too-many";
  /** In words. */
  readonly reason: string;
}

/** The header fields of a message and the empty line behind them. */
export interface HeaderBlock {
  /** All that could be read, in order. */
  readonly headers: readonly HeaderField[];
  readonly blank: string;
  /** Where the body begins. */
  readonly end: number;
  /** The first fault. */
  readonly fault?: HeaderFault;
}

/**
 * Reads header fields from `start` to the first empty line, which is supplied where the text ends without it.
 * A bare LF ends a line as well: hand-written clients send it, and a next hop that takes it for a line end
 * must not find fields that we did not see. A bare CR, which some stacks take for one too, is refused.
 */
export function readHeaderBlock(text: string, start: number): HeaderBlock {
  const headers: HeaderField[] = [];
  let fault: HeaderFault | undefined;
  let index = start;
  while (headers.length <= MESSAGE_LIMITS.headerFields) {
    const blank = blankAt(text, index);
    if (blank !== "") return finish({ headers, blank, end: index + blank.length }, fault);
    // Messages that stop behind a header are whole but for the empty line: RFC 4475's baddn.dat, RFC 5118 §4.10.
    if (index === text.length) return finish(unended(headers, text), fault);
    const end = endOfField(text, index);
    if (end < 0) return finish(unended(headers, text), fault ?? CUT_OFF);
    const field = readField(text.slice(index, end));
    if (typeof field !== "string") headers.push(field);
    else fault ??= { kind: "header-line", reason: field };
    index = end;
  }
  return finish(unended(headers, text), TOO_MANY);
}

const CUT_OFF: HeaderFault = {
  kind: "header-line",
  reason: "The last header field has no line end",
};

const TOO_MANY: HeaderFault = {
  kind: "too-many",
  reason: `More than ${MESSAGE_LIMITS.headerFields} header fields`,
};

function finish(block: HeaderBlock, fault: HeaderFault | undefined): HeaderBlock {
  return fault === undefined ? block : { ...block, fault };
}

function unended(headers: readonly HeaderField[], text: string): HeaderBlock {
  return { headers, blank: "\r\n", end: text.length };
}

function blankAt(text: string, index: number): string {
  if (text.startsWith("\r\n", index)) return "\r\n";
  return text.charCodeAt(index) === 10 ? "\n" : "";
}

/** The index behind the field's last line; lines that begin with white space belong to the one before. */
function endOfField(text: string, start: number): number {
  for (let index = start;;) {
    index = text.indexOf("\n", index) + 1;
    if (index === 0) return -1;
    const next = text.charCodeAt(index);
    if (next !== 32 && next !== 9) return index;
  }
}

/** A field, or why the line is none. White space before the colon is taken (RFC 4475 §3.1.1.1 "TO :"). */
function readField(line: string): HeaderField | string {
  const colon = line.indexOf(":");
  const name = line.slice(0, skipSpaceBack(line, Math.max(colon, 0)));
  if (!isToken(name)) return `Not a header field: ${excerpt(trimSpace(line))}`;
  if (hasBareReturn(line)) return `Bare CR in header field: ${excerpt(name)}`;
  return { key: headerKey(name), name, line };
}

/** True when a CR is not followed by LF. */
export function hasBareReturn(line: string): boolean {
  const first = line.indexOf("\r");
  return first >= 0 && first !== line.length - 2 && /\r(?!\n)/.test(line);
}
