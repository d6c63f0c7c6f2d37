import { lowerCase, parseDigits } from "./grammar.ts";
import { fieldText, spanText, valueSpans } from "./header_field.ts";
import type { HeaderField, SipMessage } from "./message.ts";
import { parseNameAddr } from "./name_addr.ts";
import { getParam } from "./params.ts";
import { parseVia, type Via } from "./via.ts";

/** The first field of a key. */
export function headerField(message: SipMessage, key: string): HeaderField | undefined {
  for (const field of message.headers) if (field.key === key) return field;
  return undefined;
}

/** The first field's value, unfolded and trimmed; lists are not split. */
export function headerText(message: SipMessage, key: string): string | undefined {
  const field = headerField(message, key);
  return field === undefined ? undefined : fieldText(field);
}

/** All values of all fields of a key, in order; comma lists are split where the header's grammar has them. */
export function headerValues(message: SipMessage, key: string): string[] {
  const values: string[] = [];
  for (const field of message.headers) {
    if (field.key !== key) continue;
    for (const span of valueSpans(field)) values.push(spanText(field, span));
  }
  return values;
}

/** The number a header holds, e.g. Expires or Max-Forwards; undefined if absent or not one to ten digits. */
export function headerNumber(message: SipMessage, key: string): number | undefined {
  return parseDigits(headerText(message, key) ?? "");
}

/** The Call-ID, "" if there is none. */
export function callId(message: SipMessage): string {
  return headerText(message, "call-id") ?? "";
}

/** CSeq number and method (RFC 3261 §20.16). */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** The CSeq; number -1 and no method if there is none that can be read. */
export function cseq(message: SipMessage): CSeq {
  return parseCSeq(headerText(message, "cseq") ?? "") ?? { number: -1, method: "" };
}

/** Reads `4711 INVITE`; leading zeros are legal (RFC 4475 §3.1.1.1 "0009"). */
export function parseCSeq(text: string): CSeq | undefined {
  const match = /^0*([0-9]{1,10})[ \t]+([^ \t]+)$/.exec(text);
  return match === null ? undefined : { number: Number(match[1]), method: match[2]! };
}

function tagOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseNameAddr(text);
  return parsed.ok ? getParam(parsed.value.params, "tag") : undefined;
}

/** The From tag. */
export function fromTag(message: SipMessage): string | undefined {
  return tagOf(headerText(message, "from"));
}

/** The To tag. */
export function toTag(message: SipMessage): string | undefined {
  return tagOf(headerText(message, "to"));
}

/** True for a request within a dialog, or an answer to one: its To has a tag (RFC 3261 §12.2). */
export function isWithinDialog(message: SipMessage): boolean {
  return (toTag(message) ?? "") !== "";
}

/** The first Via value. */
export function topVia(message: SipMessage): Via | undefined {
  const field = headerField(message, "via");
  const span = field === undefined ? undefined : valueSpans(field)[0];
  if (field === undefined || span === undefined) return undefined;
  const parsed = parseVia(spanText(field, span));
  return parsed.ok ? parsed.value : undefined;
}

/** The option tags of Require, Supported or Proxy-Require, in lower case. */
export function optionTags(message: SipMessage, key: string): string[] {
  return headerValues(message, key).map(lowerCase);
}
