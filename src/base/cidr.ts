import { type Family, ipNumbers, parseIp } from "./address.ts";
import { ok, refuse, type Result } from "./result.ts";

/** A network prefix. */
export interface Cidr {
  readonly family: Family;
  readonly network: string;
  readonly bits: number;
}

/** Parses `192.168.0.0/16`, `fd00::/8` or a single address. Host bits that are set are cleared. */
export function parseCidr(text: string): Result<Cidr> {
  const slash = text.lastIndexOf("/");
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (ip === undefined) return refuse(`Not a network prefix: ${text}`);
  const most = ip.family === 4 ? 32 : 128;
  const bitsText = slash < 0 ? String(most) : text.slice(slash + 1);
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : NaN;
  if (!(bits <= most)) return refuse(`Not a prefix length from 0 to ${most}: ${text}`);
  return ok({ family: ip.family, network: maskIp(ip.text, bits), bits });
}

/** `network/bits`. */
export function formatCidr(cidr: Cidr): string {
  return `${cidr.network}/${cidr.bits}`;
}

/** True when the IP literal lies in the prefix. */
export function cidrContains(cidr: Cidr, ip: string): boolean {
  const family = ip.includes(":") ? 6 : 4;
  if (family !== cidr.family) return false;
  const width = family === 4 ? 8 : 16;
  const left = ipNumbers(cidr.network);
  const right = ipNumbers(ip);
  let bits = cidr.bits;
  for (let index = 0; bits > 0; index++, bits -= width) {
    const shift = Math.max(0, width - bits);
    if ((left[index]! >> shift) !== ((right[index] ?? -1) >> shift)) return false;
  }
  return right.length > 0;
}

/** True when any of the prefixes holds the IP. */
export function anyContains(cidrs: readonly Cidr[], ip: string): boolean {
  return cidrs.some((cidr) => cidrContains(cidr, ip));
}

/** True for the broadcast address of an IPv4 prefix, and for the network's own, which older systems take for it. */
export function isBroadcast(cidr: Cidr, ip: string): boolean {
  if (cidr.family !== 4 || cidr.bits > 30 || !cidrContains(cidr, ip)) return false;
  if (ip === cidr.network) return true;
  return ipNumbers(ip).every((number, index) => {
    const bits = Math.min(8, Math.max(0, cidr.bits - index * 8));
    const hostBits = 0xff >> bits;
    return (number & hostBits) === hostBits;
  });
}

/** The /24, or for IPv6 the /56, in which an address lies: the same text for all of them. */
export function neighbourhood(ip: string): string {
  if (!ip.includes(":")) return ip.slice(0, ip.lastIndexOf("."));
  const groups = ipNumbers(ip);
  return [...groups.slice(0, 3), (groups[3] ?? 0) >> 8].join(":");
}

function maskIp(ip: string, bits: number): string {
  const family: Family = ip.includes(":") ? 6 : 4;
  const width = family === 4 ? 8 : 16;
  const masked = ipNumbers(ip).map((number, index) => {
    const kept = Math.min(width, Math.max(0, bits - index * width));
    return (number >> (width - kept)) << (width - kept);
  });
  const text = family === 4
    ? masked.join(".")
    : masked.map((group) => group.toString(16)).join(":");
  return parseIp(text)!.text;
}

const constant = (texts: string[]): Cidr[] =>
  texts.map((text) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.value;
  });

/** RFC 1918, RFC 6598 (carrier NAT), RFC 4193. */
export const PRIVATE: readonly Cidr[] = constant([
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "fc00::/7",
]);

/** Where media and signalling are never sent on somebody's word: loopback, link-local, multicast, "this host", broadcast. */
export const SPECIAL: readonly Cidr[] = constant([
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "::1/128",
  "fe80::/10",
  "ff00::/8",
]);

/** True for RFC 1918, carrier NAT and unique local addresses. */
export function isPrivate(ip: string): boolean {
  return anyContains(PRIVATE, ip);
}

/** True for loopback, link-local, multicast, unspecified and broadcast addresses. */
export function isSpecial(ip: string): boolean {
  return anyContains(SPECIAL, ip);
}
