import { parseIp } from "../base/address.ts";
import { type Cidr, cidrContains } from "../base/cidr.ts";
import { SELF } from "../base/shares.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { headerText } from "../sip/headers.ts";
import { parseUri } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import type { Passage } from "./contexts.ts";
import type { ServerAnswer, ServerQuery } from "./events.ts";
import { TIMES } from "./times.ts";
import type { ProviderSettings } from "./settings.ts";
import type { World } from "./world.ts";

/** The provider of a domain, when one is configured. */
export function providerOf(world: World, domain: string | undefined): ProviderSettings | undefined {
  if (domain === undefined) return undefined;
  const name = domain.toLowerCase();
  return world.settings.providers.find((provider) => provider.domain === name);
}

/** The provider of a request from inside (RULES S4): that of its dialog or of the sending binding, else of the Request-URI's domain. */
export function providerOfRequest(
  world: World,
  passage: Passage,
  binding: Binding | undefined,
): ProviderSettings | undefined {
  const domain = passage.party?.domain ?? binding?.domain;
  if (domain !== undefined) return providerOf(world, domain);
  const uri = parseUri(passage.request.uri);
  if (uri.ok && uri.value.host !== "") return providerOf(world, uri.value.host);
  const to = parseNameAddr(headerText(passage.request, "to") ?? "");
  const toUri = to.ok ? parseUri(to.value.uri) : undefined;
  return toUri?.ok ? providerOf(world, toUri.value.host) : undefined;
}

/** The provider of a request of either side: that of its inside party, of one from inside else of its Request-URI. */
export function providerOfPassage(world: World, passage: Passage): ProviderSettings | undefined {
  const domain = passage.party?.domain ?? passage.dialog?.party.domain;
  if (domain !== undefined) return providerOf(world, domain);
  return passage.side === "inside" ? providerOfRequest(world, passage, undefined) : undefined;
}

/** What is looked up for a provider: its outbound proxy, or its domain. */
export function providerQuery(provider: ProviderSettings): ServerQuery {
  const { outboundProxy, domain } = provider;
  return {
    host: outboundProxy?.host ?? domain,
    port: outboundProxy?.port,
    transport: undefined,
  };
}

/** The names that must be found: where its requests go, and the servers that somebody has written down. */
function namedServers(provider: ProviderSettings): readonly ServerQuery[] {
  const names = provider.servers.filter((server) => typeof server === "string");
  return [providerQuery(provider), ...names.map(plainQuery)];
}

/** The names that S3 speaks of: calls may come from the domain's own servers even behind an outbound proxy. */
function queriesOf(provider: ProviderSettings): readonly ServerQuery[] {
  return [...namedServers(provider), plainQuery(provider.domain)];
}

function plainQuery(host: string): ServerQuery {
  return { host, port: undefined, transport: undefined };
}

function nameOf({ host, port }: ServerQuery): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** Looks up every provider now and again: what its names resolve to is in its bindings' provider sets (RULES S3). */
export function followProviders(world: World): void {
  const { providers } = world.settings;
  const queries = new Map(providers.flatMap(queriesOf).map((query) => [nameOf(query), query]));
  const needed = new Set(providers.flatMap(namedServers).map(nameOf));
  for (const name of world.providerIps.keys()) {
    if (!queries.has(name)) world.providerIps.delete(name);
  }
  lookUpAgain(world, providers.length > 0 ? TIMES.providers : undefined);
  for (const [name, query] of queries) {
    lookUp(world, query, (reason) => {
      // Behind an outbound proxy a domain may well be in no DNS.
      if (!needed.has(name)) return;
      const text = `Cannot find the server of ${query.host}: ${reason}; ${NEXT_STEP}`;
      world.note("warn", "dns", text);
      lookUpAgain(world, TIMES.providersAgain);
    });
  }
}

const NEXT_STEP = "check its spelling in [[provider]]; it is asked for again in 30 s";

/** Sets the one timer of all lookups; undefined: none. */
function lookUpAgain(world: World, inMs: number | undefined): void {
  world.heap.cancel(world.timers.providers);
  world.timers.providers = inMs === undefined
    ? undefined
    : world.heap.schedule(world.now + inMs, () => followProviders(world));
}

function lookUp(world: World, query: ServerQuery, failed: (reason: string) => void): void {
  const name = nameOf(query);
  const literal = parseIp(query.host);
  if (literal !== undefined) return void world.providerIps.set(name, new Set([literal.text]));
  const resume = (answer: ServerAnswer) => {
    // The settings may have changed meanwhile (RULES S3 is about those in force).
    if (!world.settings.providers.flatMap(queriesOf).some((one) => nameOf(one) === name)) return;
    if (!answer.ok) return failed(answer.reason);
    world.providerIps.set(name, new Set(answer.servers.map((server) => server.address.ip)));
  };
  world.lookUp({ ...query, kept: true }, { holder: { ...SELF, urgent: true }, resume });
}

/** True for a host that is a domain, or a name in it. */
export function isFoundUnder(host: string, domain: string): boolean {
  return host === domain || (parseIp(domain) === undefined && host.endsWith(`.${domain}`));
}

/** True when the address is a configured provider's, by a name or as written. */
export function isProviderIp(world: World, ip: string): boolean {
  return world.settings.providers.some((provider) => isServerOf(world, provider, ip));
}

/** True when the address, or one that is like it, is among a configured provider's. */
export function isServerOf(
  world: World,
  provider: ProviderSettings,
  ip: string,
  like = (server: string) => server === ip,
): boolean {
  for (const server of provider.servers) {
    if (typeof server === "string") continue;
    if (cidrContains(server, ip) || (isOneAddress(server) && like(server.network))) return true;
  }
  return queriesOf(provider).some((query) => {
    for (const server of world.providerIps.get(nameOf(query)) ?? []) if (like(server)) return true;
    return false;
  });
}

function isOneAddress({ family, bits }: Cidr): boolean {
  return bits === (family === 4 ? 32 : 128);
}
