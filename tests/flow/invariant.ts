import { parseIp } from "../../src/base/address.ts";
import { anyContains, type Cidr } from "../../src/base/cidr.ts";
import type { Given } from "./far_ends.ts";

/** What {@linkcode leaks} may overlook. */
export interface LeakOptions {
  /** Addresses that may stand though they lie inside: what we advertise when one network serves both sides. */
  readonly shown?: readonly string[];
  /** What the far end wrote itself in this dialog. */
  readonly given?: Given;
  /** Addresses of phones in here, and ours: they are never the far end's in a Refer-To. */
  readonly real?: readonly string[];
}

/** Compact forms of the header names below (RFC 3261 §7.3.3, RFC 3515, RFC 3892). */
const LONG_NAMES: Readonly<Record<string, string>> = {
  v: "via",
  f: "from",
  t: "to",
  m: "contact",
  r: "refer-to",
  b: "referred-by",
  c: "content-type",
};

/** Where RULES I forbids inside addresses, long names in lower case: everything by which somebody routes, and the identities of RULES H1. */
export const GUARDED_HEADERS: ReadonlySet<string> = new Set([
  "via",
  "contact",
  "record-route",
  "route",
  "path",
  "service-route",
  "from",
  "to",
  "p-preferred-identity",
  "p-asserted-identity",
  "remote-party-id",
  "diversion",
  "history-info",
  "referred-by",
  "reply-to",
  "refer-to",
  "call-info",
  "alert-info",
  "error-info",
  "p-called-party-id",
  "p-associated-uri",
  "warning",
]);

/** What repeats a Call-ID inside a URI (`?Replaces=…`): left alone like the Call-ID itself. */
const REPEATED_CALL_ID = /([?&])(?:call-id|replaces|in-reply-to|target-dialog|join)=[^&>\s]*/gi;
/** Addresses that somebody would send to (RULES P2); texts for people and names of sources are exempt. */
const GUARDED_LINE = new RegExp(
  "^(?:[co]=|a=[ \\t]*(?:rtcp|candidate|x-candidate[\\w-]*|remote-candidates|altc?|[ca]cap|source-filter)" +
    "[ \\t]*:|a=[ \\t]*path[ \\t]*:[ \\t]*msrps?:)",
);
const ADDRESS = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*/gi;

/**
 * The invariant of RULES I on one packet that leaves on the outside: one sentence for each header
 * field or line of a session description that names an inside address; empty when all is well.
 */
export function leaks(
  text: string,
  insideNetworks: readonly Cidr[],
  options: LeakOptions = {},
): string[] {
  const end = text.indexOf("\r\n\r\n");
  const head = end < 0 ? text : text.slice(0, end);
  const [startLine = "", ...lines] = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  const finder = (part: string) => insideAddress(part, insideNetworks, options.shown ?? []);
  const found: string[] = [];
  note(found, "the start line", finder(unescaped(withoutGivenTarget(startLine, options.given))));
  let type = "";
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = fullName(line.slice(0, colon));
    const value = withoutGiven(name, line.slice(colon + 1), options);
    if (name === "content-type") type = value.trim().toLowerCase();
    if (GUARDED_HEADERS.has(name)) note(found, headerWords(name), finder(guardedText(name, value)));
  }
  if (end >= 0) found.push(...bodyLeaks(text.slice(end + 4), type, finder));
  return found;
}

/** The start line without a Request-URI that the far end wrote itself (RULES I). */
function withoutGivenTarget(startLine: string, given: Given | undefined): string {
  const [method = "", uri = "", ...rest] = startLine.split(" ");
  const own = given?.contacts.has(uri) || given?.routes.has(uri);
  return own ? [method, ...rest].join(" ") : startLine;
}

/** A header's value without what the far end wrote itself: its route set, its From and To, its Contact in a Refer-To. */
function withoutGiven(name: string, value: string, { given, real = [] }: LeakOptions): string {
  if (given === undefined) return value;
  const without = (isGiven: (uri: string) => boolean) =>
    value.replaceAll(
      /<([^<>]*)>|(^|,)\s*([a-z]+:[^<>,]*)/gi,
      (all, uri, comma, bare) => isGiven((uri ?? bare).trim()) ? comma ?? "" : all,
    );
  switch (name) {
    case "route":
    case "record-route":
      return without((uri) => given.routes.has(uri) || given.contacts.has(uri));
    case "from":
    case "to":
      return without((uri) => given.parties.has(uri));
    case "refer-to": {
      const call = decodedCall(value);
      return value.replace(/<([^<>?]*)(\?[^<>]*)?>/, (all, uri, headers = "") => {
        const own = given.contacts.has(uri) || given.contactsIn(call).has(uri);
        return own && !isAtOneOf(uri, real) ? `<x:y${headers}>` : all;
      });
    }
    default:
      return value;
  }
}

/** The Call-ID that the Replaces of a Refer-To names. */
function decodedCall(value: string): string {
  const replaces = /[?&]replaces=([^&>]*)/i.exec(value)?.[1] ?? "";
  return unescaped(replaces).split(";", 1)[0]!;
}

function isAtOneOf(uri: string, ips: readonly string[]): boolean {
  const host = /^[a-z]+:(?:[^@]*@)?(\[[^\]]*\]|[^;:?]*)/i.exec(uri)?.[1] ?? "";
  const ip = parseIp(host)?.text;
  return ip !== undefined && ips.includes(ip);
}

type Finder = (part: string) => string | undefined;

function note(found: string[], where: string, address: string | undefined): void {
  if (address !== undefined) found.push(`${address} in ${where}`);
}

function fullName(name: string): string {
  const lower = name.trim().toLowerCase();
  return LONG_NAMES[lower] ?? lower;
}

function headerWords(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_all, dash, letter) => dash + letter.toUpperCase());
}

/** The part of a value that is judged: display names and tags stay as they are by RULES H1; a Warning's text is judged. */
function guardedText(name: string, value: string): string {
  if (name === "warning") return value;
  // A quote that stays open quotes nothing; it is matched to the end so that many of them take no time.
  const bare = value.replaceAll(
    /"(?:[^"\\]|\\[^])*("|\\?$)/g,
    (all, end) => end === '"' ? '""' : all,
  )
    .replaceAll(/;tag=[^;,>\s]*/gi, "");
  return unescaped(bare.replaceAll(REPEATED_CALL_ID, "$1"));
}

/** Percent escapes read, so that nobody hides an address in them. */
function unescaped(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(parseInt(hex, 16)));
}

function insideAddress(
  part: string,
  networks: readonly Cidr[],
  shown: readonly string[],
): string | undefined {
  for (const [candidate] of part.matchAll(ADDRESS)) {
    const ip = parseIp(candidate.replace(/[:.]+$/, (end) => end === "::" ? end : ""));
    if (ip === undefined || shown.includes(ip.text)) continue;
    if (anyContains(networks, ip.text)) return ip.text;
  }
  return undefined;
}

/** Lines of session descriptions, in multipart bodies too; a sipfrag repeats a start line and is exempt. */
function bodyLeaks(body: string, type: string, finder: Finder): string[] {
  if (type.startsWith("message/sipfrag")) return [];
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  if (type.startsWith("multipart/") && boundary !== undefined) {
    return partsOf(body, boundary).flatMap((part) => partLeaks(part, finder));
  }
  const found: string[] = [];
  if (!isDescription(body, type)) return found;
  for (const line of body.split(/\r?\n/)) {
    if (GUARDED_LINE.test(withLowerName(line))) note(found, `the line ${line}`, finder(line));
  }
  return found;
}

/** An attribute's name has no case; the letter before the line's `=` has. */
function withLowerName(line: string): string {
  return line.startsWith("a=") ? line.toLowerCase() : line;
}

/** A body of no type that looks like a description would be taken for one; other bodies are nobody's addresses. */
function isDescription(body: string, type: string): boolean {
  return /^application\/sdp(?=[;,"\s]|$)/.test(type) || (type === "" && body.startsWith("v=0"));
}

function partsOf(body: string, boundary: string): string[] {
  // The boundary was read in lower case.
  const marks = body.toLowerCase().split(`--${boundary}`);
  let at = 0;
  return marks.map((mark) => {
    const part = body.slice(at, at + mark.length);
    at += mark.length + boundary.length + 2;
    return part;
  });
}

function partLeaks(part: string, finder: Finder): string[] {
  const type = /(?:^|\n)(?:content-type|c)\s*:\s*([^\r\n]*)/i.exec(part)?.[1] ?? "";
  const blank = /\r?\n\r?\n/.exec(part);
  const content = blank === null ? part : part.slice(blank.index + blank[0].length);
  return bodyLeaks(content, type.toLowerCase(), finder);
}
