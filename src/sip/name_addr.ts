import { remembered } from "../base/memo.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { endOfQuoted, excerpt, isSpace, skipSpaceBack, trimSpace } from "./grammar.ts";
import { type Param, parseParams, writeParams } from "./params.ts";

/** A `name-addr` or `addr-spec` with header parameters (RFC 3261 §20.10). */
export interface NameAddr {
  /** Raw, quotes and the space behind it included. */
  readonly display: string;
  /** True when the URI stands in angle brackets. */
  readonly bracketed: boolean;
  /** As written, not yet parsed. */
  readonly uri: string;
  /** Header parameters; those of the URI are in `uri`. */
  readonly params: readonly Param[];
}

/**
 * Reads `"Name" <sip:user@host>;tag=x` or `sip:user@host;tag=x`.
 * Display names with characters that should be quoted are taken (RFC 4475 §3.1.2.15 baddn; many gateways
 * pass on what the public network gave them; see {@linkcode withQuotedName}), white space in the brackets is not (§3.1.2.14 badaspec).
 */
export function parseNameAddr(text: string): Result<NameAddr> {
  return addresses(text);
}

const addresses = remembered(readNameAddr);

function readNameAddr(text: string): Result<NameAddr> {
  const value = trimSpace(text);
  const open = openBracket(value);
  if (open === OPEN_QUOTE) return refuse(`Quote not closed in address: ${excerpt(value)}`);
  return open < 0 ? parseAddrSpec(value) : parseBracketed(value, open);
}

const OPEN_QUOTE = -2;

/** The index of the first "<" outside quotes, -1 if there is none. */
function openBracket(text: string): number {
  const first = text.indexOf("<");
  const quoteAt = text.indexOf('"');
  if (quoteAt < 0 || (first >= 0 && first < quoteAt)) return first;
  for (let index = quoteAt; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3c) return index;
    if (code !== 0x22) continue;
    index = endOfQuoted(text, index) - 1;
    if (index < 0) return OPEN_QUOTE;
  }
  return -1;
}

function parseBracketed(text: string, open: number): Result<NameAddr> {
  const close = text.indexOf(">", open);
  if (close < 0) return refuse(`Angle bracket not closed in address: ${excerpt(text)}`);
  const uri = text.slice(open + 1, close);
  if (!looksLikeUri(uri)) return refuse(`Not a URI in address: ${excerpt(text)}`);
  const params = parseParams(text, close + 1);
  if (!params.ok) return params;
  return ok({ display: text.slice(0, open), bracketed: true, uri, params: params.value });
}

/** Without brackets what follows ";" belongs to the header, and "," and "?" are not allowed (RFC 3261 §20). */
function parseAddrSpec(text: string): Result<NameAddr> {
  const semicolon = text.indexOf(";");
  const end = skipSpaceBack(text, semicolon < 0 ? text.length : semicolon);
  const uri = text.slice(0, end);
  if (!looksLikeUri(uri) || /[,?]/.test(uri)) return refuse(`Not an address: ${excerpt(text)}`);
  const params = parseParams(text, end);
  if (!params.ok) return params;
  return ok({ display: "", bracketed: false, uri, params: params.value });
}

/** A scheme and no white space or bracket; the rest is looked at when the URI is parsed. */
function looksLikeUri(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isSpace(code) || code === 0x3c || code === 0x22) return false;
  }
  return true;
}

/** The text of an address; what was parsed comes out as it was. */
export function writeNameAddr(value: NameAddr): string {
  const uri = value.bracketed ? `<${value.uri}>` : value.uri;
  return `${value.display}${uri}${writeParams(value.params)}`;
}

/** Separators of RFC 3261 §25.1 that a display name may have in quotes only; white space parts its words. */
const SEPARATORS = /[()<>@,;:\\/[\]?={}]/;
const QUOTED = /"(?:[^"\\]|\\[^])*"/g;

/** True when a separator stands unquoted in the display name: `Bell, Alexander <sip:a@b>`. */
export function isLooselyNamed({ display }: NameAddr): boolean {
  return SEPARATORS.test(display) && SEPARATORS.test(display.replace(QUOTED, ""));
}

/** The address with its whole display name, as written, in quotes. */
export function withQuotedName(value: NameAddr): NameAddr {
  const { display } = value;
  const end = skipSpaceBack(display, display.length);
  const name = display.slice(0, end).replace(/["\\]/g, "\\$&");
  return { ...value, display: `"${name}"${display.slice(end)}` };
}

/** The address with another URI, in brackets if it was or if the URI needs them. */
export function withUri(value: NameAddr, uri: string): NameAddr {
  return { ...value, uri, bracketed: value.bracketed || /[,;?]/.test(uri) };
}
