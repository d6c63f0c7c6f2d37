import { type Address, type Flow, hostLiteral, parseIp, type Transport } from "../base/address.ts";
import { anyContains, cidrContains } from "../base/cidr.ts";
import type { Side } from "../base/side.ts";
import { parseUri, type SipUri } from "../sip/uri.ts";
import type { Listener, Network } from "./events.ts";
import { isProviderIp } from "./providers.ts";
import type { World } from "./world.ts";

/** How a peer sees us: the listener that faces it and what we write in messages to it (RULES S2). */
export interface View {
  readonly listener: Listener;
  readonly ip: string;
  readonly port: number;
}

/** What we are to a peer on a side; undefined while there is no such listener or no outside address. */
export function viewFor(world: World, side: Side, remoteIp: string): View | undefined {
  const listener = listenerFacing(world, side, remoteIp);
  if (listener === undefined) return undefined;
  const { ip, port } = listener.address;
  if (seesInside(world, side, remoteIp)) return { listener, ip, port };
  const { advertised } = world.network;
  return advertised === undefined ? undefined : { listener, ip: advertised, port };
}

/** The listener that faces a peer on a side, whether we know what to write to that peer or not. */
export function listenerFacing(world: World, side: Side, remoteIp: string): Listener | undefined {
  const { network } = world;
  return seesInside(world, side, remoteIp)
    ? insideListener(network, remoteIp)
    : outsideListener(network);
}

/** A peer in our networks sees the inside, whichever side it counts as (RULES S2). */
function seesInside({ network }: World, side: Side, remoteIp: string): boolean {
  return side === "inside" || anyContains(network.insideNetworks, remoteIp);
}

/** True while there is an outside that we can speak on. */
export function hasOutside({ network }: World): boolean {
  return network.advertised !== undefined && outsideListener(network) !== undefined;
}

function outsideListener(network: Network): Listener | undefined {
  return network.listeners.find((candidate) => candidate.sides.includes("outside"));
}

/** The inside listener that faces an address: the one in whose prefix it lies, else the first. */
function insideListener(network: Network, ip: string): Listener | undefined {
  let first: Listener | undefined;
  for (const listener of network.listeners) {
    if (!listener.sides.includes("inside")) continue;
    if (cidrContains(listener.prefix, ip)) return listener;
    first ??= listener;
  }
  return first;
}

/** The flow from the listener of a side to a peer. */
export function flowTo(world: World, side: Side, remote: Address): Flow | undefined {
  const listener = listenerFacing(world, side, remote.ip);
  if (listener === undefined) return undefined;
  return { listener: listener.id, transport: listener.transport, local: listener.address, remote };
}

/** The listener a message arrived on. */
export function listenerOf(world: World, flow: Flow): Listener | undefined {
  return world.network.listeners.find((listener) => listener.id === flow.listener);
}

/** The side of a request by RULES S1. */
export function sideOf(world: World, flow: Flow): Side {
  const sides = listenerOf(world, flow)?.sides ?? ["outside"];
  if (sides.length === 1) return sides[0]!;
  const { ip, port } = flow.remote;
  // What we hand to ourselves comes from the outside (RULES N2).
  if (isOwnAddress(world, ip, port)) return "outside";
  if (isProvider(world, ip) || ip === world.network.gateway) return "outside";
  return isInside(world, ip) ? "inside" : "outside";
}

/** True for an address behind the inside. */
export function isInside(world: World, ip: string): boolean {
  return anyContains(world.network.insideNetworks, ip);
}

/** True for an address of this host, or the one we advertise. */
export function isOwnIp(world: World, ip: string): boolean {
  return ip === world.network.advertised || world.network.ownIps.includes(ip);
}

/** True for a host that must not leave: an inside address, or one of ours that is not the advertised one. */
export function isInsideHost(world: World, host: string): boolean {
  const ip = parseIp(host);
  if (ip === undefined || ip.text === world.network.advertised) return false;
  return isInside(world, ip.text) || isOwnIp(world, ip.text);
}

/** True when an address is one of our listeners', as bound or as advertised. */
export function isOwnAddress(world: World, ip: string, port: number): boolean {
  return isOwnIp(world, ip) &&
    world.network.listeners.some((listener) => listener.address.port === port);
}

/** True when a SIP URI's host and port are ours, in whatever spelling (RULES N1). */
export function isOwnUri(world: World, uri: SipUri): boolean {
  const ip = parseIp(uri.host);
  return ip !== undefined && isOwnAddress(world, ip.text, uri.port ?? 5060);
}

/** True when a URI that we once gave out still leads to us: after a change of our address it does not. */
export function leadsHere(world: World, uri: string): boolean {
  const parsed = parseUri(uri);
  return parsed.ok && isOwnUri(world, parsed.value);
}

/**
 * True when the address granted a live binding, or is a configured provider's. A host inside can make another one a
 * registrar by letting it answer: that one is not taken for a phone then, and reaches nobody by it (RULES S1, S3).
 */
function isProvider(world: World, ip: string): boolean {
  return world.bindings.isRegistrar(ip) || isProviderIp(world, ip);
}

/** Host and port for a URI or Via: the port is always written, some registrars compare it. */
export function hostPort(view: { readonly ip: string; readonly port: number }): string {
  return `${hostLiteral(view.ip)}:${view.port}`;
}

/** Our Via in what we send; `rport` asks that the answer come to where the packet came from (RFC 3581). */
export function ownVia(view: View, { flow, branch }: { flow: Flow; branch: string }): string {
  return `SIP/2.0/${flow.transport.toUpperCase()} ${hostPort(view)};branch=${branch};rport`;
}

/** The `transport` parameter of a URI that names a listener; none for UDP. */
export function transportParam(transport: Transport): string {
  return transport === "udp" ? "" : `;transport=${transport}`;
}
