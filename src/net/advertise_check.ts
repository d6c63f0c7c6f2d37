import { type Cidr, cidrContains, formatCidr, isPrivate, isSpecial } from "../base/cidr.ts";
import { ipNumbers } from "../base/address.ts";
import { refuse, type Result } from "../base/result.ts";
import type { InterfaceAddress } from "./interfaces.ts";
import type { PlanFault } from "./plan_checks.ts";

/** What an advertised address is held against. */
export interface AdvertisedPlace {
  /** True when one network serves both sides. */
  readonly shared: boolean;
  readonly outside: Pick<InterfaceAddress, "ip" | "prefix" | "device"> | undefined;
  readonly gateway: string | undefined;
  readonly insideNetworks: readonly Cidr[];
  /** Every address of this host. */
  readonly ownIps: readonly string[];
}

/** Why the outside cannot reach us, or may not, at an address that is no interface's own (RULES S1). */
export function advertiseFault(ip: string, place: AdvertisedPlace): PlanFault | undefined {
  if (ip === place.outside?.ip) return undefined;
  const impossible = whyImpossible(ip, place);
  if (impossible !== undefined) {
    return fault(
      "error",
      `Cannot advertise ${ip}: ${impossible}; write your public address, ` +
        `or advertise = "auto"`,
    );
  }
  const { outside } = place;
  if (outside === undefined || !isPrivate(ip) || place.ownIps.includes(ip)) return undefined;
  return fault(
    "warn",
    `Advertising ${ip}, a private address that is not this host's: right only ` +
      `where the provider itself reaches it, behind a 1:1 NAT in its own network; else write your ` +
      `public address`,
  );
}

/**
 * The address that a name was found to have, unless the provider cannot reach us there: a resolver of the inside may
 * give our inside address.
 */
export function usableAddress(
  found: Result<string>,
  place: AdvertisedPlace | undefined,
): Result<string> {
  const wrong = found.ok && place !== undefined ? advertiseFault(found.value, place) : undefined;
  return wrong?.level === "error" ? refuse(wrong.text) : found;
}

function fault(level: PlanFault["level"], text: string): PlanFault {
  return { level, keys: ["outside.advertise"], text };
}

function whyImpossible(ip: string, place: AdvertisedPlace): string | undefined {
  if (isSpecial(ip)) return "nobody outside reaches loopback, link-local and multicast addresses";
  const { shared, outside, gateway, insideNetworks, ownIps } = place;
  const network = shared ? undefined : insideNetworks.find((one) => cidrContains(one, ip));
  if (network !== undefined) {
    const whose = ownIps.includes(ip) ? "it is our inside address" : "it lies inside";
    return `${whose}, in ${formatCidr(network)}, where the provider cannot reach it`;
  }
  if (ip === gateway) {
    return "it is the near address of the router in front of us, whose public one is wanted";
  }
  if (outside === undefined) return undefined;
  if (isEdge(outside.prefix, ip)) {
    return `it is no host's in ${formatCidr(outside.prefix)}, but the network's own or broadcast`;
  }
  if (!isPrivate(ip) || ownIps.includes(ip)) return undefined;
  if (!isPrivate(outside.ip) && !isSpecial(outside.ip)) {
    return `it is private, and our address outside, ${outside.ip}, is public`;
  }
  return cidrContains(outside.prefix, ip)
    ? `it is another host's in ${formatCidr(outside.prefix)}, the network of ${outside.device}`
    : undefined;
}

/** True for the first and the last address of a prefix that has such. */
function isEdge(prefix: Cidr, ip: string): boolean {
  if (prefix.bits > 30 || !cidrContains(prefix, ip)) return false;
  const bits = ipNumbers(ip).map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return /^(0+|1+)$/.test(bits.slice(prefix.bits));
}
