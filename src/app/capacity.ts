import type { Side } from "../base/side.ts";
import type { Listener } from "../proxy/events.ts";
import type { Settings } from "../proxy/settings.ts";

/** Sockets of one call with audio: RTP and RTCP on each side. */
const SOCKETS_PER_CALL = 4;
const SOCKETS_PER_PAIR = 2;
/**
 * Files that media leave alone: listeners, the state, the log, the runtime's own, and what is opened for a
 * moment to look up a name, read routes or commit. Without them a box full of calls could not even do that.
 */
const OTHER_FILES = 64;

/** The soft limit of open files in the text of `/proc/self/limits`; undefined when there is none or it is unreadable. */
export function openFileLimit(limits: string): number | undefined {
  const match = /^Max open files +(\d+)/m.exec(limits);
  return match === null ? undefined : Number(match[1]);
}

/** Port pairs that so many open files allow, on all addresses together; undefined when that is not known. */
export function openPairs(files: number | undefined): number | undefined {
  if (files === undefined) return undefined;
  return Math.floor(Math.max(0, files - OTHER_FILES) / SOCKETS_PER_PAIR);
}

/** What {@linkcode leavesFiles} looks at. */
export interface OpenPairs {
  /** The limit of open files; undefined when it is not known: then the ports alone are the limit. */
  readonly files: number | undefined;
  readonly listeners: readonly Listener[];
  /** Our address of each port pair that is open. */
  readonly open: { readonly size: number; values(): Iterable<string> };
}

/**
 * True when one of our addresses may have one more port pair: all together leave {@linkcode OTHER_FILES}, and the
 * addresses of one side alone take half of the pairs, since a call needs one on each side. An address without a
 * listener, as one that is not up yet, is on neither side.
 */
export function leavesFiles(ip: string, { files, listeners, open }: OpenPairs): boolean {
  const most = openPairs(files);
  if (most === undefined) return true;
  const half = Math.floor(most / 2);
  if (open.size < half) return true;
  if (open.size >= most) return false;
  const side = onlySide(ip, listeners);
  if (side === undefined) return true;
  let ofSide = 0;
  for (const other of open.values()) if (onlySide(other, listeners) === side) ofSide++;
  return ofSide < half;
}

/** The side that an address of ours serves; undefined when it serves both or none. */
function onlySide(ip: string, listeners: readonly Listener[]): Side | undefined {
  const sides = new Set<Side>();
  for (const { address, sides: served } of listeners) {
    if (address.ip === ip) { for (const side of served) sides.add(side); }
  }
  return sides.size === 1 ? [...sides][0] : undefined;
}

/**
 * What the port range and the file limit allow, e.g. `ports 10000-10999: 500 calls with audio; open files 1024: 240 calls`.
 * One address that serves both sides has to give each call two pairs.
 */
export function capacityText(
  ports: Settings["media"]["ports"],
  { sharedAddress, files }: { sharedAddress: boolean; files: number | undefined },
): string {
  const calls = Math.floor(portPairs(ports) / (sharedAddress ? 2 : 1));
  const range = `ports ${ports.low}-${ports.high}: ${counted(calls)} with audio`;
  if (files === undefined) return `${range}; open files: unknown`;
  const byFiles = Math.max(0, Math.floor((files - OTHER_FILES) / SOCKETS_PER_CALL));
  const verdict = byFiles >= calls ? "enough" : `only ${counted(byFiles)}; raise it with ulimit -n`;
  return `${range}; open files ${files}: ${verdict}`;
}

function counted(calls: number): string {
  return calls === 1 ? "1 call" : `${calls} calls`;
}

/** Pairs in a range: they begin on even ports. */
function portPairs({ low, high }: Settings["media"]["ports"]): number {
  const first = low + (low % 2);
  return Math.max(0, Math.floor((high - first + 1) / 2));
}
