import { endOfQuoted, isSpace, skipSpace, skipSpaceBack, unfold } from "./grammar.ts";
import { headerKey, isList } from "./header_names.ts";
import type { HeaderField } from "./message.ts";

/** Where a value stands in its field's line: `[start, end)`, white space excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value with line breaks made spaces, so that no value can smuggle in another field. */
export function oneLine(value: string): string {
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, " ") : value;
}

/** A new field. */
export function makeField(name: string, value: string): HeaderField {
  return { key: headerKey(name), name, line: `${name}: ${oneLine(value)}\r\n` };
}

/** Where the whole value of a field stands. */
export function fieldSpan(field: HeaderField): Span {
  const { line } = field;
  const start = skipSpace(line, line.indexOf(":") + 1);
  return { start, end: skipSpaceBack(line, line.length, start) };
}

/** The text of a span of the field's line, unfolded. */
export function spanText(field: HeaderField, span: Span): string {
  return unfold(field.line.slice(span.start, span.end));
}

/** The whole value of a field, unfolded and trimmed. */
export function fieldText(field: HeaderField): string {
  return spanText(field, fieldSpan(field));
}

/** Where each value of a field stands: comma lists are split for list headers only, empty values skipped. */
export function valueSpans(field: HeaderField): readonly Span[] {
  const whole = fieldSpan(field);
  if (!isList(field.key) || !field.line.includes(",")) {
    return whole.end > whole.start || !isList(field.key) ? [whole] : [];
  }
  const spans: Span[] = [];
  let from = whole.start;
  for (const comma of [...commas(field.line, whole), whole.end]) {
    const start = skipSpace(field.line, from, comma);
    const end = skipSpaceBack(field.line, comma, start);
    if (end > start) spans.push({ start, end });
    from = comma + 1;
  }
  return spans;
}

/** The commas of a span that separate values: not those in quotes, angle brackets or comments. */
export function commas(text: string, span: Span): readonly number[] {
  const found: number[] = [];
  const { start, end } = span;
  let comments = true;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2c) found.push(index);
    else if (code === 0x22 || code === 0x3c) {
      const close = code === 0x22 ? endOfQuoted(text, index, end) : text.indexOf(">", index) + 1;
      // What never closes makes the rest one value: nothing of it can be told apart.
      if (close <= 0 || close > end) return found;
      index = close - 1;
    } else if (code === 0x28 && comments && opensComment(text, index, start)) {
      const close = endOfComment(text, index, end);
      comments = close > 0;
      if (comments) index = close - 1;
    }
  }
  return found;
}

/** A parenthesis in a user part is no comment; comments (RFC 2543 §6.40 has them in Via) follow white space. */
function opensComment(text: string, index: number, start: number): boolean {
  return index === start || isSpace(text.charCodeAt(index - 1));
}

function endOfComment(text: string, start: number, end: number): number {
  let depth = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index++;
    else if (code === 0x28) depth++;
    else if (code === 0x29 && --depth === 0) return index + 1;
  }
  return -1;
}
