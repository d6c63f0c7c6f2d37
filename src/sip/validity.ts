import { MESSAGE_LIMITS } from "../base/limits.ts";
import { excerpt, parseDigits } from "./grammar.ts";
import { fieldText, spanText, valueSpans } from "./header_field.ts";
import { parseCSeq } from "./headers.ts";
import type { HeaderField, SipMessage } from "./message.ts";
import { parseNameAddr } from "./name_addr.ts";
import { parseVia } from "./via.ts";

/** The first number that is no CSeq any more (RFC 3261 §8.1.1.5). */
const CSEQ_END = 2 ** 31;

/** Why a message is refused, for what all elements must be able to read. */
export interface Fault {
  /** Short class for counters. */
  readonly kind: string;
  /** In words. */
  readonly reason: string;
}

const MANDATORY = ["via", "from", "to", "call-id", "cseq"] as const;
type Mandatory = typeof MANDATORY[number];

/**
 * Headers that may stand only once (RFC 4475 §3.3.8 multi01); Via may stand often, its first one counts.
 * Of two Content-Types the far end might follow the one that we did not.
 */
const ONCE: ReadonlySet<string> = new Set([...MANDATORY, "max-forwards", "content-type"]);

/** The first fault in what RFC 3261 §8.1.1 makes mandatory, undefined for a sound message. */
export function findFault(message: SipMessage): Fault | undefined {
  const found = new Map<string, HeaderField>();
  for (const field of message.headers) {
    if (hasTooManyValues(field)) {
      return fault("too-many", `Too many values in ${excerpt(field.name)}`);
    }
    if (!ONCE.has(field.key)) continue;
    if (!found.has(field.key)) found.set(field.key, field);
    else if (field.key !== "via") return fault("repeated", `${field.name} stands more than once`);
  }
  for (const key of MANDATORY) {
    const field = found.get(key);
    if (field === undefined) return fault("missing", `No ${key} header`);
    const wrong = mandatoryFault(message, field, key);
    if (wrong !== undefined) return fault(key, wrong);
  }
  return maxForwardsFault(found.get("max-forwards"));
}

/** A value and its comma are two bytes at least, so usual lines need no look. */
function hasTooManyValues(field: HeaderField): boolean {
  return field.line.length > 2 * MESSAGE_LIMITS.fieldValues &&
    valueSpans(field).length > MESSAGE_LIMITS.fieldValues;
}

function fault(kind: string, reason: string): Fault {
  return { kind, reason };
}

function mandatoryFault(
  message: SipMessage,
  field: HeaderField,
  key: Mandatory,
): string | undefined {
  switch (key) {
    case "via":
      return viaFault(field);
    case "from":
    case "to":
      return reasonOf(parseNameAddr(fieldText(field)));
    case "call-id":
      return fieldText(field) === "" ? "Empty Call-ID" : undefined;
    case "cseq":
      return cseqFault(message, fieldText(field));
  }
}

function reasonOf(result: { ok: boolean; reason?: string }): string | undefined {
  return result.ok ? undefined : result.reason;
}

/** The first value only: it alone is ours to read, the others go back as they came. */
function viaFault(field: HeaderField): string | undefined {
  const span = valueSpans(field)[0];
  return span === undefined ? "Empty Via" : reasonOf(parseVia(spanText(field, span)));
}

function cseqFault(message: SipMessage, text: string): string | undefined {
  const value = parseCSeq(text);
  if (value === undefined || value.number >= CSEQ_END) return `Not a CSeq: ${excerpt(text)}`;
  if (message.kind === "response" || value.method === message.method) return undefined;
  return `CSeq says ${excerpt(value.method)}, the request line ${excerpt(message.method)}`;
}

function maxForwardsFault(field: HeaderField | undefined): Fault | undefined {
  if (field === undefined || parseDigits(fieldText(field)) !== undefined) return undefined;
  return fault("max-forwards", `Not a Max-Forwards: ${excerpt(fieldText(field))}`);
}

/** The body's length by Content-Length; undefined if none is given, a fault if it is wrong or several differ. */
export function contentLength(message: SipMessage): number | undefined | Fault {
  let length: number | undefined;
  for (const field of message.headers) {
    if (field.key !== "content-length") continue;
    const text = fieldText(field);
    const value = parseDigits(text);
    if (value === undefined) {
      return fault("content-length", `Not a Content-Length: ${excerpt(text)}`);
    }
    if (length !== undefined && length !== value) {
      return fault("content-length", `Content-Length is both ${length} and ${value}`);
    }
    length = value;
  }
  return length;
}
