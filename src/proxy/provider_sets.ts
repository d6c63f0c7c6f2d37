import type { Flow } from "../base/address.ts";
import { neighbourhood } from "../base/cidr.ts";
import type { Binding } from "./bindings.ts";
import { isServerOf, providerOf } from "./providers.ts";
import type { ProviderSettings } from "./settings.ts";
import { isInside, isOwnIp } from "./view.ts";
import type { World } from "./world.ts";

/*
 * Provider sets (RULES S3): trust is per binding. Being a provider for one binding gives nothing with respect to another.
 */

/** True for whoever may reach a binding's phone without a secret: its provider set, and we ourselves (RULES N2). */
export function mayReach(world: World, binding: Binding, { remote }: Flow): boolean {
  return world.handedOver || isProviderOf(world, binding, remote.ip);
}

/**
 * True for an address in the provider set of a binding: those that the host its REGISTER was sent to resolves to,
 * the one that answered it, the configured ones of its domain, and the neighbours of these.
 */
export function isProviderOf(
  world: World,
  binding: Pick<Binding, "registrar" | "servers" | "domain">,
  ip: string,
): boolean {
  const { registrar, servers, domain } = binding;
  const like = isLike(world, ip);
  if (like(registrar.ip) || servers.some(like)) return true;
  const provider = providerOf(world, domain);
  return provider !== undefined && isServerOf(world, provider, ip, like);
}

/** True for an address of a configured provider, or a neighbour of one. */
export function isOfProvider(world: World, provider: ProviderSettings, ip: string): boolean {
  return isServerOf(world, provider, ip, isLike(world, ip));
}

/** What counts as somebody's provider: its servers alone, or their neighbours too, who may be anybody. */
export type Reach = "servers" | "neighbours";

/**
 * True for an address in anybody's provider set. It decides only what a source may take of our time, and whether it
 * is told that nobody is here: it knows of us already, and hears the same of a phone that is not its own.
 */
export function isSomeProvider(
  world: World,
  { remote: { ip } }: Flow,
  reach: Reach = "neighbours",
): boolean {
  if (world.handedOver || world.bindings.hasServer(ip)) return true;
  const near = reach === "neighbours";
  if (near && mayBeNeighbour(world, ip) && world.bindings.hasServerNear(ip)) return true;
  const like = near ? isLike(world, ip) : undefined;
  return world.settings.providers.some((provider) => isServerOf(world, provider, ip, like));
}

/** Tells which servers an address stands for: itself, and its neighbours where it may be one. */
export function isLike(world: World, ip: string): (server: string) => boolean {
  if (!mayBeNeighbour(world, ip)) return (server) => server === ip;
  const near = neighbourhood(ip);
  return (server) => neighbourhood(server) === near;
}

/** What stands beside a server in our own network is no server: phones, the gateway behind which anybody may be, we. */
function mayBeNeighbour(world: World, ip: string): boolean {
  return !isInside(world, ip) && !isOwnIp(world, ip) && ip !== world.network.gateway;
}
