import { type Flow, makeAddress, parseIp } from "../base/address.ts";
import { anyContains, isPrivate, isSpecial } from "../base/cidr.ts";
import { logText } from "../base/log_text.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { callId, headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { getParam } from "../sip/params.ts";
import { isServiceUrn, parseUri, type SipUri, uriKey } from "../sip/uri.ts";
import { remoteKey } from "./bindings.ts";
import type { Passage, Refusal } from "./contexts.ts";
import type { ServerAnswer, ServerQuery, ServerRecord } from "./events.ts";
import { TIMES } from "./times.ts";
import { noPlaceIn } from "./no_place.ts";
import { providerOfRequest, providerQuery } from "./providers.ts";
import { routeUri } from "./routes.ts";
import { isDead } from "./server_health.ts";
import { senderBinding } from "./sender.ts";
import { currentFlow, handoverTarget, outsideTarget } from "./targets.ts";
import { isOwnAddress, isOwnUri } from "./view.ts";
import type { World } from "./world.ts";

/** Where a request from inside goes: a flow that is known, or servers that are looked up. */
export type Hop =
  | { readonly kind: "flow"; readonly flow: Flow }
  | { readonly kind: "servers"; readonly query: ServerQuery; readonly fallback: Flow | undefined }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** The next hop of a request from inside by RULES N1; our own Route entries are off already. */
export function nextHop(world: World, passage: Passage, request: SipRequest): Hop {
  const first = headerValues(request, "route")[0];
  if (first !== undefined) {
    const route = routeUri(first);
    return route === undefined
      ? refusedHop(400, "Bad Route")
      : uriHop(world, route, pinnedPeer(world, passage));
  }
  const uri = parseUri(request.uri);
  if (!uri.ok) return refusedHop(400, "Bad Request-URI");
  const pinned = pinnedPeer(world, passage);
  const binding = senderBinding(world, passage);
  const provider = providerOfRequest(world, passage, binding);
  const proxied = provider?.outboundProxy !== undefined;
  if (pinned !== undefined && (proxied || isUnreachable(world, uri.value))) {
    return { kind: "flow", flow: pinned };
  }
  if (isOwnUri(world, uri.value)) return selfHop(world);
  if (provider !== undefined && proxied) {
    return { kind: "servers", query: providerQuery(provider), fallback: undefined };
  }
  const sender = binding ?? world.bindings.ofRemote(remoteKey(passage.source))?.binding;
  if (uri.value.scheme === "tel") return telHop(sender?.domain);
  if (isServiceUrn(uri.value)) return telHop(sender?.domain ?? claimedDomain(world, request));
  return uriHop(world, uri.value, pinned);
}

/** The address of the dialog's outside party, from the listener we have now; none that may not be sent to (RULES N2). */
function pinnedPeer(world: World, passage: Passage): Flow | undefined {
  if (passage.dialog === undefined) return undefined;
  const target = outsideTarget(world, passage.dialog.pinned.remote);
  return target.ok ? target.value : undefined;
}

function refusedHop(status: number, reason: string): Hop {
  return { kind: "refused", refusal: { status, reason } };
}

/** A number without a domain belongs to the sender's provider; one of several accounts is better than none. */
function telHop(domain: string | undefined): Hop {
  if (domain === undefined) {
    return refusedHop(404, "Whose number? Register first, or dial number@provider");
  }
  const query = { host: domain, port: undefined, transport: undefined };
  return { kind: "servers", query, fallback: undefined };
}

/** The domain a phone without a registration says it belongs to: an emergency call is tried all the same. */
function claimedDomain(world: World, request: SipRequest): string | undefined {
  const from = parseNameAddr(headerText(request, "from") ?? "");
  const uri = from.ok ? parseUri(from.value.uri) : undefined;
  if (!uri?.ok || uri.value.host === "" || parseIp(uri.value.host) !== undefined) return undefined;
  return isOwnUri(world, uri.value) ? undefined : uri.value.host;
}

/** Our own address stands for the other side, inside the core (RULES N2). */
function selfHop(world: World): Hop {
  const self = handoverTarget(world);
  return self.ok ? { kind: "flow", flow: self.value } : { kind: "refused", refusal: self.reason };
}

function uriHop(world: World, uri: SipUri, fallback: Flow | undefined): Hop {
  if (isOwnUri(world, uri)) return selfHop(world);
  const maddr = getParam(uri.params, "maddr");
  const transport = getParam(uri.params, "transport")?.toLowerCase();
  const query: ServerQuery = {
    host: maddr === undefined || maddr === "" ? uri.host : maddr,
    port: uri.port,
    transport: transport === "udp" || transport === "tcp" || transport === "tls"
      ? transport
      : undefined,
  };
  return { kind: "servers", query, fallback };
}

/** A private remote Contact that no route but the default one leads to, or one that is nowhere: the dialog's peer is asked instead (RULES N1). */
function isUnreachable(world: World, uri: SipUri): boolean {
  const ip = parseIp(uri.host);
  if (ip === undefined || !(isPrivate(ip.text) || isSpecial(ip.text))) return false;
  const { outsideRoutes } = world.network;
  const own = isOwnAddress(world, ip.text, uri.port ?? 5060);
  const direct = world.network.listeners.some((listener) =>
    listener.sides.includes("outside") && anyContains([listener.prefix], ip.text)
  );
  return !own && !direct && !anyContains(outsideRoutes, ip.text);
}

/** Name of a query, for pins and log lines. */
export function hopName(query: ServerQuery): string {
  return query.port === undefined
    ? query.host.toLowerCase()
    : `${query.host.toLowerCase()}:${query.port}`;
}

/** Finds the flows of a hop, at once for a literal, else when the resolver has answered (DESIGN §2: the one wait). */
export function resolveHop(
  world: World,
  hop: Hop,
  options: { passage: Passage; done: (flows: Result<readonly Flow[], Refusal>) => void },
): void {
  const { passage, done } = options;
  if (hop.kind === "refused") return done(refuse(hop.refusal));
  if (hop.kind === "flow") return done(ok([hop.flow]));
  const { query, fallback } = hop;
  const ip = parseIp(query.host);
  if (ip !== undefined) {
    const remote = makeAddress(ip.text, query.port ?? 5060);
    if (!remote.ok) return done(refuse({ status: 400, reason: remote.reason }));
    const target = outsideTarget(world, remote.value);
    return done(target.ok ? ok([target.value]) : target);
  }
  const ticket = world.nextNumber();
  const resume = (answer: ServerAnswer) => {
    done(choose(world, answer, { query, fallback, passage }));
  };
  const why = world.tickets.set(ticket, { resume }, passage);
  if (why !== undefined) {
    const { shares } = world.tickets;
    return done(refuse(noPlaceIn(world, passage, { shares, table: "parked", why })));
  }
  const kept = senderBinding(world, passage)?.hop === hopName(query);
  world.emit({ type: "dns.resolve", ticket, query: kept ? { ...query, kept } : query });
}

function choose(
  world: World,
  answer: ServerAnswer,
  options: { query: ServerQuery; fallback: Flow | undefined; passage: Passage },
): Result<readonly Flow[], Refusal> {
  const { query, fallback, passage } = options;
  if (!answer.ok) {
    if (fallback !== undefined) return ok([fallback]);
    const host = logText(hopName(query));
    const text = `Cannot find the server of ${host}: ${answer.reason}`;
    world.note("warn", "dns", text, passage.source);
    return refuse({ status: 500, reason: `Server of ${query.host} not found` });
  }
  const flows: Flow[] = [];
  let refusal: Refusal | undefined;
  for (const server of orderServers(world, answer.servers)) {
    const target = outsideTarget(world, server.address);
    if (target.ok) flows.push(target.value);
    else refusal ??= target.reason;
  }
  if (flows.length === 0 && fallback !== undefined) return ok([fallback]);
  if (flows.length === 0) {
    return refuse(refusal ?? { status: 500, reason: `No usable server of ${query.host}` });
  }
  return ok(preferPinned(world, flows, { query, passage }));
}

/** RFC 2782: by priority, within it drawn by weight. */
export function orderServers(world: World, servers: readonly ServerRecord[]): ServerRecord[] {
  const left = servers.filter((server) => server.transport === "udp");
  const ordered: ServerRecord[] = [];
  while (left.length > 0) {
    const priority = Math.min(...left.map((server) => server.priority));
    const group = left.filter((server) => server.priority === priority);
    let draw = world.random() * group.reduce((sum, server) => sum + server.weight + 1, 0);
    const drawn = group.find((server) => (draw -= server.weight + 1) < 0) ?? group[0]!;
    ordered.push(drawn);
    left.splice(left.indexOf(drawn), 1);
  }
  return ordered;
}

/** The pinned server first (RULES N3), those that kept silent lately last (RULES N4). */
function preferPinned(
  world: World,
  flows: readonly Flow[],
  options: { query: ServerQuery; passage: Passage },
): readonly Flow[] {
  const alive = flows.filter((flow) => !isDead(world, flow));
  const dead = flows.filter((flow) => isDead(world, flow));
  const pinned = pinnedFlow(world, options);
  if (pinned === undefined || isDead(world, pinned)) return [...alive, ...dead];
  const others = [...alive, ...dead].filter((flow) => remoteKey(flow) !== remoteKey(pinned));
  return [pinned, ...others];
}

function pinnedFlow(
  world: World,
  options: { query: ServerQuery; passage: Passage },
): Flow | undefined {
  const { query, passage } = options;
  const hop = hopName(query);
  const pin = world.pins.get(pinKey(hop, passage.request));
  if (pin !== undefined && pin.until > world.now) return currentFlow(world, "outside", pin.flow);
  const from = parseNameAddr(headerText(passage.request, "from") ?? "");
  const aor = from.ok ? uriKey(from.value.uri) : "";
  const binding = world.bindings.ofAor(aor).find((candidate) => candidate.hop === hop) ??
    senderBinding(world, passage);
  if (binding === undefined || binding.hop !== hop) return undefined;
  const target = outsideTarget(world, binding.registrar);
  return target.ok ? target.value : undefined;
}

function pinKey(hop: string, request: SipRequest): string {
  return `${hop} ${callId(request)}`;
}

/** A challenged request's retry goes where the challenge came from (RULES N3). */
export function pinCall(
  world: World,
  request: SipRequest,
  options: { hop: string; flow: Flow },
): void {
  if (options.hop === "") return;
  const key = pinKey(options.hop, request);
  // All are remembered equally long, so those that are over stand first.
  for (const [old, pin] of world.pins.entries()) {
    if (pin.until > world.now) break;
    world.pins.delete(old);
  }
  world.pins.delete(key);
  world.pins.set(key, { flow: options.flow, until: world.now + TIMES.memory });
}
