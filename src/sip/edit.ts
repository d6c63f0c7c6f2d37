import { fieldSpan, makeField, oneLine, type Span, spanText, valueSpans } from "./header_field.ts";
import { belongsOnTop, headerKey } from "./header_names.ts";
import type { HeaderField, SipMessage, SipRequest } from "./message.ts";

/** The request with another Request-URI. */
export function withRequestUri(request: SipRequest, uri: string): SipRequest {
  const lineEnd = request.startLine.endsWith("\r\n") ? "\r\n" : "\n";
  const safe = oneLine(uri);
  const startLine = `${request.method} ${safe} ${request.version}${lineEnd}`;
  return { ...request, uri: safe, startLine };
}

/** The message with other header fields. */
function withFields<M extends SipMessage>(message: M, headers: readonly HeaderField[]): M {
  return { ...message, headers };
}

/** The message with one field of that name: in the first one's place, or the last of the headers. */
export function withHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  return replaceFields(message, headerKey(name), { made: [makeField(name, value)], onTop: false });
}

/**
 * The message with one field per value in the place of the first field of that name; none for an empty list.
 * Where there was none, Via, Route, Record-Route and Path go on top, others to the end.
 */
export function withHeaderValues<M extends SipMessage>(
  message: M,
  name: string,
  values: readonly string[],
): M {
  const key = headerKey(name);
  const made = values.map((value) => makeField(name, value));
  return replaceFields(message, key, { made, onTop: belongsOnTop(key) });
}

function replaceFields<M extends SipMessage>(
  message: M,
  key: string,
  options: { made: readonly HeaderField[]; onTop: boolean },
): M {
  const { made, onTop } = options;
  const headers: HeaderField[] = [];
  let placed = false;
  for (const field of message.headers) {
    if (field.key !== key) headers.push(field);
    else if (!placed) {
      headers.push(...made);
      placed = true;
    }
  }
  if (placed) return withFields(message, headers);
  return withFields(message, onTop ? [...made, ...headers] : [...headers, ...made]);
}

/** The message with a field above the first of its name, or at the very top. */
export function withTopValue<M extends SipMessage>(message: M, name: string, value: string): M {
  const field = makeField(name, value);
  const at = Math.max(0, message.headers.findIndex((other) => other.key === field.key));
  return withFields(message, message.headers.toSpliced(at, 0, field));
}

/** The message without the first value of a header, also where it is one of a comma list. */
export function withoutTopValue<M extends SipMessage>(message: M, key: string): M {
  return mapHeaderValues(message, key, (value, index) => index === 0 ? undefined : value);
}

/** The message without any field of a key. */
export function withoutHeader<M extends SipMessage>(message: M, key: string): M {
  if (!message.headers.some((field) => field.key === key)) return message;
  return withFields(message, message.headers.filter((field) => field.key !== key));
}

/**
 * The message with every value of a header replaced by what `change` returns, undefined drops it.
 * A changed value changes its own bytes only; a field with no changed value stays as it is.
 */
export function mapHeaderValues<M extends SipMessage>(
  message: M,
  key: string,
  change: (value: string, index: number) => string | undefined,
): M {
  let index = 0;
  // Copied when the first field changes: most messages pass most stages unchanged.
  let headers: (HeaderField | undefined)[] | undefined;
  for (let at = 0; at < message.headers.length; at++) {
    const field = message.headers[at]!;
    if (field.key !== key) continue;
    const made = mapField(field, (value) => change(value, index++));
    if (made === field) continue;
    headers ??= [...message.headers];
    headers[at] = made;
  }
  if (headers === undefined) return message;
  return withFields(message, headers.filter((field) => field !== undefined));
}

/** The field with its values changed; itself if none was, undefined if all were dropped. */
function mapField(
  field: HeaderField,
  change: (value: string) => string | undefined,
): HeaderField | undefined {
  const spans = valueSpans(field);
  const values = spans.map((span) => spanText(field, span));
  const made = values.map(change);
  if (made.every((value, at) => value === values[at])) return field;
  if (made.every((value) => value === undefined)) return undefined;
  const texts = made.map((value, at) => {
    if (value === undefined) return undefined;
    return value === values[at] ? rawSpan(field, spans[at]!) : oneLine(value);
  });
  return { ...field, line: joinSpans(field.line, spans, texts) };
}

function rawSpan(field: HeaderField, span: Span): string {
  return field.line.slice(span.start, span.end);
}

/** The line with the spans' texts exchanged; a dropped one takes the separator before it, the first the one behind it, along. */
function joinSpans(
  line: string,
  spans: readonly Span[],
  texts: readonly (string | undefined)[],
): string {
  let joined = line.slice(0, spans[0]!.start);
  let first = true;
  for (const [at, text] of texts.entries()) {
    if (text === undefined) continue;
    if (!first) joined += line.slice(spans[at - 1]!.end, spans[at]!.start);
    joined += text;
    first = false;
  }
  return joined + line.slice(spans.at(-1)!.end);
}

/** The message with another body and, if given, Content-Type; Content-Length follows, added where it was not. */
export function withBody<M extends SipMessage>(
  message: M,
  body: string,
  contentType?: string,
): M {
  const typed = contentType === undefined
    ? message
    : withHeader(message, "Content-Type", contentType);
  return { ...withContentLength(typed, body.length), body };
}

function withContentLength<M extends SipMessage>(message: M, length: number): M {
  const field = message.headers.find((other) => other.key === "content-length");
  if (field === undefined) return withHeader(message, "Content-Length", String(length));
  const { start, end } = fieldSpan(field);
  const line = `${field.line.slice(0, start)}${length}${field.line.slice(end)}`;
  return replaceFields(message, "content-length", { made: [{ ...field, line }], onTop: false });
}
