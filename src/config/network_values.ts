import { type Ip, ipNumbers, parseIp } from "../base/address.ts";
import { type Cidr, formatCidr, parseCidr } from "../base/cidr.ts";
import { ok, type Result } from "../base/result.ts";
import type { Side } from "../base/side.ts";
import { offersOf, type Reason, refuseText } from "./refusal.ts";

/** Shorter prefixes are no site's: 10.0.0.0/8 is the widest private one. */
const BITS_LEAST = 8;

/** Reads a prefix of networks behind the inside. */
export function parseNetwork(text: string): Result<Cidr, Reason> {
  const cidr = parseCidr(text);
  if (!cidr.ok) return refuseNetwork(text);
  const { family, bits, network } = cidr.value;
  if (family === 6) {
    return refuseText(
      `Cannot use network "${text}": IPv6 is not supported, write the phones' IPv4 network, ` +
        `as in "192.168.2.0/24"`,
    );
  }
  if (bits < BITS_LEAST) {
    return refuseText(
      `Cannot use network "${text}", with it ${bits === 0 ? "every" : "nearly every"} address ` +
        `would be inside: write the phones' own, as in "192.168.2.0/24"`,
    );
  }
  // One host may be meant, as long as the address may be a host's.
  if (!text.includes("/") && text.endsWith(".0")) {
    return refuseText(`Cannot use network "${text}" without its prefix length`, `${text}/24`);
  }
  const ip = parseIp(text.split("/")[0]!)!.text;
  if (ip === network) return cidr;
  return refuseText(
    `Cannot use network "${text}", which is an address in ${formatCidr(cidr.value)}`,
    formatCidr(cidr.value),
    `${ip}/32`,
  );
}

function refuseNetwork(text: string) {
  const what = `Cannot read "${text}" as a network`;
  const loose = withBits(text) ?? shortened(text);
  if (loose !== undefined) {
    const parsed = parseNetwork(loose);
    return refuseText(what, ...parsed.ok ? [loose] : offersOf(parsed.reason));
  }
  const isName = /^[a-z][\w.-]{0,14}$/i.test(text);
  const hint = isName ? "; that of an inside interface is inside by itself" : "";
  return refuseText(`${what}: write it as in "192.168.2.0/24"${hint}`);
}

/** `192.168.1.0/255.255.255.0` with the prefix length of its mask; undefined for anything else. */
export function withBits(text: string): string | undefined {
  const [, ip, mask] = /^([\d.]+)\s*[/\s]\s*(\d+\.\d+\.\d+\.\d+)$/.exec(text.trim()) ?? [];
  const bits = mask === undefined ? undefined : maskBits(mask);
  return bits === undefined || parseIp(ip!) === undefined ? undefined : `${ip}/${bits}`;
}

/** The prefix length of a netmask, or of a wildcard mask as routers of some makers have them. */
function maskBits(mask: string): number | undefined {
  if (parseIp(mask) === undefined) return undefined;
  const bits = ipNumbers(mask).map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const [, ones] = /^(1*)0*$/.exec(bits) ?? [];
  const [, zeros] = /^(0+)1+$/.exec(bits) ?? [];
  return zeros?.length ?? ones?.length;
}

/** `192.168.1`, `192.168.1.*` and `192.168.1/24` in full. */
function shortened(text: string): string | undefined {
  const [, numbers, bits] = /^(\d+(?:\.\d+){0,2})(?:\.[*x])*\.?(?:\/(\d+))?$/i.exec(text) ?? [];
  if (numbers === undefined || !/[./*x]/i.test(text)) return undefined;
  const given = numbers.split(".");
  const ip = [...given, "0", "0", "0"].slice(0, 4).join(".");
  const whole = `${ip}/${bits ?? 8 * given.length}`;
  return parseCidr(whole).ok ? whole : undefined;
}

const NAME = /^[^\s/,;:*+?$%"'()|&<>][^\s/,;*+?$%"'()|&<>]{0,14}$/;

/** What `"auto"` means, for who wants several interfaces. */
const AUTO: Readonly<Record<Side, string>> = {
  inside: `or "auto" for every one with a private address`,
  outside: `or "auto" for that of the default route`,
};

/** Reads `auto`, an interface name, or an address to bind with its prefix length, `192.168.1.1/24`. */
export function parseInterface(text: string, side: Side): Result<string, Reason> {
  const ip = parseIp(text.split("/")[0]!);
  if (ip !== undefined) return bindAddress(text, ip);
  if (NAME.test(text) && !/^(auto|any|all|default)$/i.test(text)) return ok(text);
  if (text === "auto") return ok(text);
  return refuseInterface(text, side);
}

function refuseInterface(text: string, side: Side) {
  const what = `Cannot read "${text}" as an interface`;
  if (/^(auto|any|all|default|[*+])?$/i.test(text)) return refuseText(what, "auto");
  if (/^[\w.:-]+[*+]$/.test(text)) {
    return refuseText(`${what}, it takes one name without wildcards, ${AUTO[side]}`, "auto");
  }
  const several = text.split(/[,;\s]+/).filter((part) => part !== "");
  if (several.length > 1 && several.every((part) => NAME.test(part))) {
    return refuseText(
      `Cannot use "${text}", interface takes one name, ${AUTO[side]}`,
      "auto",
      several[0],
    );
  }
  const [host = "", port] = text.split(":");
  const ip = parseIp(host);
  if (ip !== undefined && port !== undefined) {
    return refuseText(`Cannot bind "${text}", the port stands in listen`, `${ip.text}/24`);
  }
  const [name] = text.split("/");
  if (text.includes("/") && NAME.test(name!) && !/^[\d.]+$/.test(name!)) {
    return refuseText(`${what}, a name has no prefix length`, name);
  }
  return refuseText(
    `${what}: write "auto", a name of at most 15 characters as in "eth0", or an address of this ` +
      `machine with its prefix length as in "192.168.1.1/24"`,
  );
}

function bindAddress(text: string, ip: Ip): Result<string, Reason> {
  if (ip.text === "0.0.0.0" || ip.text === "::") {
    return refuseText(`Cannot bind "${text}", which is no single address`, "auto");
  }
  if (ip.family === 6) {
    return refuseText(
      `Cannot bind "${text}", IPv6 is not supported: write "auto", a name as in "eth0", or an ` +
        `IPv4 address of this machine with its prefix length as in "192.168.1.1/24"`,
    );
  }
  if (!isOneHost(ip.text)) {
    return refuseText(
      `Cannot bind "${text}": write one address of this machine, as in "192.168.1.1/24"`,
    );
  }
  const cidr = parseCidr(text);
  const length = withBits(text);
  if (!text.includes("/") || length !== undefined) {
    return refuseText(`Cannot bind "${text}" without its prefix length`, length ?? `${ip.text}/24`);
  }
  if (!cidr.ok) {
    return refuseText(`Cannot bind "${text}", a prefix length is from 0 to 32`, `${ip.text}/24`);
  }
  const { bits, network } = cidr.value;
  if (bits > 30 || ip.text !== network) return ok(`${ip.text}/${bits}`);
  return refuseText(
    `Cannot bind "${text}", which is a network: write the address of this machine in it, ` +
      `as in "${firstHost(network)}/${bits}"`,
  );
}

function firstHost(network: string): string {
  const [a, b, c, d] = ipNumbers(network);
  return `${a}.${b}.${c}.${d! + 1}`;
}

/** False for "any", multicast and broadcast addresses. */
export function isOneHost(ip: string): boolean {
  const first = Number(ip.split(".")[0]);
  return first > 0 && first < 224;
}

/** RFC 1123 names of at least so many labels, of which the last is no number. */
export function isHostName(text: string, least = 2): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  const fits = text.length <= 253 && labels.length >= least && !/^\d+$/.test(labels.at(-1)!);
  return fits && labels.every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})$/.test(label)) &&
    labels.every((label) => !label.endsWith("-"));
}
