import { ok, type Result } from "../base/result.ts";
import type { ListenSpec, LogLevel } from "../proxy/settings.ts";
import { parseIp } from "../base/address.ts";
import { nearestName } from "./nearest.ts";
import { quote, type Reason, refuseLike, refuseText } from "./refusal.ts";

const UNITS: readonly [unit: string, ms: number][] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** How other programs write units of time; a bare number is taken for seconds. */
const UNIT_WORDS: readonly [words: RegExp, ms: number][] = [
  [/^(d|days?)$/, 86_400_000],
  [/^(h|hrs?|hours?)$/, 3_600_000],
  [/^(m|mins?|minutes?)$/, 60_000],
  [/^(|s|secs?|seconds?)$/, 1000],
  [/^(ms|msecs?|milliseconds?)$/, 1],
];

const DURATION_LEAST_MS = 1000;
const DURATION_MOST_MS = 24 * 3_600_000;

/** Reads `500ms`, `30s`, `5m` or `2h` as milliseconds; from one second to a day. */
export function parseDuration(text: string): Result<number, Reason> {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (match === null) return refuseDuration(text);
  const ms = Number(match[1]) * UNITS.find(([unit]) => unit === match[2])![1];
  return isDuration(ms) ? ok(ms) : outOfBounds(text);
}

function outOfBounds(text: string) {
  return refuseText(`Cannot use duration "${text}", it must be from "1s" to "24h"`);
}

function refuseDuration(text: string) {
  const meant = looseDuration(text.toLowerCase());
  const what = `Cannot read "${text}" as a duration`;
  if (meant === undefined) {
    return refuseLike(`${what}: write a whole number and ms, s, m or h`);
  }
  return isDuration(meant) ? refuseText(what, formatDuration(meant)) : outOfBounds(text);
}

/** `1h30m`, `5 min`, `1.5s`, `30`: in ms; undefined for anything else. */
function looseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]*)\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined;
  const all = parts.map(([, number, unit]) => {
    const size = UNIT_WORDS.find(([words]) => words.test(unit!))?.[1] ?? NaN;
    return Math.round(Number(number!.replace(",", ".")) * size);
  });
  const sum = all.reduce((total, ms) => total + ms, 0);
  return Number.isSafeInteger(sum) ? sum : undefined;
}

function isDuration(ms: number): boolean {
  return ms >= DURATION_LEAST_MS && ms <= DURATION_MOST_MS;
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

const PORT_LEAST = 1024;
const PORT_MOST = 65_535;
const PORTS_LEAST = 4;
/** Length of the range that is offered for a single port. */
const PORTS_OFFERED = 1000;

/** Reads `10000-10999`: unprivileged ports, at least two pairs. */
export function parsePorts(text: string): Result<Ports, Reason> {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  if (match === null) return refusePorts(text);
  const [low, high] = [Number(match[1]), Number(match[2])];
  if (low > high) {
    return refuseText(
      `Cannot use port range "${text}", the lower port comes first`,
      offeredPorts(high, low),
    );
  }
  if (low < PORT_LEAST || high > PORT_MOST) {
    return refuseText(
      `Cannot use port range "${text}", ports must be from ${PORT_LEAST} to ${PORT_MOST}`,
      offeredPorts(low, high),
    );
  }
  if (isPorts(low, high)) return ok({ low, high });
  return refuseText(
    `Cannot use port range "${text}": a call needs ${PORTS_LEAST} ports from an even one on, ` +
      `write about 1000 for 250 to 500 calls, as in "10000-10999"`,
  );
}

function refusePorts(text: string) {
  const what = `Cannot read "${text}" as a port range`;
  const ends = /^(\d{1,5})\s*(?:-|:|,|;|\/|\.{2,3}|\u2013|to|\s)\s*(\d{1,5})$/i.exec(text.trim());
  if (ends !== null) return refuseText(what, offeredPorts(Number(ends[1]), Number(ends[2])));
  if (!/^\d{1,5}$/.test(text)) return refuseText(`${what}: write it as in "10000-10999"`);
  const low = Number(text);
  return refuseText(
    `Cannot read "${text}" as a port range, which has a first and a last port`,
    low < PORT_LEAST ? "10000-10999" : offeredPorts(low, low + PORTS_OFFERED - 1),
  );
}

function offeredPorts(first: number, last: number): string | undefined {
  const low = Math.max(PORT_LEAST, Math.min(first, last));
  const high = Math.min(PORT_MOST, Math.max(first, last));
  return isPorts(low, high) ? formatPorts({ low, high }) : undefined;
}

/** A call takes an even port and the next one on each side, and both sides may share an address. */
function isPorts(low: number, high: number): boolean {
  return high - (low + low % 2) + 1 >= PORTS_LEAST;
}

/** Writes a port range. */
export function formatPorts({ low, high }: Ports): string {
  return `${low}-${high}`;
}

const UDP_LISTENER = /^udp:(\d{1,5})$/i;

/** Reads `udp:5060`. */
export function parseListen(text: string): Result<ListenSpec, Reason> {
  const port = Number(UDP_LISTENER.exec(text)?.[1] ?? NaN);
  if (Number.isNaN(port)) return refuseListen(text);
  if (isPort(port)) return ok({ transport: "udp", port });
  return refuseText(`Cannot listen on "${text}": the port must be from 1 to 65535`);
}

function refuseListen(text: string) {
  const [, port] = /(?:^|[:\s/]|udp)(\d{1,5})(?:\/?(?:udp|tcp))?$/i.exec(text) ?? [];
  const known = port !== undefined && isPort(Number(port)) ? port : undefined;
  const transport = /^(tcp|tls|sips|wss?|sctp)\b/i.exec(text)?.[1]?.toLowerCase();
  if (transport !== undefined) {
    const offered = transport === "tcp" ? known ?? "5060" : "5060";
    return refuseText(
      `Cannot listen on "${text}", ${transport} is not supported`,
      `udp:${offered}`,
    );
  }
  const host = text.replace(/^udp:(\/\/)?/i, "").replace(/:\d*$/, "");
  const ip = parseIp(host) ?? parseIp(text);
  if (ip?.family === 6) {
    return refuseText(`Cannot listen on "${text}", IPv6 is not supported`, "udp:5060");
  }
  if (ip !== undefined) {
    return refuseText(
      `Cannot listen on "${text}", the address stands in interface and only the port here`,
      `udp:${known ?? "5060"}`,
    );
  }
  const what = `Cannot read "${text}" as a transport and port`;
  if (known !== undefined || /^(udp:?|sip)$/i.test(text)) {
    return refuseText(what, `udp:${known ?? "5060"}`);
  }
  return refuseText(`${what}: write it as in "udp:5060"`);
}

function isPort(port: number): boolean {
  return port >= 1 && port <= PORT_MOST;
}

/** Writes a transport and port. */
export function formatListen({ transport, port }: ListenSpec): string {
  return `${transport}:${port}`;
}

/** Log levels, least to most talkative. */
export const LOG_LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Levels of other programs. */
const LEVEL_WORDS: Readonly<Record<string, LogLevel>> = {
  fatal: "error",
  critical: "error",
  crit: "error",
  err: "error",
  quiet: "error",
  warning: "warn",
  notice: "info",
  normal: "info",
  verbose: "debug",
  trace: "debug",
  all: "debug",
};

/** Reads a log level. */
export function parseLogLevel(text: string): Result<LogLevel, Reason> {
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (level !== undefined) return ok(level);
  const word = text.toLowerCase();
  const meant = Object.hasOwn(LEVEL_WORDS, word)
    ? LEVEL_WORDS[word]
    : nearestName(word, LOG_LEVELS);
  const what = `Cannot read "${text}" as a log level`;
  return meant === undefined
    ? refuseText(`${what}: write ${LOG_LEVELS.map(quote).join(" or ")}`)
    : refuseText(`${what}, there are ${LOG_LEVELS.join(", ")}`, meant);
}

/** Reads `auto` or the path of a file. */
export function parseStatePath(text: string): Result<string, Reason> {
  // A path from wherever the program was started would be another file at each start.
  const whole = text === "auto" || text.startsWith("/");
  if (whole && !text.endsWith("/") && !text.includes("\0")) return ok(text);
  const what = `Cannot use "${text}" as the state file`;
  if (text.startsWith("/") && text.endsWith("/")) {
    return refuseText(`${what}, it names a folder`, `${text}state.kv`);
  }
  return refuseText(
    `${what}: write "auto" or a file's whole path, as in "/var/lib/sipmasq/state.kv"`,
  );
}
