import { parseIp } from "../base/address.ts";
import { type Cidr, isPrivate, parseCidr } from "../base/cidr.ts";
import { readProc } from "./proc.ts";
import { parseRoutes, type Route } from "./routes.ts";

/** One IPv4 address of an interface. */
export interface InterfaceAddress {
  /** The interface's name as the system lists it, e.g. `eth0:1`. */
  readonly name: string;
  /** The name without a label, e.g. `eth0`: what routes refer to. */
  readonly device: string;
  readonly ip: string;
  readonly prefix: Cidr;
}

/** What was read of this host's network. */
export interface NetworkReading {
  /** IPv4 addresses, in the system's order. */
  readonly addresses: readonly InterfaceAddress[];
  /** Every address, IPv6 and loopback too. */
  readonly ownIps: readonly string[];
  readonly routes: readonly Route[];
  /** Names of all interfaces, also of those without an address; absent when they were not read. */
  readonly devices?: readonly string[];
}

/** One entry of `Deno.networkInterfaces()`, as far as used. */
export interface SystemInterface {
  readonly name: string;
  readonly family: string;
  readonly address: string;
  readonly cidr: string | null;
}

const VIRTUAL = /^(docker|br-[0-9a-f]{12}$|virbr|veth|cni|podman|lxc|tailscale|wg|tun|tap|ppp)/;

/** True for names of container bridges, tunnels and dial-up links, where no phones are looked for (DESIGN §6). */
export function isVirtualName(device: string): boolean {
  return VIRTUAL.test(device);
}

/** True when phones may be looked for at this address by themselves: a private one on an ordinary interface. */
export function mayBeInside(address: InterfaceAddress): boolean {
  return isPrivate(address.ip) && !isVirtualName(address.device);
}

/** Turns the system's list into a reading. */
export function readAddresses(
  interfaces: readonly SystemInterface[],
): Omit<NetworkReading, "routes" | "devices"> {
  const addresses = interfaces.flatMap((entry): InterfaceAddress[] => {
    const prefix = parseCidr(entry.cidr ?? entry.address);
    if (entry.family !== "IPv4" || !prefix.ok) return [];
    const device = entry.name.split(":")[0]!;
    return [{ name: entry.name, device, ip: entry.address, prefix: prefix.value }];
  });
  const ownIps = interfaces.flatMap((entry) => parseIp(entry.address.split("%")[0]!)?.text ?? []);
  return { addresses, ownIps: [...new Set(ownIps)] };
}

/** The addresses of this host now. */
export function systemAddresses(): Omit<NetworkReading, "routes" | "devices"> {
  return readAddresses(Deno.networkInterfaces());
}

/** The routes of this host now; a problem in words when they cannot be read, and none then. */
export async function systemRoutes(): Promise<{ routes: Route[]; problem?: string }> {
  const read = await readProc("/proc/net/route");
  return read.ok ? { routes: parseRoutes(read.value) } : { routes: [], problem: read.reason };
}
