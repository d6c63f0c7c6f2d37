import {
  anyContains,
  type Cidr,
  isBroadcast,
  isPrivate,
  isSpecial,
  parseCidr,
} from "../base/cidr.ts";
import type { Side } from "../base/side.ts";

/** What the media room knows of addresses and routes. */
export interface MediaEnvironment {
  /** Our addresses that face peers; spare pairs are kept bound on each. */
  readonly locals: readonly { readonly side: Side; readonly ip: string }[];
  readonly insideNetworks: readonly Cidr[];
  /** Prefixes the outside reaches by another route than the default one. */
  readonly outsideRoutes: readonly Cidr[];
  readonly ownIps: readonly string[];
  /** Prefixes of all our interfaces. */
  readonly prefixes: readonly Cidr[];
  /** Our outside address as others see it; undefined while unknown. */
  readonly advertised: string | undefined;
}

/** A party as we face it, and from where its addresses are judged. */
export interface Viewpoint {
  readonly side: Side;
  /** Our IP that faces this party: sockets are bound on it. */
  readonly local: string;
  /** Where its SIP comes from (RULES L2). */
  readonly sipIp: string;
  /** True when its provider may send from elsewhere (RULES L2, `media = "learn"`). */
  readonly learns?: boolean;
}

/**
 * `forbidden`: never sent to and never accepted (RULES L5).
 * `unreachable`: not sent to, since no packet would arrive, but it may turn out to be the source.
 */
export type Reach = "reachable" | "unreachable" | "forbidden";

const LOOPBACK: readonly Cidr[] = prefixes(["127.0.0.0/8", "::1/128"]);
// An IPv4 address in IPv6 clothes would pass every IPv4 check.
const MAPPED: readonly Cidr[] = prefixes(["::ffff:0:0/96", "64:ff9b::/96"]);

/** An environment in which nothing is known yet. */
export const NOWHERE: MediaEnvironment = {
  locals: [],
  insideNetworks: [],
  outsideRoutes: [],
  ownIps: [],
  prefixes: [],
  advertised: undefined,
};

/** True for loopback addresses. */
export function isLoopback(ip: string): boolean {
  return anyContains(LOOPBACK, ip);
}

/** True when an address is one of this host's, or what others take for it. */
export function isOurs(environment: MediaEnvironment, ip: string): boolean {
  return ip === environment.advertised || environment.ownIps.includes(ip) ||
    environment.locals.some((local) => local.ip === ip);
}

/** True for one of our addresses that faces either phones or providers. */
export function servesOneSide({ locals }: MediaEnvironment, ip: string): boolean {
  return new Set(locals.filter((local) => local.ip === ip).map(({ side }) => side)).size === 1;
}

/** Judges whether media may be exchanged with an address. */
export function reachOf(environment: MediaEnvironment, view: Viewpoint, ip: string): Reach {
  // The self-test and a call on one machine: loopback talks to loopback.
  if (isLoopback(ip)) return isLoopback(view.local) ? "reachable" : "forbidden";
  if (isSpecial(ip) || anyContains(MAPPED, ip)) return "forbidden";
  if (environment.prefixes.some((prefix) => isBroadcast(prefix, ip))) return "forbidden";
  if (ip.includes(":") !== view.local.includes(":")) return "forbidden";
  const inside = anyContains(environment.insideNetworks, ip);
  if (view.side === "inside") return inside || ip === view.sipIp ? "reachable" : "forbidden";
  if (inside || isOurs(environment, ip)) return "forbidden";
  if (!isPrivate(ip) || anyContains(environment.outsideRoutes, ip)) return "reachable";
  // A provider that is itself in a private network is proof that the default route leads there.
  return isPrivate(view.sipIp) ? "reachable" : "unreachable";
}

function prefixes(texts: string[]): Cidr[] {
  return texts.flatMap((text) => {
    const parsed = parseCidr(text);
    return parsed.ok ? [parsed.value] : [];
  });
}
