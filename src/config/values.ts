import { parseIp } from "../base/address.ts";
import { type Cidr, parseCidr } from "../base/cidr.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Advertise, ListenSpec, LogLevel } from "../proxy/settings.ts";

const UNITS: readonly [unit: string, ms: number][] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

const DURATION_LEAST_MS = 1000;
const DURATION_MOST_MS = 24 * 3_600_000;

/** Reads `500ms`, `30s`, `5m` or `2h` as milliseconds; from one second to a day. */
export function parseDuration(text: string): Result<number> {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (match === null) {
    return refuse(
      `Cannot read "${text}" as a duration: write a whole number and ms, s, m or h, as in "30s"`,
    );
  }
  const ms = Number(match[1]) * UNITS.find(([unit]) => unit === match[2])![1];
  if (ms >= DURATION_LEAST_MS && ms <= DURATION_MOST_MS) return ok(ms);
  return refuse(`Cannot use duration "${text}": it must be from "1s" to "24h"`);
}

/** Writes milliseconds in the largest unit that divides them. */
export function formatDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0 && ms >= size) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

/** First and last port of a range, inclusive. */
export interface Ports {
  readonly low: number;
  readonly high: number;
}

const PORTS_LEAST = 4;

/** Reads `10000-10999`: unprivileged ports, at least two pairs. */
export function parsePorts(text: string): Result<Ports> {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  if (match === null) {
    return refuse(`Cannot read "${text}" as a port range: write it as in "10000-10999"`);
  }
  const [low, high] = [Number(match[1]), Number(match[2])];
  if (low < 1024 || high > 65535) {
    return refuse(`Cannot use port range "${text}": ports must be from 1024 to 65535`);
  }
  if (low > high) {
    return refuse(`Cannot use port range "${text}": write the lower port first, "${high}-${low}"`);
  }
  // A call takes an even port and the next one on each side, and both sides may share an address.
  const usable = high - (low + low % 2) + 1;
  if (usable >= PORTS_LEAST) return ok({ low, high });
  return refuse(
    `Cannot use port range "${text}": a call needs ${PORTS_LEAST} ports from an even one on, ` +
      `and 1000 are enough for 250 to 500 calls`,
  );
}

/** Writes a port range. */
export function formatPorts({ low, high }: Ports): string {
  return `${low}-${high}`;
}

/** Reads `udp:5060`. */
export function parseListen(text: string): Result<ListenSpec> {
  const colon = text.indexOf(":");
  const transport = text.slice(0, Math.max(0, colon)).toLowerCase();
  const port = /^\d{1,5}$/.test(text.slice(colon + 1)) ? Number(text.slice(colon + 1)) : NaN;
  if (transport === "tcp" || transport === "tls") {
    return refuse(`Cannot listen on "${text}": ${transport} is not supported, write "udp:5060"`);
  }
  if (parseIp(transport) !== undefined) {
    return refuse(
      `Cannot listen on "${text}": write "udp:${text.slice(colon + 1)}" here; ` +
        `an address to bind stands in interface, as in "192.168.1.1/24"`,
    );
  }
  if (transport !== "udp" || Number.isNaN(port)) {
    return refuse(`Cannot read "${text}" as a transport and port: write it as in "udp:5060"`);
  }
  if (port >= 1 && port <= 65535) return ok({ transport, port });
  return refuse(`Cannot listen on "${text}": the port must be from 1 to 65535`);
}

/** Writes a transport and port. */
export function formatListen({ transport, port }: ListenSpec): string {
  return `${transport}:${port}`;
}

/** Reads a prefix of networks behind the inside. */
export function parseNetwork(text: string): Result<Cidr> {
  const cidr = parseCidr(text);
  if (!cidr.ok) {
    return refuse(`Cannot read "${text}" as a network: write it as in "192.168.2.0/24"`);
  }
  // One host may be meant, as long as the address may be a host's.
  if (!text.includes("/") && text.endsWith(".0")) {
    return refuse(
      `Cannot use network "${text}": it needs its prefix length, as in "${text}/24"`,
    );
  }
  if (cidr.value.bits > 0) return cidr;
  return refuse(`Cannot use network "${text}": with it every address would be inside`);
}

/** Reads `auto`, an interface name, or an address to bind with its prefix length, `192.168.1.1/24`. */
export function parseInterface(text: string): Result<string> {
  if (parseIp(text) !== undefined) {
    return refuse(
      `Cannot use interface "${text}": an address needs its prefix length, as in "${text}/24"`,
    );
  }
  if (text.includes("/")) return parseInterfaceAddress(text);
  if (/^[^\s/]{1,15}$/.test(text)) return ok(text);
  return refuse(
    `Cannot read "${text}" as an interface: write "auto", a name of at most 15 characters as in ` +
      `"eth0", or an address with its prefix length as in "192.168.1.1/24"`,
  );
}

function parseInterfaceAddress(text: string): Result<string> {
  const ip = parseIp(text.slice(0, text.lastIndexOf("/")));
  const cidr = parseCidr(text);
  if (ip === undefined || !cidr.ok) {
    return refuse(`Cannot read "${text}" as an address to bind: write it as in "192.168.1.1/24"`);
  }
  if (ip.family === 6) {
    return refuse(`Cannot bind "${text}": IPv6 is not supported, write an IPv4 address`);
  }
  if (isOneHost(ip.text)) return ok(`${ip.text}/${cidr.value.bits}`);
  return refuse(
    `Cannot bind "${text}": write one address of this machine, as in "192.168.1.1/24"`,
  );
}

/** False for "any", multicast and broadcast addresses. */
export function isOneHost(ip: string): boolean {
  const first = Number(ip.split(".")[0]);
  return first > 0 && first < 224;
}

/** Reads what the outside is told our address is: `auto`, an IP address or a host name. */
export function parseAdvertise(text: string): Result<Advertise> {
  if (text === "auto") return ok({ kind: "auto" });
  const ip = parseIp(text);
  if (ip?.family === 6) {
    return refuse(`Cannot advertise "${text}": IPv6 is not supported, write an IPv4 address`);
  }
  if (ip !== undefined) {
    if (isOneHost(ip.text)) return ok({ kind: "ip", ip: ip.text });
    return refuse(`Cannot advertise "${text}": it is no host's address, write your public one`);
  }
  if (isHostName(text)) return ok({ kind: "name", name: text.toLowerCase() });
  const [, host] = /^([^:]+):\d+$/.exec(text) ?? [];
  if (host !== undefined && (parseIp(host) !== undefined || isHostName(host))) {
    return refuse(
      `Cannot advertise "${text}": write "${host}" alone; the port is that of [outside] listen`,
    );
  }
  return refuse(
    `Cannot read "${text}" as an address to advertise: write "auto", an IP address, ` +
      `or a host name with a dot as in "home.example.org"`,
  );
}

/** RFC 1123 names of at least so many labels, of which the last is no number. */
export function isHostName(text: string, least = 2): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  const fits = text.length <= 253 && labels.length >= least && !/^\d+$/.test(labels.at(-1)!);
  return fits && labels.every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})$/.test(label)) &&
    labels.every((label) => !label.endsWith("-"));
}

/** Writes what {@linkcode parseAdvertise} reads. */
export function formatAdvertise(advertise: Advertise): string {
  switch (advertise.kind) {
    case "auto":
      return "auto";
    case "ip":
      return advertise.ip;
    case "name":
      return advertise.name;
  }
}

/** Log levels, least to most talkative. */
export const LOG_LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Reads a log level; also for the command line. */
export function parseLogLevel(text: string): Result<LogLevel> {
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (level !== undefined) return ok(level);
  return refuse(`Cannot read "${text}" as a log level: write one of ${LOG_LEVELS.join(", ")}`);
}

/** Reads `auto` or the path of a file. */
export function parseStatePath(text: string): Result<string> {
  // A path from wherever the program was started would be another file at each start.
  const whole = text === "auto" || text.startsWith("/");
  if (whole && !text.endsWith("/") && !text.includes("\0")) return ok(text);
  return refuse(
    `Cannot use "${text}" as the state file: write "auto" or a file's whole path, ` +
      `as in "/var/lib/sipmasq/state.kv"`,
  );
}
