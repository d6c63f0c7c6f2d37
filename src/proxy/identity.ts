import { hostLiteral } from "../base/address.ts";
import { mapHeaderValues } from "../sip/edit.ts";
import { headerText } from "../sip/headers.ts";
import type { SipMessage } from "../sip/message.ts";
import { isLoose, parseNameAddr, soundAddress, withUri, writeNameAddr } from "../sip/name_addr.ts";
import { parseUri, writeUri } from "../sip/uri.ts";
import { concealed, IDENTITY_HEADERS, namesOneOf } from "./conceal.ts";
import type { IdentityPair } from "./contexts.ts";
import type { FarEndUris } from "./far_end_uris.ts";
import { hostPort, isInsideHost, type View } from "./view.ts";
import type { World } from "./world.ts";

/** What stands for an inside host on the outside: the AOR domain of the sender, else we. */
export interface Outwardly {
  readonly domain: string | undefined;
  readonly view: View;
  /** What the far end wrote itself and gets back as it was. */
  readonly given?: FarEndUris;
}

/** A URI as the outside may see it (RULES H1, C4, I); the same text when nothing inside is named. */
export function outwardUri(world: World, text: string, as: Outwardly): string {
  return concealed(world, withOutwardHost(world, text, as), as.view);
}

/** The same for who somebody is: a known phone is its AOR, since its token stands where it shall be reached only (RULES C2). */
function outwardIdentity(world: World, text: string, as: Outwardly): string {
  const uri = parseUri(text);
  const inside = uri.ok && uri.value.opaque === "" && isInsideHost(world, uri.value.host);
  const phone = inside ? world.bindings.ofUri(text, as.domain)?.binding : undefined;
  if (phone === undefined) return outwardUri(world, text, as);
  return concealed(world, phone.aor, as.view);
}

/** The URI with a known phone's masked URI, or another host, in place of an inside host. */
export function withOutwardHost(world: World, text: string, as: Outwardly): string {
  const uri = parseUri(text);
  if (!uri.ok) return text;
  if (uri.value.opaque !== "") return outwardUrl(world, text, as);
  if (!isInsideHost(world, uri.value.host)) return text;
  const phone = world.bindings.ofUri(text, as.domain)?.binding;
  // `?Replaces=` of a transfer goes along.
  if (phone !== undefined) return `${phone.masked}${uri.value.headers}`;
  const host = as.domain ?? hostLiteral(as.view.ip);
  const { port: _port, ...rest } = uri.value;
  return writeUri({ ...rest, host });
}

/** `http://192.168.1.20/ring.wav`: only the host is ours to change. */
function outwardUrl(world: World, text: string, as: Outwardly): string {
  const match = /^([a-z]{1,8}:\/\/)(\[[0-9A-Fa-f:.]{2,45}\]|[^/:?#\s]{1,255})(.*)$/i.exec(text);
  if (match === null || !isInsideHost(world, match[2]!)) return text;
  return `${match[1]}${as.domain ?? hostLiteral(as.view.ip)}${match[3]}`;
}

/** Rewrites the identity and referral headers of a message that leaves on the outside. */
export function maskIdentities<M extends SipMessage>(world: World, message: M, as: Outwardly): M {
  let result: M = message;
  for (const key of IDENTITY_HEADERS) {
    if (headerText(result, key) === undefined) continue;
    // By a Refer-To the phone shall be reached; the others say who somebody is.
    const outward = key === "refer-to" ? outwardUri : outwardIdentity;
    const change = (uri: string) => outward(world, uri, as);
    const kept = key === "refer-to" ? as.given?.referred ?? [] : [];
    result = mapHeaderValues(
      result,
      key,
      (value) => namesOneOf(value, kept) ? value : maskValue(value, change),
    ) as M;
  }
  if (headerText(result, "warning") !== undefined) {
    result = mapHeaderValues(result, "warning", (value) => maskWarning(world, value, as)) as M;
  }
  return result;
}

function maskValue(value: string, change: (uri: string) => string): string {
  const address = parseNameAddr(value);
  if (!address.ok) return value;
  const uri = change(address.value.uri);
  return uri === address.value.uri ? value : writeNameAddr(withUri(address.value, uri));
}

/** `399 192.168.1.20:5060 "text"`: the agent is a host or a pseudonym (RFC 3261 §20.43); the text may name hosts too. */
function maskWarning(world: World, value: string, as: Outwardly): string {
  const [code = "", agent, ...text] = value.split(" ");
  if (agent === undefined) return value;
  const inside = isInsideHost(world, agent.replace(/:\d{1,5}$/, ""));
  const words = text.map((word) => maskWords(world, word, as));
  return [code, inside ? hostPort(as.view) : agent, ...words].join(" ");
}

/** Inside addresses in running text become ours. */
function maskWords(world: World, text: string, as: Outwardly): string {
  const change = (word: string) => isInsideHost(world, word) ? hostLiteral(as.view.ip) : word;
  return text.replaceAll(/\d{1,3}(?:\.\d{1,3}){3}/g, change)
    .replaceAll(/[0-9A-Fa-f:.]{3,45}/g, (word) => word.includes(":") ? change(word) : word);
}

/**
 * From and To on their way out: pairs of the dialog first, then RULES H1.
 * Gives the message and all pairs that hold for it, so that they can be turned back.
 */
export function maskParties<M extends SipMessage>(
  world: World,
  message: M,
  options: { pairs: readonly IdentityPair[]; as: Outwardly },
): { message: M; pairs: readonly IdentityPair[] } {
  const pairs = [...options.pairs];
  const change = (value: string): string => {
    const address = parseNameAddr(value);
    if (!address.ok) return value;
    const inside = address.value.uri;
    const known = pairs.find((pair) => pair.inside === inside);
    if (known === undefined && options.as.given?.parties.includes(inside)) return value;
    const outside = known?.outside ?? outwardIdentity(world, inside, options.as);
    if (outside === inside) return value;
    if (known === undefined) pairs.push({ inside, outside });
    return writeNameAddr(withUri(address.value, outside));
  };
  const from = mapHeaderValues(message, "from", change) as M;
  return { message: mapHeaderValues(from, "to", change) as M, pairs };
}

/** From and To on their way in: what was changed outward is turned back. */
export function unmaskParties<M extends SipMessage>(message: M, pairs: readonly IdentityPair[]): M {
  if (pairs.length === 0) return message;
  const change = (value: string): string => {
    const address = parseNameAddr(value);
    const pair = address.ok
      ? pairs.find((candidate) => candidate.outside === address.value.uri)
      : undefined;
    if (!address.ok || pair === undefined) return value;
    return writeNameAddr(withUri(address.value, pair.inside));
  };
  return mapHeaderValues(mapHeaderValues(message, "from", change), "to", change) as M;
}

/**
 * From and To with display names that any reader takes: PBXes write `Bell, Alexander <sip:…>` without quotes, and
 * who forwards a request must not forward that (RFC 4475 §3.1.2.15).
 */
export function soundParties<M extends SipMessage>(message: M): M {
  return mapHeaderValues(mapHeaderValues(message, "from", soundParty), "to", soundParty) as M;
}

/** The value of a From or To as {@linkcode soundParties} writes it; itself when its name is in order. */
export function soundParty(value: string): string {
  const address = parseNameAddr(value);
  if (!address.ok || !isLoose(address.value)) return value;
  return writeNameAddr(soundAddress(address.value));
}
