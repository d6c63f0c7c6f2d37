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

/**
 * How many port pairs the file limit leaves to one of our addresses: a call takes one on each side, so each side
 * has half, and its addresses share that. Without a known limit as many as there are ports.
 */
export function pairsAt(
  ip: string,
  { files, listeners }: { files: number | undefined; listeners: readonly Listener[] },
): number {
  if (files === undefined) return Infinity;
  const half = Math.max(0, files - OTHER_FILES) / SOCKETS_PER_PAIR / 2;
  const shares = (["inside", "outside"] as const).map((side) => {
    const ips = new Set(
      listeners.filter(({ sides }) => sides.includes(side)).map(({ address }) => address.ip),
    );
    return ips.has(ip) ? half / ips.size : 0;
  });
  return Math.floor(shares.reduce((sum, share) => sum + share, 0));
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
