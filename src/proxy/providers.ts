import { parseIp } from "../base/address.ts";
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

/** The names that S3 speaks of: calls may come from the domain's own servers even behind an outbound proxy. */
function queriesOf(provider: ProviderSettings): readonly ServerQuery[] {
  const first = providerQuery(provider);
  if (first.host === provider.domain) return [first];
  return [first, { host: provider.domain, port: undefined, transport: undefined }];
}

function nameOf({ host, port }: ServerQuery): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** Looks up every provider now and again: what its names resolve to is a known peer (RULES S3). */
export function followProviders(world: World): void {
  const { providers } = world.settings;
  const names = new Set(providers.flatMap(queriesOf).map(nameOf));
  for (const name of world.providerIps.keys()) if (!names.has(name)) world.providerIps.delete(name);
  lookUpAgain(world, providers.length > 0 ? TIMES.providers : undefined);
  for (const provider of providers) {
    const [first, ...others] = queriesOf(provider);
    lookUp(world, first!, (reason) => {
      world.note(
        "warn",
        "dns",
        `Cannot find the server of ${first!.host}: ${reason}; ${NEXT_STEP}`,
      );
      lookUpAgain(world, TIMES.providersAgain);
    });
    // Behind an outbound proxy a domain may well be in no DNS.
    for (const other of others) lookUp(world, other, () => {});
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
  const ticket = world.nextNumber();
  const resume = (answer: ServerAnswer) => {
    // The settings may have changed meanwhile (RULES S3 is about those in force).
    if (!world.settings.providers.flatMap(queriesOf).some((one) => nameOf(one) === name)) return;
    if (!answer.ok) return failed(answer.reason);
    world.providerIps.set(name, new Set(answer.servers.map((server) => server.address.ip)));
  };
  const holder = { ...SELF, urgent: true };
  if (world.tickets.set(ticket, { resume }, { holder }) !== undefined) return;
  world.emit({ type: "dns.resolve", ticket, query: { ...query, kept: true }, holder });
}

/** True when a configured provider's names resolve to the address. */
export function isProviderIp(world: World, ip: string): boolean {
  for (const ips of world.providerIps.values()) if (ips.has(ip)) return true;
  return false;
}

/** The domains of the configured providers whose names resolve to the address. */
export function domainsOfIp(world: World, ip: string): readonly string[] {
  const isOf = (provider: ProviderSettings) =>
    queriesOf(provider).some((query) => world.providerIps.get(nameOf(query))?.has(ip));
  return world.settings.providers.filter(isOf).map(({ domain }) => domain);
}
