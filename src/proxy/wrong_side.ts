import { type Flow, formatAddress } from "../base/address.ts";
import { anyContains, cidrContains, formatCidr, isPrivate, parseCidr } from "../base/cidr.ts";
import { isDue } from "./due.ts";
import { isProviderIp } from "./providers.ts";
import { isInside, listenerOf, sideOf, viewFor } from "./view.ts";
import type { World } from "./world.ts";

/*
 * Sources on the wrong side (RULES S1). Linux delivers a packet for any address of this host from any interface: a
 * neighbour of the provider reaches our inside address, and a phone our outside one.
 */

/**
 * True for a source that does not fit the side of its listener. Programs on this host may take any of its addresses,
 * and the kernel takes those from nobody else. An address that the configuration gives to a provider is outside.
 */
export function isMisplaced(world: World, flow: Flow): boolean {
  const listener = listenerOf(world, flow);
  // With one shared interface addresses decide, and a listener that is gone has no side.
  if (listener === undefined || listener.sides.length !== 1 || world.handedOver) return false;
  const { ip } = flow.remote;
  if (listener.sides[0] === "inside") {
    return !isInside(world, ip) && !world.network.ownIps.includes(ip);
  }
  return isInside(world, ip) && !isProviderIp(world, ip);
}

/** Counts a packet of a source on the wrong side, and says once what to set if a phone is there; it gets no answer. */
export function turnAwayMisplaced(world: World, flow: Flow): void {
  const { ip } = flow.remote;
  const side = sideOf(world, flow);
  world.refuse(`side.${side}`, ip);
  const advice = side === "inside" ? networkAdvice(world, ip) : proxyAdvice(world, ip);
  if (advice === undefined || !isDue(world.misplaced, ip, world.now)) return;
  const text = `${ip} sends to our ${side} address ${formatAddress(flow.local)} and gets no answer`;
  world.note("warn", "side", `${text}${advice}`, flow);
}

/** A phone that is aimed at our outside address. */
function proxyAdvice(world: World, ip: string): string {
  const view = viewFor(world, "inside", ip);
  const proxy = view === undefined
    ? "this host's inside address"
    : formatAddress(view.listener.address);
  return `: set this phone's outbound proxy to ${proxy}`;
}

/** A phone behind another router inside; undefined for who cannot be there, since he would be let in by that advice. */
function networkAdvice(world: World, ip: string): string | undefined {
  const { listeners, outsideRoutes, prefixes } = world.network;
  const isOutside = anyContains(outsideRoutes, ip) ||
    listeners.some(({ sides, prefix }) => sides.includes("outside") && cidrContains(prefix, ip));
  if (isOutside || !isPrivate(ip)) return undefined;
  // Of an interface that serves no side, such as one of containers, the prefix is known.
  const own = prefixes.find((prefix) => cidrContains(prefix, ip));
  const near = parseCidr(`${ip}/${ip.includes(":") ? 56 : 24}`);
  const network = own ?? (near.ok ? near.value : undefined);
  if (network === undefined) return undefined;
  return ", as it is in no inside network; if phones are there, " +
    `add "${formatCidr(network)}" to [inside] networks`;
}
