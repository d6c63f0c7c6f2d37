import { md5Hex, sha256Hex } from "../base/hash.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { excerpt, isToken, lowerCase, skipSpace, trimSpace } from "./grammar.ts";
import { commas } from "./header_field.ts";
import type { Param } from "./params.ts";

/** A challenge or credentials: scheme and comma-separated parameters (RFC 3261 §25.1 `challenge`, `credentials`). */
export interface AuthValue {
  /** As written, e.g. "Digest". */
  readonly scheme: string;
  /** Values as written, quotes included. */
  readonly params: readonly Param[];
}

/** Reads WWW-Authenticate or Proxy-Authenticate. */
export function parseChallenge(text: string): Result<AuthValue> {
  return parseAuthValue(text);
}

/** Reads Authorization or Proxy-Authorization. */
export function parseCredentials(text: string): Result<AuthValue> {
  return parseAuthValue(text);
}

/** Schemes we do not know are read alike (RFC 4475 §3.3.7 regaut01). */
function parseAuthValue(text: string): Result<AuthValue> {
  const value = trimSpace(text);
  const schemeEnd = value.search(/[ \t]/);
  const scheme = value.slice(0, Math.max(schemeEnd, 0));
  if (!isToken(scheme)) return refuse(`Not a challenge or credentials: ${excerpt(value)}`);
  const params: Param[] = [];
  let from = skipSpace(value, schemeEnd);
  const ends = [...commas(value, { start: from, end: value.length }), value.length];
  for (const end of ends) {
    const part = trimSpace(value.slice(from, end));
    from = end + 1;
    // Empty list elements are legal in HTTP's grammar, which this one comes from.
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals <= 0) return refuse(`Not a parameter of ${excerpt(scheme)}: ${excerpt(part)}`);
    const name = trimSpace(part.slice(0, equals));
    params.push({ name, value: trimSpace(part.slice(equals + 1)) });
  }
  return ok({ scheme, params });
}

/** `Digest username="bob", realm="biloxi.com"…`; values are written as they are. */
export function writeCredentials(value: AuthValue): string {
  return writeAuthValue(value);
}

/** `Digest realm="biloxi.com", qop="auth"…`; values are written as they are. */
export function writeChallenge(value: AuthValue): string {
  return writeAuthValue(value);
}

function writeAuthValue(value: AuthValue): string {
  const params = value.params.map((param) =>
    param.value === undefined ? param.name : `${param.name}=${param.value}`
  );
  return `${value.scheme} ${params.join(", ")}`;
}

/** The algorithms of RFC 3261 §22.4 and RFC 8760 that we can answer. */
export type DigestAlgorithm = "MD5" | "MD5-sess" | "SHA-256" | "SHA-256-sess";

const ALGORITHMS: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ["md5", "MD5"],
  ["md5-sess", "MD5-sess"],
  ["sha-256", "SHA-256"],
  ["sha-256-sess", "SHA-256-sess"],
]);

/** The algorithm a challenge names, MD5 if it names none; undefined for one we do not know. */
export function digestAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  return text === undefined ? "MD5" : ALGORITHMS.get(lowerCase(text));
}

/** What a digest is computed of; all without quotes. */
export interface DigestInput {
  readonly method: string;
  /** The `uri` parameter. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  /** MD5 if absent. */
  readonly algorithm?: DigestAlgorithm;
  /** "auth", "auth-int" or absent (RFC 2069). */
  readonly qop?: string;
  /** Eight hexadecimal digits; with `qop` only. */
  readonly nc?: string;
  readonly cnonce?: string;
  /** The body; for "auth-int" only. */
  readonly entityBody?: string;
}

/** The `response` parameter in lower-case hexadecimal (RFC 2617 §3.2.2, RFC 7616 §3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { algorithm = "MD5", nonce, qop, nc = "", cnonce = "" } = input;
  const hash = algorithm.startsWith("MD5") ? md5Hex : sha256Hex;
  const account = hash(`${input.username}:${input.realm}:${input.password}`);
  const secret = algorithm.endsWith("-sess") ? hash(`${account}:${nonce}:${cnonce}`) : account;
  const body = qop === "auth-int" ? `:${hash(input.entityBody ?? "")}` : "";
  const request = hash(`${input.method}:${input.uri}${body}`);
  const counted = qop === undefined ? "" : `${nc}:${cnonce}:${qop}:`;
  return hash(`${secret}:${nonce}:${counted}${request}`);
}
