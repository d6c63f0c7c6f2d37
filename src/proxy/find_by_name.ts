import type { Flow } from "../base/address.ts";
import { headerText } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { parseUri, telNumber, uriKey } from "../sip/uri.ts";
import { type Binding, hostOfHop, remoteKey } from "./bindings.ts";
import { isLike, mayReach } from "./provider_sets.ts";
import { isFoundUnder, providerOf } from "./providers.ts";
import type { World } from "./world.ts";

/**
 * The bindings that a request names, among those whose provider sends it (RULES T1, S3): an AOR in Request-URI or To,
 * else a user part that only one of them has.
 */
export function findByName(world: World, flow: Flow, request: SipRequest): readonly Binding[] {
  const to = parseNameAddr(headerText(request, "to") ?? "");
  const keys = [uriKey(request.uri), to.ok ? uriKey(to.value.uri) : ""];
  for (const key of keys) {
    const bindings = reachable(world, flow, world.bindings.ofAor(key));
    if (bindings.length > 0) return oncePerPhone(bindings);
  }
  const user = calledUser(request);
  return user === undefined ? [] : ofUser(world, flow, user);
}

/** Whom a request is for: the number or user part of its Request-URI. */
export function calledUser(request: SipRequest): string | undefined {
  const uri = parseUri(request.uri);
  return uri.ok ? telNumber(uri.value) ?? uri.value.user : undefined;
}

/**
 * The phone with that user part, when it is clear which one. Two providers may be neighbours, and each means its own
 * phone: the one it has granted, else one that a server beside it has, else one whose registrar's name leads to it.
 */
function ofUser(world: World, flow: Flow, user: string): readonly Binding[] {
  const named = Map.groupBy(world.bindings.ofUser(user), ({ aor }) => aor);
  // A name of the AOR's own domain decides among those of that AOR: anybody has a domain.
  const bindings = [...named.values()].flatMap((ofAor) => reachable(world, flow, ofAor));
  if (bindings.length < 2) return bindings;
  const granted = grantedBy(world, flow, bindings);
  const own = granted.length > 0
    ? granted
    : bindings.filter(({ servers }) => servers.includes(flow.remote.ip));
  return own.length === 1 ? own : [];
}

/** Those that a server has granted itself, else those that one beside it has. */
function grantedBy(
  world: World,
  { remote: { ip } }: Flow,
  bindings: readonly Binding[],
): readonly Binding[] {
  const own = bindings.filter(({ registrar }) => registrar.ip === ip);
  if (own.length > 0) return own;
  const near = isLike(world, ip);
  return bindings.filter(({ registrar }) => near(registrar.ip));
}

/** A phone whose way to its provider has changed is registered twice until the older registration ends. */
function oncePerPhone(bindings: readonly Binding[]): readonly Binding[] {
  const seen = new Map(bindings.map((one) => [`${one.uri} ${remoteKey(one.flow)}`, one]));
  return [...seen.values()];
}

/** Those of the bindings that a request names whose provider sends it, and that it can mean (RULES S3). */
export function reachable(
  world: World,
  flow: Flow,
  named: readonly Binding[],
): readonly Binding[] {
  const bindings = named.filter((binding) => mayReach(world, binding, flow));
  if (world.handedOver || new Set(bindings.map(({ host }) => host)).size < 2) return bindings;
  return ofTrustedHost(world, flow, bindings);
}

/**
 * A host inside can register somebody's AOR with a server of its own, under a name that leads to the provider's
 * addresses as well. The provider means the bindings of its own names, else those that this very server has granted,
 * else a server beside it; what others have granted it cannot mean.
 */
function ofTrustedHost(
  world: World,
  flow: Flow,
  bindings: readonly Binding[],
): readonly Binding[] {
  const own = bindings.filter((binding) => isOwnName(world, binding));
  return own.length > 0 ? own : grantedBy(world, flow, bindings);
}

/** True when a binding's registrar was found under the AOR's domain, a name in it, or the configured outbound proxy. */
function isOwnName(world: World, { host, domain }: Binding): boolean {
  const proxy = providerOf(world, domain)?.outboundProxy?.host;
  if (proxy !== undefined && hostOfHop(proxy) === host) return true;
  return isFoundUnder(host, hostOfHop(domain));
}
