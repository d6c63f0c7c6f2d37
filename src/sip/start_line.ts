import { ok, refuse, type Result } from "../base/result.ts";
import { excerpt, isToken } from "./grammar.ts";
import { parseUri } from "./uri.ts";

/** What the first line says. */
export type StartLine =
  | {
    readonly kind: "request";
    readonly method: string;
    readonly uri: string;
    readonly version: string;
    /** The line as it goes on, when what came is taken but must not be forwarded. */
    readonly repaired?: string;
  }
  | {
    readonly kind: "response";
    readonly status: number;
    readonly reason: string;
    readonly version: string;
  };

/** Why a first line is refused. */
export interface StartLineFault {
  /** Short class for counters. */
  readonly kind: "start-line" | "version" | "request-uri";
  /** In words. */
  readonly reason: string;
  /** How to answer, and what could be read, when it is clearly a SIP request. */
  readonly answer?: {
    readonly status: 400 | 505;
    readonly request: StartLine & { readonly kind: "request" };
  };
}

/** Reads a first line, given without its line end (RFC 3261 §7.1, §7.2). */
export function parseStartLine(line: string): Result<StartLine, StartLineFault> {
  return /^SIP\//i.test(line) ? parseStatusLine(line) : parseRequestLine(line);
}

/** An empty reason phrase is legal (RFC 4475 §3.1.1.13 noreason); some stacks then leave out the space before it. */
const STATUS_LINE = /^(SIP\/2\.0) ([1-6][0-9]{2})(?: ([^\r\n]*))?$/i;

function parseStatusLine(line: string): Result<StartLine, StartLineFault> {
  const match = STATUS_LINE.exec(line);
  if (match === null) {
    return refuse({ kind: "start-line", reason: `Not a status line: ${excerpt(line)}` });
  }
  const [, version, status, reason = ""] = match;
  return ok({ kind: "response", version: version!, status: Number(status), reason });
}

function parseRequestLine(line: string): Result<StartLine, StartLineFault> {
  const methodEnd = line.indexOf(" ");
  const uriEnd = line.lastIndexOf(" ");
  const method = line.slice(0, Math.max(methodEnd, 0));
  const version = line.slice(uriEnd + 1);
  if (!isToken(method) || !isVersion(version)) return misspaced(line);
  const uri = line.slice(methodEnd + 1, uriEnd);
  if (/^ | $/.test(uri)) return misspaced(line);
  return judged({ kind: "request", method, uri, version });
}

function judged(request: StartLine & { kind: "request" }): Result<StartLine, StartLineFault> {
  const { uri, version } = request;
  if (version.slice(4) !== "2.0") {
    const reason = `Not SIP/2.0 but ${excerpt(version)}`;
    return refuse({ kind: "version", reason, answer: { status: 505, request } });
  }
  const fault = uriFault(uri);
  if (fault === undefined) return ok(request);
  return refuse({ kind: "request-uri", reason: fault, answer: { status: 400, request } });
}

function isVersion(text: string): boolean {
  return text === "SIP/2.0" || /^SIP\/[0-9]+\.[0-9]+$/i.test(text);
}

/**
 * Spaces too many (RFC 4475 §3.1.2.9 lwsstart, §3.1.2.10 trws; SIPp scenarios and PBX scripts that put a prefix into
 * the line write them) are taken while three words are told apart, and single ones go on. Other requests whose parts
 * are separated wrongly can still be answered.
 */
function misspaced(line: string): Result<StartLine, StartLineFault> {
  const reason = `Not a request line: ${excerpt(line)}`;
  const [method = "", uri = "", ...rest] = line.split(/[ \t]+/);
  const others = rest.filter((word) => word !== "");
  const version = others.at(-1) ?? "";
  if (!isToken(method) || !isVersion(version)) return refuse({ kind: "start-line", reason });
  const request = { kind: "request", method, uri, version } as const;
  if (others.length === 1 && !line.includes("\t")) {
    return judged({ ...request, repaired: `${method} ${uri} ${version}` });
  }
  return refuse({ kind: "start-line", reason, answer: { status: 400, request } });
}

/** Headers in a Request-URI are forbidden (RFC 3261 §19.1.1); schemes we do not know are the proxy's business. */
function uriFault(text: string): string | undefined {
  const uri = parseUri(text);
  if (!uri.ok) return uri.reason;
  return uri.value.headers === "" ? undefined : `Headers in the Request-URI: ${excerpt(text)}`;
}
