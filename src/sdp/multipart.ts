import { MESSAGE_LIMITS } from "../base/limits.ts";

/** Where a session description stands in a message body: offsets of its text. */
export interface SdpPart {
  readonly start: number;
  readonly end: number;
  /** The digits of the part's own Content-Length, when it has one. */
  readonly length: { readonly start: number; readonly end: number } | undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Finds the session descriptions in a body, inside multipart bodies too (RFC 2046 §5.1, RFC 5621). */
export function findSdp(contentType: string, body: string): SdpPart[] {
  return findIn(body, { contentType, range: { start: 0, end: body.length }, depth: 0 });
}

/** Replaces the parts by new texts and corrects the parts' own lengths; all else stays byte for byte. */
export function replaceSdp(
  body: string,
  parts: readonly SdpPart[],
  texts: readonly string[],
): string {
  let result = "";
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const text = texts[index]!;
    if (part.length !== undefined) {
      result += body.slice(at, part.length.start) + text.length;
      at = part.length.end;
    }
    result += body.slice(at, part.start) + text;
    at = part.end;
  }
  return result + body.slice(at);
}

interface Search {
  readonly contentType: string;
  readonly range: Range;
  readonly depth: number;
  readonly length?: Range | undefined;
}

function findIn(body: string, search: Search): SdpPart[] {
  const type = mediaType(search.contentType);
  // What has no type, itself or as a part, is taken for what it looks like.
  const looksSo = type === "" && body.startsWith("v=0", search.range.start);
  if (type === "application/sdp" || looksSo) return [{ ...search.range, length: search.length }];
  if (!type.startsWith("multipart/") || search.depth >= MESSAGE_LIMITS.multipartDepth) return [];
  const boundary = boundaryOf(search.contentType);
  if (boundary === undefined) return [];
  return splitParts(body, boundary, search.range).flatMap((part) => {
    const { blank, headers } = readHeaders(body, part);
    const contentType = headers.get("content-type")?.value ?? headers.get("c")?.value ?? "";
    const length = headers.get("content-length")?.digits ?? headers.get("l")?.digits;
    const range = { start: blank, end: part.end };
    return findIn(body, { contentType, range, depth: search.depth + 1, length });
  });
}

/** Type and subtype in lower case; what follows them wrongly does not hide a description from the far end. */
function mediaType(contentType: string): string {
  return contentType.trim().split(/[;,"\s]/, 1)[0]!.toLowerCase();
}

function boundaryOf(contentType: string): string | undefined {
  const match = /;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]*)"|([^;\s"]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  return boundary === undefined || boundary === "" || boundary.length > 70 ? undefined : boundary;
}

/** The parts between the delimiter lines; the line end before a delimiter belongs to the delimiter. */
function splitParts(body: string, boundary: string, range: Range): Range[] {
  const parts: Range[] = [];
  const delimiter = `--${boundary}`;
  let open: number | undefined;
  let at = body.indexOf(delimiter, range.start);
  while (at >= 0 && at < range.end) {
    const after = at + delimiter.length;
    const line = delimiterEnd(body, after);
    if (line !== undefined && (at === range.start || body[at - 1] === "\n")) {
      if (open !== undefined) parts.push({ start: open, end: lineStart(body, at, open) });
      if (body.startsWith("--", after)) return parts;
      open = line;
    }
    at = body.indexOf(delimiter, after);
  }
  // A missing close delimiter is a common fault; the part reaches to the end then.
  if (open !== undefined && open < range.end) parts.push({ start: open, end: range.end });
  return parts;
}

function delimiterEnd(body: string, after: number): number | undefined {
  let at = body.startsWith("--", after) ? after + 2 : after;
  while (body[at] === " " || body[at] === "\t") at++;
  if (at >= body.length) return at;
  if (body[at] === "\r") at++;
  return body[at] === "\n" ? at + 1 : undefined;
}

function lineStart(body: string, delimiter: number, open: number): number {
  const end = delimiter - (body[delimiter - 2] === "\r" ? 2 : 1);
  return Math.max(open, end);
}

interface PartHeader {
  readonly value: string;
  readonly digits: Range | undefined;
}

function readHeaders(
  body: string,
  part: Range,
): { blank: number; headers: Map<string, PartHeader> } {
  const headers = new Map<string, PartHeader>();
  let last: string | undefined;
  let at = part.start;
  while (at < part.end) {
    const newline = body.indexOf("\n", at);
    const next = newline < 0 || newline >= part.end ? part.end : newline + 1;
    const line = body.slice(at, next);
    const text = line.trim();
    if (text === "") return { blank: next, headers };
    const folded = /^[ \t]/.test(line) && last !== undefined ? headers.get(last) : undefined;
    if (folded !== undefined) headers.set(last!, { ...folded, value: `${folded.value} ${text}` });
    else last = addHeader(headers, line, at);
    at = next;
  }
  return { blank: part.end, headers };
}

function addHeader(headers: Map<string, PartHeader>, line: string, at: number): string | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) return undefined;
  const name = line.slice(0, colon).trim().toLowerCase();
  const digits = /^[ \t]*(\d+)[ \t]*\r?\n?$/.exec(line.slice(colon + 1));
  const start = digits === null ? 0 : at + colon + 1 + line.slice(colon + 1).indexOf(digits[1]!);
  headers.set(name, {
    value: line.slice(colon + 1).trim(),
    digits: digits === null ? undefined : { start, end: start + digits[1]!.length },
  });
  return name;
}
