import { type Address, ipNumbers } from "../base/address.ts";

const STUN_COOKIE = "\x21\x12\xa4\x42";

/** Keep-alives that want no answer over UDP: CRLFs (RFC 5626), nothing, zero bytes (Linksys, Grandstream). */
export function isKeepalive(text: string): boolean {
  if (text.length > 64) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 13 && code !== 10 && code !== 0) return false;
  }
  return true;
}

/** A STUN message (RFC 8489 §5): two zero bits, the magic cookie, a length that fits. */
export function isStun(text: string): boolean {
  return text.length >= 20 && text.charCodeAt(0) < 4 && text.slice(4, 8) === STUN_COOKIE &&
    text.charCodeAt(2) * 256 + text.charCodeAt(3) === text.length - 20;
}

/** The success answer to a STUN binding request, with the source it was seen from (RFC 8489 §14.2); undefined for other messages. */
export function stunAnswer(text: string, source: Address): string | undefined {
  if (text.charCodeAt(0) !== 0 || text.charCodeAt(1) !== 1 || source.family !== 4) return undefined;
  const transaction = text.slice(8, 20);
  const port = source.port ^ 0x2112;
  const cookie = [0x21, 0x12, 0xa4, 0x42];
  const address = ipNumbers(source.ip).map((byte, index) => byte ^ cookie[index]!);
  const value = String.fromCharCode(0, 1, port >> 8, port & 255, ...address);
  return `\x01\x01\x00\x0c${STUN_COOKIE}${transaction}\x00\x20\x00\x08${value}`;
}
