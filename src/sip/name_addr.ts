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
 * pass on what the public network gave them; see {@linkcode isLooselyNamed}), white space in the brackets is not (§3.1.2.14 badaspec).
 * A quote that stays open ends before the "<" (§3.1.2.6 quotbal; a FreeSWITCH trunk of Telnyx writes `"Name\" <sip:…>`
 * where a caller's name ends in a backslash), and a `user@host` without a scheme is taken (a provider of pyVoIP's users).
 */
export function parseNameAddr(text: string): Result<NameAddr> {
  return addresses(text);
}

const addresses = remembered(readNameAddr);

function readNameAddr(text: string): Result<NameAddr> {
  const value = trimSpace(text);
  const open = openBracket(value);
  return open < 0 ? parseAddrSpec(value) : parseBracketed(value, open);
}

/** The index of the first "<" outside quotes, or behind a quote that stays open; -1 if there is none. */
function openBracket(text: string): number {
  const first = text.indexOf("<");
  const quoteAt = text.indexOf('"');
  if (quoteAt < 0 || (first >= 0 && first < quoteAt)) return first;
  for (let index = quoteAt; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3c) return index;
    if (code !== 0x22) continue;
    const end = endOfQuoted(text, index);
    if (end < 0) return behindOpenQuote(text, index);
    index = end - 1;
  }
  return -1;
}

/** The longest name whose quote may stay open: what no phone shows is no name. */
const LONGEST_OPEN = 128;

function behindOpenQuote(text: string, quote: number): number {
  const open = text.indexOf("<", quote);
  return open - quote <= LONGEST_OPEN ? open : -1;
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

/** What a `user@host` without a scheme may consist of: it shall not be taken for a URI with a password or parameters. */
const SCHEMELESS = /^[A-Za-z0-9+*#._~-]+@[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/;

/** A scheme and no white space or bracket; the rest is looked at when the URI is parsed. */
function looksLikeUri(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return SCHEMELESS.test(text);
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
const SEPARATORS = /[()<>@,;:\\"/[\]?={}]/;
const QUOTED = /"(?:[^"\\]|\\[^])*"/g;

/** True when a separator or a lone quote stands unquoted in the display name: `Bell, Alexander <sip:a@b>`. */
export function isLooselyNamed({ display }: NameAddr): boolean {
  return SEPARATORS.test(display) && SEPARATORS.test(display.replace(QUOTED, ""));
}

/** True for an address that goes on only as {@linkcode soundAddress} writes it (RFC 4475 §3.1.2.15). */
export function isLoose(value: NameAddr): boolean {
  return isLooselyNamed(value) || SCHEMELESS.test(value.uri);
}

/** The address as any reader takes it: the whole display name in quotes, the URI with a scheme. */
export function soundAddress(value: NameAddr): NameAddr {
  const uri = SCHEMELESS.test(value.uri) ? `sip:${value.uri}` : value.uri;
  return { ...value, uri, display: isLooselyNamed(value) ? quotedDisplay(value) : value.display };
}

function quotedDisplay({ display }: NameAddr): string {
  const end = skipSpaceBack(display, display.length);
  // The quote that was never closed.
  const start = display.startsWith('"') && display.replace(QUOTED, "").startsWith('"') ? 1 : 0;
  const name = display.slice(start, end).replace(/["\\]/g, "\\$&");
  return `"${name}"${display.slice(end)}`;
}

/** The address with another URI, in brackets if it was or if the URI needs them. */
export function withUri(value: NameAddr, uri: string): NameAddr {
  return { ...value, uri, bracketed: value.bracketed || /[,;?]/.test(uri) };
}
