import { skipSpaceBack } from "./grammar.ts";
import { makeField, oneLine } from "./header_field.ts";
import { toTag } from "./headers.ts";
import type { HeaderField, SipMessage, SipRequest, SipResponse } from "./message.ts";
import { reasonPhrase } from "./status.ts";

/** The text of a message, exactly as parsed where nothing was edited. */
export function writeMessage(message: SipMessage): string {
  let text = message.startLine;
  for (const field of message.headers) text += field.line;
  return text + message.blank + message.body;
}

/** What {@linkcode makeResponse} needs beside the request. */
export interface ResponseOptions {
  readonly status: number;
  /** The usual phrase if absent. */
  readonly reason?: string;
  /** Added if the request's To has none; a 100 gets none (RFC 3261 §8.2.6.2). */
  readonly toTag?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const COPIED: ReadonlySet<string> = new Set(["from", "to", "call-id", "cseq"]);

/** Our answer to a request, with the fields RFC 3261 §8.2.6.2 copies and a Content-Length. */
export function makeResponse(request: SipRequest, options: ResponseOptions): SipResponse {
  const { status, body = "" } = options;
  const reason = oneLine(options.reason ?? reasonPhrase(status));
  const tag = status > 100 && toTag(request) === undefined ? options.toTag : undefined;
  const copied = copiedFields(request, status)
    .map((field) => field.key === "to" && tag !== undefined ? withTag(field, tag) : field);
  return {
    kind: "response",
    status,
    reason,
    version: "SIP/2.0",
    startLine: `SIP/2.0 ${status} ${reason}\r\n`,
    headers: [...copied, ...madeFields(options.headers ?? [], body)],
    blank: "\r\n",
    body,
  };
}

/** All Vias and the first of each other: a faulty request may have several, its answer must not. */
function copiedFields(request: SipRequest, status: number): HeaderField[] {
  const seen = new Set<string>();
  return request.headers.filter(({ key }) => {
    if (key === "via") return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return COPIED.has(key) || (status === 100 && key === "timestamp");
  });
}

/** Without brackets too: what follows the semicolon is then the header's (RFC 3261 §20). */
function withTag(field: HeaderField, tag: string): HeaderField {
  const end = skipSpaceBack(field.line, field.line.length);
  return { ...field, line: `${field.line.slice(0, end)};tag=${tag}${field.line.slice(end)}` };
}

function madeFields(
  headers: readonly (readonly [name: string, value: string])[],
  body: string,
): HeaderField[] {
  const fields = headers.map(([name, value]) => makeField(name, value));
  return [...fields, makeField("Content-Length", String(body.length))];
}

/** What {@linkcode makeRequest} makes a request of. */
export interface RequestOptions {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** A request of our own; Content-Length is added last. */
export function makeRequest(options: RequestOptions): SipRequest {
  const { method, headers, body = "" } = options;
  const uri = oneLine(options.uri);
  return {
    kind: "request",
    method,
    uri,
    version: "SIP/2.0",
    startLine: `${method} ${uri} SIP/2.0\r\n`,
    headers: madeFields(headers, body),
    blank: "\r\n",
    body,
  };
}
