import { ok, refuse, type Result } from "./result.ts";

/** IP version. */
export type Family = 4 | 6;

/** An IP literal in canonical text (RFC 5952 for IPv6), with its family. */
export interface Ip {
  readonly family: Family;
  readonly text: string;
}

/** Where a datagram comes from or goes to: IP literal in canonical text and port 1–65535. Never a name. */
export interface Address {
  readonly family: Family;
  readonly ip: string;
  readonly port: number;
}

/** What a message travels over. */
export type Transport = "udp" | "tcp" | "tls";

/**
 * Where a message came from and can be answered (DESIGN §1).
 * `listener` names the bound socket, `connection` is set for stream transports only.
 */
export interface Flow {
  readonly listener: string;
  readonly transport: Transport;
  readonly local: Address;
  readonly remote: Address;
  readonly connection?: number;
}

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

function v4Numbers(text: string): number[] | undefined {
  const match = V4.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1).map(Number);
  return numbers.every((number) => number <= 255) ? numbers : undefined;
}

function v6Groups(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2 || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  const parsed = halves.map(groupsOfHalf);
  const [head, tail] = parsed;
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail!.length;
  return missing < 1 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail!];
}

function groupsOfHalf(half: string): number[] | undefined {
  if (half === "") return [];
  const groups: number[] = [];
  const parts = half.split(":");
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 ? v4Numbers(part) : undefined;
    if (v4 !== undefined) groups.push(v4[0]! * 256 + v4[1]!, v4[2]! * 256 + v4[3]!);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function writeGroups(groups: readonly number[]): string {
  let best = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [start, length];
  }
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(":");
  return `${hex.slice(0, best).join(":")}::${hex.slice(best + bestLength).join(":")}`;
}

/** Limits of the caches below: entries, and characters of a key. */
const CACHE_MAX = 512;
const CACHED_LENGTH_MAX = 64;

const parsedIps = new Map<string, Ip | undefined>();

/** Parses an IPv4 or IPv6 literal (IPv6 with or without brackets); undefined for anything else, names included. */
export function parseIp(text: string): Ip | undefined {
  const known = parsedIps.get(text);
  if (known !== undefined || parsedIps.has(text)) return known;
  const value = readIp(text);
  // A small cache: the same few hosts stand in every message, and strangers must not be able to grow it.
  if (parsedIps.size >= CACHE_MAX) parsedIps.clear();
  if (text.length <= CACHED_LENGTH_MAX) parsedIps.set(text, value);
  return value;
}

function readIp(text: string): Ip | undefined {
  const v4 = v4Numbers(text);
  if (v4 !== undefined) return { family: 4, text: v4.join(".") };
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  if (!bare.includes(":")) return undefined;
  const groups = v6Groups(bare);
  return groups === undefined ? undefined : { family: 6, text: writeGroups(groups) };
}

/** Makes an address of an IP literal and a port; the reason says which of the two is wrong. */
export function makeAddress(ip: string, port: number): Result<Address> {
  const parsed = parseIp(ip);
  if (parsed === undefined) return refuse(`Not an IP address: ${ip}`);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    return refuse(`Not a port: ${port}`);
  }
  return ok({ family: parsed.family, ip: parsed.text, port });
}

/** True when IP and port are equal. */
export function sameAddress(left: Address | undefined, right: Address | undefined): boolean {
  return left !== undefined && right !== undefined && left.port === right.port &&
    left.ip === right.ip;
}

/** True when both are the same way between two places. */
export function sameFlow(left: Flow, right: Flow): boolean {
  return left.listener === right.listener && left.connection === right.connection &&
    sameAddress(left.remote, right.remote) && sameAddress(left.local, right.local);
}

/** An IP as the host of a URI or Via: IPv6 in brackets. */
export function hostLiteral(ip: string): string {
  return ip.includes(":") ? `[${ip}]` : ip;
}

/** `1.2.3.4:5060` or `[2001:db8::1]:5060`: for log lines and as a key. */
export function formatAddress(address: Address): string {
  return `${hostLiteral(address.ip)}:${address.port}`;
}

const ipNumberCache = new Map<string, readonly number[]>();

/** The numbers of a canonical IP literal: 4 bytes, or 8 groups of 16 bits. */
export function ipNumbers(ip: string): readonly number[] {
  const known = ipNumberCache.get(ip);
  if (known !== undefined) return known;
  const numbers = ip.includes(":") ? v6Groups(ip) ?? [] : v4Numbers(ip) ?? [];
  // Bounded like the cache above: every message is held against the same few prefixes.
  if (ipNumberCache.size >= CACHE_MAX) ipNumberCache.clear();
  if (ip.length <= CACHED_LENGTH_MAX) ipNumberCache.set(ip, numbers);
  return numbers;
}
