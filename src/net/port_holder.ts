import { readProcFiles } from "./proc.ts";

/** The process that has a port. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
}

/** Reads files below `/proc`: {@linkcode readProcFiles} unless a test says otherwise. */
export type ProcReader = (paths: readonly string[]) => Promise<string>;

/** So many process ids are tried at the low end, where what starts at boot lies, and below the latest. */
const PIDS_TRIED = 32_768;
/** No more descriptors of one process are looked at. */
const DESCRIPTORS_MAX = 1_024;

/**
 * The process that has a UDP port of an IPv4 address, or of all addresses. Undefined when the kernel does not say so:
 * root sees the descriptors of all processes, others only their own, and kernels before 5.14 name no sockets in them.
 */
export async function findPortHolder(
  ip: string,
  port: number,
  read: ProcReader = readProcFiles,
): Promise<PortHolder | undefined> {
  const tables = await read(["/proc/net/udp", "/proc/net/udp6"]);
  const sockets = socketsOn(tables, ip, port);
  if (sockets.size === 0) return undefined;
  // Folders cannot be listed by cat, and Deno may not enter /proc: ids are tried one by one.
  const latest = Number((await read(["/proc/loadavg"])).trim().split(" ").at(-1));
  const statuses = await read(pidsToTry(latest).map((pid) => `/proc/${pid}/status`));
  const paths = processesIn(statuses).flatMap(({ pid, descriptors }) => [
    `/proc/${pid}/status`,
    ...Array.from({ length: descriptors }, (_, number) => `/proc/${pid}/fdinfo/${number}`),
  ]);
  return holderOf(await read(paths), sockets);
}

/** Inodes of the sockets that are bound to a port of this address, or of every address. */
function socketsOn(tables: string, ip: string, port: number): Set<string> {
  const wantedPort = port.toString(16).toUpperCase().padStart(4, "0");
  const wantedIps = new Set([hexOf(ip), "0".repeat(8), "0".repeat(32)]);
  const found = new Set<string>();
  for (const line of tables.split("\n")) {
    const [, local, , , , , , , , inode] = line.trim().split(/ +/);
    const [address = "", ofPort] = local?.split(":") ?? [];
    if (ofPort === wantedPort && wantedIps.has(address) && inode !== undefined) found.add(inode);
  }
  return found;
}

/** An IPv4 address as the kernel writes it on the machines we run on: the last byte first. */
function hexOf(ip: string): string {
  const bytes = ip.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return bytes.reverse().join("").toUpperCase();
}

function pidsToTry(latest: number): number[] {
  const low = Array.from({ length: PIDS_TRIED }, (_, index) => index + 1);
  if (!(latest > PIDS_TRIED)) return low;
  const first = Math.max(PIDS_TRIED, latest - PIDS_TRIED) + 1;
  return [...low, ...Array.from({ length: latest - first + 1 }, (_, index) => first + index)];
}

/** The processes in a row of `/proc/PID/status` texts, without threads and without the kernel's own. */
function processesIn(statuses: string): { pid: number; descriptors: number }[] {
  return statuses.split(/^(?=Name:)/m).flatMap((status) => {
    const number = (field: string) =>
      Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? NaN);
    const pid = number("Pid");
    if (pid !== number("Tgid") || Number.isNaN(number("VmSize"))) return [];
    return [{ pid, descriptors: Math.min(number("FDSize"), DESCRIPTORS_MAX) }];
  });
}

/** Each status is followed by what is known of the descriptors of that process. */
function holderOf(text: string, sockets: ReadonlySet<string>): PortHolder | undefined {
  for (const block of text.split(/^(?=Name:)/m)) {
    const inodes = [...block.matchAll(/^ino:\s*(\d+)$/gm)].map(([, inode]) => inode!);
    if (!inodes.some((inode) => sockets.has(inode))) continue;
    const name = /^Name:\s*(.*)$/m.exec(block)?.[1];
    const pid = /^Pid:\s*(\d+)$/m.exec(block)?.[1];
    if (name !== undefined && pid !== undefined) return { name, pid: Number(pid) };
  }
  return undefined;
}
