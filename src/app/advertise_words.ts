import type { Result } from "../base/result.ts";

/** The key and its value, as sentences begin. */
export function advertiseKey(name: string): string {
  return `[outside] advertise = "${name}"`;
}

/** A name without an address, what that means for the phones, and the next step; `current` is the address so far. */
export function noAddressText(
  name: string,
  { reason, current }: { readonly reason: string; readonly current: string | undefined },
): string {
  const meaning = current === undefined
    ? "phones can neither register nor call until it does; if that lasts look at the name's DNS " +
      'entry, or write the address itself or advertise = "auto"'
    : `${current}, its last one, stays in use`;
  return `${advertiseKey(name)} gives no address: ${reason}; ${meaning}`;
}

/** What was found of a name before the start. */
export function advertiseNote(name: string, found: Result<string>): string {
  return found.ok
    ? `${advertiseKey(name)} is ${found.value} now`
    : `Warning: ${noAddressText(name, { reason: found.reason, current: undefined })}`;
}
