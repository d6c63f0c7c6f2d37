import { type Flow, makeAddress, parseIp } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { getParam } from "../sip/params.ts";
import { isServiceUrn, parseUri, type SipUri } from "../sip/uri.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import { tokenOf } from "./contact.ts";
import type { Passage, Refusal } from "./contexts.ts";
import type { ServerAnswer, ServerQuery, ServerRecord } from "./events.ts";
import { nameFailed, nameFound } from "./name_health.ts";
import { noPlaceIn } from "./no_place.ts";
import { providerOfRequest, providerQuery } from "./providers.ts";
import { routeUri } from "./routes.ts";
import { hopName, orderServers, pinnedFlow, preferPinned } from "./server_choice.ts";
import { senderBinding } from "./sender.ts";
import { handoverTarget, isNowhere, OUTSIDE_UNKNOWN, outsideTarget } from "./targets.ts";
import {
  type Entry,
  hostOf,
  noteReplaced,
  refusalOf,
  type Replaced,
  whyNotReached,
  whyUnusable,
} from "./unusable_hop.ts";
import { hasOutside, isInsideHost, isOwnAddress, isOwnUri } from "./view.ts";
import type { World } from "./world.ts";

/** Where a request from inside goes: a flow that is known, or servers that are looked up. */
export type Hop =
  | {
    readonly kind: "flow";
    readonly flow: Flow;
    /** The name that its server was found under, where it has one. */
    readonly name?: string;
    readonly replaced?: Replaced;
  }
  | {
    readonly kind: "servers";
    readonly query: ServerQuery;
    /** Who is asked when the name leads nowhere. */
    readonly fallback: Flow | undefined;
    readonly what?: Entry["what"];
    readonly replaced?: Replaced;
  }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** The next hop of a request from inside by RULES N1; our own Route entries are off already. */
export function nextHop(world: World, passage: Passage, request: SipRequest): Hop {
  const entry = entryOf(request);
  if (typeof entry === "string") return refusedHop(400, entry);
  const { uri, what } = entry;
  const pinned = pinnedPeer(world, passage);
  const binding = senderBinding(world, passage);
  const provider = providerOfRequest(world, passage, binding);
  const proxy = provider?.outboundProxy === undefined ? undefined : providerQuery(provider);
  if (what === "Request-URI") {
    if (pinned !== undefined && proxy !== undefined) return { kind: "flow", flow: pinned };
    if (isOurs(world, uri, pinned)) return selfHop(world);
    if (proxy !== undefined) return proxyHop(proxy);
    const sender = binding ?? world.bindings.ofRemote(remoteKey(passage.source))?.binding;
    if (uri.scheme === "tel") return telHop(sender?.domain);
    if (isServiceUrn(uri)) return telHop(sender?.domain ?? claimedDomain(world, request));
  }
  const registrar = binding && registrarOf(world, binding);
  const why = whyUnusable(world, uri);
  if (why === undefined) return uriHop(entry, pinned ?? registrar?.flow);
  const replaced = { what, host: hostOf(uri), why };
  if (pinned !== undefined) return { kind: "flow", flow: pinned, replaced };
  // Of a host inside the URI would have to be masked, and would name somebody at the provider; a registrar is no other's.
  const isKept = what === "Request-URI" &&
    (request.method === "REGISTER" || isHostInside(world, hostOf(uri)));
  if (proxy !== undefined) return { ...proxyHop(proxy), replaced };
  if (registrar !== undefined && !isKept) return { ...registrar, replaced };
  return { kind: "refused", refusal: refusalOf(world, uri, why) };
}

/** The part of a request that says where it goes next; a sentence when it cannot be read. */
function entryOf(request: SipRequest): Entry | string {
  const first = headerValues(request, "route")[0];
  if (first !== undefined) {
    const route = routeUri(first);
    return route === undefined ? "Bad Route" : { what: "Route", uri: route };
  }
  const uri = parseUri(request.uri);
  return uri.ok ? { what: "Request-URI", uri: uri.value } : "Bad Request-URI";
}

/** The address of the dialog's outside party, from the listener we have now; none that may not be sent to (RULES N2). */
function pinnedPeer(world: World, passage: Passage): Flow | undefined {
  const peer = passage.peer ?? passage.dialog?.pinned;
  if (peer === undefined) return undefined;
  const target = outsideTarget(world, peer.remote);
  return target.ok ? target.value : undefined;
}

/** The server that took the sender's REGISTER. */
function registrarOf(world: World, { registrar, hop, host }: Binding) {
  const target = outsideTarget(world, registrar);
  const reached = whyNotReached(world, host, registrar) === undefined;
  return target.ok && reached
    ? { kind: "flow", flow: target.value, name: hop } as const
    : undefined;
}

/** True for a URI that leads to the other side: in a dialog with somebody else only by a token that we gave out. */
function isOurs(world: World, uri: SipUri, pinned: Flow | undefined): boolean {
  // A loopback address is its writer's own, not ours (RULES N1).
  if (!isOwnUri(world, uri) || isNowhere(world, parseIp(uri.host)?.text ?? "")) return false;
  return pinned === undefined || tokenOf(uri) !== undefined ||
    isOwnAddress(world, pinned.remote.ip, pinned.remote.port);
}

/** True for a host in here that a URI may name: by a loopback address it names none. */
function isHostInside(world: World, host: string): boolean {
  return isInsideHost(world, host) && !isNowhere(world, parseIp(host)?.text ?? "");
}

function refusedHop(status: number, reason: string): Hop {
  return { kind: "refused", refusal: { status, reason } };
}

function proxyHop(query: ServerQuery) {
  return { kind: "servers", query, fallback: undefined } as const;
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

function uriHop({ what, uri }: Entry, fallback: Flow | undefined): Hop {
  const transport = getParam(uri.params, "transport")?.toLowerCase();
  const query: ServerQuery = {
    host: hostOf(uri),
    port: uri.port,
    transport: transport === "udp" ? transport : undefined,
  };
  return { kind: "servers", query, fallback, what };
}

/** The name under which a hop's servers are found; empty for none. */
export function nameOfHop(hop: Hop): string {
  if (hop.kind === "servers") return hopName(hop.query);
  return hop.kind === "flow" ? hop.name ?? "" : "";
}

/** Finds the flows of a hop, at once for a literal, else when the resolver has answered (DESIGN §2: the one wait). */
export function resolveHop(
  world: World,
  hop: Hop,
  options: { passage: Passage; done: (flows: Result<readonly Flow[], Refusal>) => void },
): void {
  const { passage } = options;
  const { replaced } = hop.kind === "refused" ? { replaced: undefined } : hop;
  const done = (flows: Result<readonly Flow[], Refusal>) => {
    const flow = flows.ok ? flows.value[0] : undefined;
    if (replaced !== undefined && flow !== undefined) {
      noteReplaced(world, passage, { replaced, flow });
    }
    options.done(flows);
  };
  if (hop.kind === "refused") {
    noteUnusable(world, passage, hop.refusal);
    return done(refuse(hop.refusal));
  }
  if (hop.kind === "flow") return done(ok([hop.flow]));
  const { query } = hop;
  const ip = parseIp(query.host);
  if (ip !== undefined) {
    const remote = makeAddress(ip.text, query.port ?? 5060);
    if (!remote.ok) return done(refuse({ status: 400, reason: remote.reason }));
    const target = outsideTarget(world, remote.value);
    return done(target.ok ? ok([target.value]) : target);
  }
  const kept = world.bindings.livesBy(hopName(query));
  const why = world.lookUp(kept ? { ...query, kept } : query, {
    holder: passage.holder,
    resume: (answer) => done(choose(world, answer, { hop, passage })),
  });
  if (why === undefined) return;
  const { shares } = world.tickets;
  done(refuse(noPlaceIn(world, passage, { shares, table: "parked", why })));
}

/** What no answer of ours tells the owner of this router: it is our network's fault. */
function noteUnusable(
  world: World,
  { request, source }: Passage,
  { status, reason, cause }: Refusal,
): void {
  if (status !== 500 || cause === "outside-unknown") return;
  const what = `${logText(request.method)} from ${source.remote.ip}`;
  const advice = "add a route to it, or a [[provider]] section";
  world.note("warn", "next_hop", `${what} fails: ${logText(reason, 160)}; ${advice}`, source);
}

type ServersHop = Hop & { kind: "servers" };

function choose(
  world: World,
  answer: ServerAnswer,
  { hop, passage }: { hop: ServersHop; passage: Passage },
): Result<readonly Flow[], Refusal> {
  const { query } = hop;
  const found = answer.ok ? usable(world, hop, answer.servers) : refuse(answer.reason);
  const name = hopName(query);
  if (found.ok) {
    nameFound(world, name);
    return ok(preferPinned(world, found.value, { query, passage }));
  }
  if (!hasOutside(world)) return refuse(OUTSIDE_UNKNOWN);
  const { reason } = found;
  // The pin serves when the name leads nowhere any more (RULES N3).
  const pinned = pinnedFlow(world, { query, passage });
  if (pinned !== undefined) {
    nameFailed(world, name, { reason, pinned, passage });
    return ok([pinned]);
  }
  const standIn = fallbackOf(hop, passage);
  if (standIn !== undefined) {
    const why = answer.ok ? reason : `it is not found (${reason})`;
    const replaced = { what: hop.what ?? "Request-URI", host: query.host, why };
    noteReplaced(world, passage, { replaced, flow: standIn });
    return ok([standIn]);
  }
  nameFailed(world, name, { reason, pinned: undefined, passage });
  const none = answer.ok
    ? `No usable server of ${query.host}`
    : `Server of ${query.host} not found`;
  return refuse({ status: 500, reason: none });
}

/** A REGISTER for a name that leads nowhere is for no other registrar: only its pin stands in for it. */
function fallbackOf({ fallback }: ServersHop, { request }: Passage): Flow | undefined {
  return request.method === "REGISTER" ? undefined : fallback;
}

/** The servers that can be used from here, in order; why there are none. */
function usable(
  world: World,
  { query }: ServersHop,
  servers: readonly ServerRecord[],
): Result<readonly Flow[]> {
  const flows: Flow[] = [];
  let why: string | undefined;
  for (const { address } of orderServers(world, servers)) {
    const { ip, port } = address;
    const target = outsideTarget(world, address);
    const unreachable = isOwnAddress(world, ip, port)
      ? undefined
      : whyNotReached(world, query.host, address);
    if (target.ok && unreachable === undefined) flows.push(target.value);
    else why ??= `${ip}: ${unreachable ?? "we have no address outside"}`;
  }
  return flows.length > 0 ? ok(flows) : refuse(why ?? "it has no server over UDP");
}
