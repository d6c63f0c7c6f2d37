import { type Ip, parseIp } from "../base/address.ts";
import { remembered } from "../base/memo.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { excerpt, lowerCase } from "./grammar.ts";
import { type HostPort, parseHostPort, writeHostPort } from "./host_port.ts";
import { getParam, hasParam, type Param, parseParams, writeParams } from "./params.ts";

/** A URI (RFC 3261 §19.1, RFC 3966, RFC 3986); of schemes other than sip and sips only scheme and rest are told apart. */
export interface SipUri extends HostPort {
  /** Lower case: "sip", "sips", "tel" or another. */
  readonly scheme: string;
  /** The scheme as written, where that is not lower case. */
  readonly schemeText?: string;
  /** Raw, escapes kept. */
  readonly user?: string;
  /** Raw, escapes kept. */
  readonly password?: string;
  /** As written, IPv6 in brackets; "" for tel and others. */
  readonly host: string;
  readonly params: readonly Param[];
  /** "" or "?…", raw. */
  readonly headers: string;
  /** All after the colon for schemes other than sip and sips, else "". */
  readonly opaque: string;
}

const NONE: readonly Param[] = [];
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;

/** Control characters, space, quotes and angle brackets stand in no URI. Raw UTF-8 is taken: many phones do not escape it. */
// deno-lint-ignore no-control-regex
const NEVER = /[\x00-\x20\x7f"<>]/;

/** Reads a URI; `sip:` and `sips:` in full. */
export function parseUri(text: string): Result<SipUri> {
  return uris(text);
}

const uris = remembered(readUri);

function readUri(text: string): Result<SipUri> {
  const colon = text.indexOf(":");
  const written = text.slice(0, Math.max(colon, 0));
  if (!SCHEME.test(written)) return refuse(`Not a URI, no scheme: ${excerpt(text)}`);
  if (NEVER.test(text)) {
    return refuse(`Not a URI, it holds a character that must be escaped: ${excerpt(text)}`);
  }
  const scheme = written === "sip" ? "sip" : written.toLowerCase();
  if (scheme === "sip" || scheme === "sips") return parseSip(text, colon + 1, scheme);
  const opaque = text.slice(colon + 1);
  if (opaque === "") return refuse(`Not a URI, nothing after the scheme: ${excerpt(text)}`);
  return ok({ ...schemeParts(scheme, written), host: "", params: NONE, headers: "", opaque });
}

function schemeParts(scheme: string, written: string): { scheme: string; schemeText?: string } {
  return scheme === written ? { scheme } : { scheme, schemeText: written };
}

/** The first "@" ends the user part: it may hold ";" and "?" (RFC 4475 §3.1.1.2), what follows may not hold "@" before them. */
function parseSip(text: string, start: number, scheme: string): Result<SipUri> {
  const at = text.indexOf("@", start);
  const from = at < 0 ? start : at + 1;
  const question = endBefore(text, "?", from, text.length);
  const semicolon = endBefore(text, ";", from, question);
  const place = parseHostPort(text.slice(from, semicolon));
  if (!place.ok) return refuse(`${place.reason} in URI`);
  const params = semicolon === question
    ? ok(NONE)
    : parseParams(text.slice(semicolon, question), 0, { emptyAllowed: true });
  if (!params.ok) return params;
  return ok({
    ...schemeParts(scheme, text.slice(0, start - 1)),
    ...(at < 0 ? undefined : userParts(text.slice(start, at))),
    ...place.value,
    params: params.value,
    headers: text.slice(question),
    opaque: "",
  });
}

function endBefore(text: string, mark: string, from: number, end: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 || found > end ? end : found;
}

function userParts(text: string): { user: string; password?: string } {
  const colon = text.indexOf(":");
  if (colon < 0) return { user: text };
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The text of a URI; what was parsed comes out as it was. */
export function writeUri(uri: SipUri): string {
  const written = uri.schemeText?.toLowerCase() === uri.scheme ? uri.schemeText! : uri.scheme;
  if (uri.host === "") return `${written}:${uri.opaque}`;
  const password = uri.password === undefined ? "" : `:${uri.password}`;
  const user = uri.user === undefined ? "" : `${uri.user}${password}@`;
  return `${written}:${user}${writeHostPort(uri)}${writeParams(uri.params)}${uri.headers}`;
}

/** The IP that stands as host; undefined for a name. ":::" is read as "::" (RFC 5118 §4.10). */
export function uriHostIp(uri: HostPort): Ip | undefined {
  return parseIp(uri.host.includes(":::") ? uri.host.replace(":::", "::") : uri.host);
}

/** Escapes of unreserved characters resolved, the others in upper case: equal parts become equal texts (RFC 3261 §19.1.4). */
function normalEscapes(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16));
    return ";/?:@&=+$,%".includes(character) ? escape.toUpperCase() : character;
  });
}

function normalHost(uri: SipUri): string {
  return uriHostIp(uri)?.text ?? lowerCase(uri.host);
}

/** A telephone number without visual separators and parameters (RFC 3966 §4). */
function normalNumber(opaque: string): string {
  return lowerCase(opaque.split(";", 1)[0]!).replace(/[-.()]/g, "");
}

/** The number in a `tel:` URI, without visual separators and parameters (RFC 3966 §4); undefined for another URI. */
export function telNumber(uri: SipUri): string | undefined {
  return uri.scheme === "tel" ? normalNumber(uri.opaque) : undefined;
}

/** True for `urn:service:…`: an emergency call, or another service that the provider finds (RFC 5031 §3). */
export function isServiceUrn(uri: SipUri): boolean {
  return uri.scheme === "urn" && /^service:[a-z]/i.test(uri.opaque);
}

/** Parameters that never match their absence (RFC 3261 §19.1.4). */
const DECISIVE = ["transport", "user", "ttl", "method", "maddr"];

/** True when the URIs are equal by RFC 3261 §19.1.4; telephone numbers by RFC 3966 §4 without their parameters. */
export function uriEquals(left: SipUri, right: SipUri): boolean {
  if (left.scheme !== right.scheme) return false;
  if (left.scheme === "tel") return normalNumber(left.opaque) === normalNumber(right.opaque);
  return left.opaque === right.opaque && left.port === right.port &&
    samePart(left.user, right.user) && samePart(left.password, right.password) &&
    normalHost(left) === normalHost(right) && sameParams(left.params, right.params) &&
    normalHeaders(left.headers) === normalHeaders(right.headers);
}

function samePart(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || normalEscapes(left) === normalEscapes(right);
}

function sameParams(left: readonly Param[], right: readonly Param[]): boolean {
  if (DECISIVE.some((name) => hasParam(left, name) !== hasParam(right, name))) return false;
  const values = new Map(right.map(normalParam));
  return left.map(normalParam).every(([name, value]) => (values.get(name) ?? value) === value);
}

function normalParam(param: Param): [name: string, value: string] {
  const value = normalEscapes(getParam([param], param.name) ?? "");
  return [lowerCase(normalEscapes(param.name)), lowerCase(value)];
}

function normalHeaders(headers: string): string {
  if (headers === "") return "";
  return headers.slice(1).split("&").map((header) => {
    const equals = header.indexOf("=");
    const name = lowerCase(normalEscapes(equals < 0 ? header : header.slice(0, equals)));
    return equals < 0 ? name : name + normalEscapes(header.slice(equals));
  }).sort().join("&");
}

/**
 * A key that equal URIs mostly share, for addresses of record: `sip:user@host:port`, host in lower case,
 * escapes resolved, no password, parameters or headers; text that is no URI is its own key.
 */
export function uriKey(text: string): string {
  const parsed = parseUri(text);
  if (!parsed.ok) return text;
  const uri = parsed.value;
  if (uri.scheme === "tel") return `tel:${normalNumber(uri.opaque)}`;
  if (uri.host === "") return `${uri.scheme}:${uri.opaque}`;
  const user = uri.user === undefined ? "" : `${normalEscapes(uri.user)}@`;
  const ip = uriHostIp(uri);
  const host = ip?.family === 6 ? `[${ip.text}]` : normalHost(uri);
  return `${uri.scheme}:${user}${host}${uri.port === undefined ? "" : `:${uri.port}`}`;
}
