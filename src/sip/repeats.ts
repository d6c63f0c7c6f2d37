import { lowerCase, parseDigits } from "./grammar.ts";
import { fieldText } from "./header_field.ts";
import type { HeaderField, SipMessage } from "./message.ts";

/**
 * The message without fields that say again what may be said once, where nothing hangs on which one is read:
 * - Max-Forwards (a rustpbx writes one of its own beside the caller's): the lowest stays, so that loops end;
 * - Content-Type (SIP.js 0.5 repeats its headers after a challenge): only when both say the same.
 *
 * All other repeats are faults (RFC 4475 §3.3.8 multi01).
 */
export function withoutRepeats<M extends SipMessage>(message: M): M {
  let result = message;
  for (const [key, kept] of KEPT) {
    const fields = result.headers.filter((field) => field.key === key);
    if (fields.length < 2) continue;
    const one = kept(fields);
    if (one === undefined) continue;
    const headers = result.headers.filter((field) => field.key !== key || field === one);
    result = { ...result, headers };
  }
  return result;
}

type Choice = (fields: readonly HeaderField[]) => HeaderField | undefined;

const KEPT: readonly (readonly [key: string, kept: Choice])[] = [
  ["max-forwards", lowest],
  ["content-type", same],
];

/** Undefined when one is no number. */
function lowest(fields: readonly HeaderField[]): HeaderField | undefined {
  let found: { field: HeaderField; value: number } | undefined;
  for (const field of fields) {
    const value = parseDigits(fieldText(field));
    if (value === undefined) return undefined;
    if (found === undefined || value < found.value) found = { field, value };
  }
  return found?.field;
}

function same(fields: readonly HeaderField[]): HeaderField | undefined {
  const texts = new Set(fields.map((field) => lowerCase(fieldText(field))));
  return texts.size === 1 ? fields[0] : undefined;
}
