import { type Flow, formatAddress, parseIp, type Transport } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import { getParam } from "../sip/params.ts";
import type { SipUri } from "../sip/uri.ts";
import { callName } from "./call_words.ts";
import type { Passage, Refusal } from "./contexts.ts";
import { hopRefusal, PHONE_HERE, whyNoHost, whyUnreachable } from "./targets.ts";
import { hasOutside, isInside } from "./view.ts";
import type { World } from "./world.ts";

/*
 * Next hops that cannot be used from here (RULES N1): proxies and gateways behind a NAT write their own private
 * addresses, others name a transport or a family that we do not speak. Somebody whom we reach takes their place.
 */

/** The part of a request that says where it goes next. */
export interface Entry {
  readonly what: "Route" | "Request-URI";
  readonly uri: SipUri;
}

/** A next hop that another one stands in for, and why. */
export interface Replaced {
  readonly what: Entry["what"];
  readonly host: string;
  readonly why: string;
}

/** The host that requests to a URI go to (RFC 3261 §19.1.1). */
export function hostOf(uri: SipUri): string {
  const maddr = getParam(uri.params, "maddr");
  return maddr === undefined || maddr === "" ? uri.host : maddr;
}

/** Why requests to a URI cannot be sent from here, in words; undefined when they can, or when a name must be looked up. */
export function whyUnusable(world: World, uri: SipUri): string | undefined {
  if (!hasOutside(world)) return undefined;
  const transport = transportOf(uri);
  if (!speaks(world, transport)) return `it is for ${logText(transport.toUpperCase())}`;
  const host = hostOf(uri);
  if (/^(?:.*\.)?localhost\.?$/i.test(host)) return "it is a loopback address";
  const ip = parseIp(host);
  if (ip === undefined) return undefined;
  return whyNotReached(world, host, { ip: ip.text, port: uri.port ?? 5060 });
}

/** Why an address to which a host leads is not reached from here; who configures a host knows that it is, private or not. */
export function whyNotReached(
  world: World,
  host: string,
  { ip, port }: { ip: string; port: number },
): string | undefined {
  if (isInside(world, ip) && world.bindings.ofRemote(`${ip}:${port}`)) return PHONE_HERE;
  const isNamed = world.settings.providers.some(({ domain, outboundProxy }) =>
    [domain, outboundProxy?.host].includes(host.toLowerCase())
  );
  return isNamed ? whyNoHost(world, ip) : whyUnreachable(world, ip);
}

function transportOf(uri: SipUri): string {
  const named = getParam(uri.params, "transport")?.toLowerCase() ?? "";
  if (uri.scheme === "sips") return "tls";
  return named === "" ? "udp" : named;
}

function speaks({ network }: World, transport: string): boolean {
  return network.listeners.some((listener) =>
    listener.sides.includes("outside") && listener.transport === transport as Transport
  );
}

/** The answer to a request whose next hop cannot be used, and nobody stands in for it. */
export function refusalOf(world: World, uri: SipUri, why: string): Refusal {
  const host = hostOf(uri);
  const ip = parseIp(host);
  // What may never be sent to is refused (RULES N2); the rest is our network as it is now.
  const status = ip !== undefined && whyNoHost(world, ip.text) !== undefined ? 403 : 500;
  return hopRefusal(world, { status, host, why });
}

/** Says once in a dialog, and of each INVITE outside one, that another next hop was taken than the request names. */
export function noteReplaced(
  world: World,
  passage: Passage,
  { replaced, flow }: { replaced: Replaced; flow: Flow },
): void {
  const { dialog, request, source } = passage;
  const { what, host, why } = replaced;
  const to = formatAddress(flow.remote);
  const text = `${logText(host)} cannot be used from here, as ${why}: sent to ${to} instead`;
  if (dialog === undefined) {
    const level = request.method === "INVITE" ? "info" : "debug";
    const from = `${logText(request.method)} from ${source.remote.ip}`;
    const entry = what === "Route" ? "Route " : "";
    return world.note(level, "next_hop", `${from}: ${entry}${text}`, source);
  }
  if (dialog.detoured) return;
  dialog.detoured = true;
  const call = dialog.call === undefined ? undefined : world.calls.get(dialog.call);
  const whose = call === undefined
    ? `Subscription of ${logText(dialog.party.name)}`
    : callName(call);
  const entry = what === "Route" ? "the provider's Route" : "the far end's Contact";
  world.note("info", "next_hop", `${whose}: ${entry} ${text}`, source);
}
