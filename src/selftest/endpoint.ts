import { type Address, makeAddress, parseIp } from "../base/address.ts";
import type { Result } from "../base/result.ts";
import { parseUri } from "../sip/uri.ts";

/** Sends one message; a socket does it, or an exchange in memory. */
export type Send = (to: Address, text: string) => void;

/** Anything that speaks SIP without I/O: text and time (monotonic ms) go in, `Send` takes what comes out. */
export interface Endpoint {
  /** One datagram came from `from`. */
  receive(text: string, from: Address, now: number): void;
  /** When {@linkcode Endpoint.handleTimeout} wants to be called. */
  nextTimeout(): number | undefined;
  /** Does what is due. */
  handleTimeout(now: number): void;
}

/** Random characters for tags, branches and Call-IDs, 5 bits each. */
export function randomText(random: () => number, length: number): string {
  let text = "";
  while (text.length < length) text += Math.floor(random() * 32).toString(32);
  return text;
}

/** Where a request to this URI goes when nobody but IP literals may be asked; port 5060 unless it says another. */
export function uriAddress(uri: string): Result<Address> {
  const parsed = parseUri(uri);
  if (!parsed.ok) return parsed;
  const ip = parseIp(parsed.value.host);
  return makeAddress(ip?.text ?? parsed.value.host, parsed.value.port ?? 5060);
}
