import { type Cidr, parseCidr } from "../base/cidr.ts";

/** One IPv4 route of the main table. */
export interface Route {
  readonly device: string;
  readonly prefix: Cidr;
  /** Next router; undefined for a directly connected prefix. */
  readonly gateway: string | undefined;
  readonly metric: number;
}

const UP = 0x1;
const REJECT = 0x200;

/** Reads the text of `/proc/net/route`; lines that are down, rejecting or not understood are left out. */
export function parseRoutes(text: string): Route[] {
  return text.split("\n").slice(1).flatMap((line) => {
    const route = parseRoute(line.trim().split(/\s+/));
    return route === undefined ? [] : [route];
  });
}

/** The default route with the lowest metric, of one device if named. */
export function defaultRoute(routes: readonly Route[], device?: string): Route | undefined {
  const candidates = routes.filter((route) =>
    route.prefix.bits === 0 && (device === undefined || route.device === device)
  );
  return candidates.reduce<Route | undefined>(
    (best, route) => best === undefined || route.metric < best.metric ? route : best,
    undefined,
  );
}

// Iface Destination Gateway Flags RefCnt Use Metric Mask …
function parseRoute(fields: readonly string[]): Route | undefined {
  const [device, destination, gateway, flags, , , metric, mask] = fields;
  if (device === undefined || mask === undefined) return undefined;
  const numbers = [destination, gateway, mask].map((text) => littleEndian(text!));
  const [network, router, maskBytes] = numbers;
  const flagBits = parseInt(flags!, 16);
  if (network === undefined || router === undefined || maskBytes === undefined) return undefined;
  if (!(flagBits & UP) || flagBits & REJECT) return undefined;
  const prefix = parseCidr(`${network.join(".")}/${countBits(maskBytes)}`);
  if (!prefix.ok) return undefined;
  const direct = router.every((byte) => byte === 0);
  return {
    device,
    prefix: prefix.value,
    gateway: direct ? undefined : router.join("."),
    metric: Number(metric),
  };
}

// The kernel prints addresses as host-order words; every supported machine is little-endian.
function littleEndian(hex: string): number[] | undefined {
  if (!/^[0-9A-Fa-f]{8}$/.test(hex)) return undefined;
  return [6, 4, 2, 0].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function countBits(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
}
