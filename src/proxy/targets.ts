import { type Address, type Flow, makeAddress, parseIp } from "../base/address.ts";
import { anyContains, cidrContains, isBroadcast, isPrivate, isSpecial } from "../base/cidr.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Side } from "../base/side.ts";
import { parseUri } from "../sip/uri.ts";
import type { Refusal } from "./contexts.ts";
import { flowTo, hasOutside, isInside, isOwnAddress, isOwnIp, listenerOf } from "./view.ts";
import type { World } from "./world.ts";

/*
 * The functions by which an address becomes somewhere we send to. There is no other way into the
 * tables that `destination.ts` reads, so nobody can relay through us (DESIGN §2, RULES N2).
 */

/** What whoever needs the outside is told meanwhile. */
export const OUTSIDE_UNKNOWN: Refusal = {
  status: 500,
  reason: "Outside address not known yet",
  cause: "outside-unknown",
};

/** A next hop on the outside for what says where we are, so that it waits until we know. */
export function outsideTarget(world: World, remote: Address): Result<Flow, Refusal> {
  if (!isInside(world, remote.ip) && !hasOutside(world)) {
    return refuse(OUTSIDE_UNKNOWN);
  }
  return outsideFlow(world, remote);
}

/**
 * The way to a host outside, which a keep-alive takes though our address there is unknown: a firewall's
 * mapping must not run out meanwhile. Our own address stands for the other side, inside the core.
 */
export function outsideFlow(world: World, remote: Address): Result<Flow, Refusal> {
  if (isOwnAddress(world, remote.ip, remote.port)) return handoverTarget(world);
  const flow = flowTo(world, "outside", remote);
  if (flow === undefined) {
    return refuse(OUTSIDE_UNKNOWN);
  }
  const why = whyNoHost(world, remote.ip);
  if (why !== undefined) {
    return refuse(hopRefusal(world, { status: 403, host: remote.ip, why }));
  }
  return ok(flow);
}

/** Why an address at which a phone of ours has registered is no next hop. */
export const PHONE_HERE = "it is the address of a phone of ours";

/** The answer to a request for a host that it cannot be sent to; a host inside has a remedy of its own. */
export function hopRefusal(
  world: World,
  { status, host, why }: { status: number; host: string; why: string },
): Refusal {
  const refusal = { status, reason: `Next hop ${host} cannot be used: ${why}` };
  const ip = parseIp(host);
  const inside = ip !== undefined && isInside(world, ip.text);
  if (!inside) return refusal;
  return { ...refusal, cause: why === PHONE_HERE ? "phone-address" : "inside-host" };
}

/** Why nothing is sent to an address as one outside, whoever names it (RULES N2, L5), in words; undefined for a host there. */
export function whyNoHost(world: World, ip: string): string | undefined {
  const { listeners, prefixes } = world.network;
  const outside = listeners.filter((listener) => listener.sides.includes("outside"));
  if (isInside(world, ip)) return "it is inside and no phone of ours";
  if (isNowhere(world, ip)) return "it is a loopback address";
  if (isOwnIp(world, ip)) return "it is an address of our own";
  if (isLoopback(ip)) return undefined;
  if (isSpecial(ip)) return "it is no address of a host";
  if (prefixes.some((prefix) => isBroadcast(prefix, ip))) return "it is a broadcast address";
  const family = ip.includes(":") ? 6 : 4;
  if (outside.length === 0 || outside.some(({ address }) => address.family === family)) {
    return undefined;
  }
  return `there is no IPv${family} address outside`;
}

/** Why no request to an address outside would arrive, in words: also a private one that only the default route leads to (RULES N1). */
export function whyUnreachable(world: World, ip: string): string | undefined {
  const why = whyNoHost(world, ip);
  if (why !== undefined || !isPrivate(ip)) return why;
  const { listeners, outsideRoutes } = world.network;
  const routed = anyContains(outsideRoutes, ip) ||
    listeners.some((listener) =>
      listener.sides.includes("outside") && cidrContains(listener.prefix, ip)
    );
  return routed ? undefined : "it is private, and only the default route leads there";
}

/** The other side, inside the core (RULES N2): a message to it arrives at our outside listener. */
export function handoverTarget(world: World): Result<Flow, Refusal> {
  const { listeners, advertised } = world.network;
  const listener = listeners.find((candidate) => candidate.sides.includes("outside"));
  const remote = listener && advertised !== undefined
    ? makeAddress(advertised, listener.address.port)
    : undefined;
  if (listener === undefined || remote === undefined || !remote.ok) {
    return refuse(OUTSIDE_UNKNOWN);
  }
  return ok({
    listener: listener.id,
    transport: listener.transport,
    local: listener.address,
    remote: remote.value,
  });
}

/**
 * Where requests to a phone go (RULES N5): its Contact's port if the Contact's IP is the packet's
 * (Cisco phones send from one port and listen on another), otherwise its flow. Behind a proxy inside
 * the flow is that proxy's, which may share its address with the phone (RULES R4).
 */
export function phoneTarget(
  world: World,
  phone: { uri: string; flow: Flow; routes: readonly string[] },
): Flow {
  const flow = currentFlow(world, "inside", phone.flow);
  if (flow.transport !== "udp" || phone.routes.length > 0) return flow;
  const uri = parseUri(phone.uri);
  const ip = uri.ok ? parseIp(uri.value.host) : undefined;
  if (!uri.ok || ip === undefined || ip.text !== flow.remote.ip) return flow;
  const remote = makeAddress(ip.text, uri.value.port ?? 5060);
  // Our own port would be a loop: a phone on this host that gives our port keeps its flow.
  if (!remote.ok || isOwnAddress(world, ip.text, remote.value.port)) return flow;
  return { ...flow, remote: remote.value };
}

/** A flow whose listener went away (address changed, restart) uses the one that faces its far end now. */
export function currentFlow(world: World, side: Side, flow: Flow): Flow {
  if (listenerOf(world, flow) !== undefined) return flow;
  return flowTo(world, side, flow.remote) ?? flow;
}

/** True for a loopback address, but where the self-test runs: there, and only there, it is a network like another. */
export function isNowhere({ network: { listeners } }: World, ip: string): boolean {
  return isLoopback(ip) &&
    !listeners.some(({ sides, address }) => sides.includes("outside") && isLoopback(address.ip));
}

function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1";
}
