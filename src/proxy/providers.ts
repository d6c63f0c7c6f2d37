import { parseNameAddr } from "../sip/name_addr.ts";
import { headerText } from "../sip/headers.ts";
import { parseUri } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import type { Passage } from "./contexts.ts";
import type { ServerAnswer, ServerQuery } from "./events.ts";
import { TIMES } from "./limits.ts";
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

/** What is looked up for a provider: its outbound proxy, or its domain. */
export function providerQuery(provider: ProviderSettings): ServerQuery {
  const { outboundProxy, domain } = provider;
  return {
    host: outboundProxy?.host ?? domain,
    port: outboundProxy?.port,
    transport: undefined,
  };
}

/** Looks up every provider now and again: what its names resolve to is a known peer (RULES S3). */
export function followProviders(world: World): void {
  if (world.settings.providers.length === 0) return;
  for (const provider of world.settings.providers) lookUp(world, provider);
  world.heap.schedule(world.now + TIMES.providers, () => followProviders(world));
}

function lookUp(world: World, provider: ProviderSettings): void {
  const query = providerQuery(provider);
  const ticket = world.nextNumber();
  const resume = (answer: ServerAnswer) => {
    if (!answer.ok) {
      return world.note(
        "warn",
        "dns",
        `Cannot find the server of ${query.host}: ${answer.reason}; is [[provider]] spelled right?`,
      );
    }
    const ips = new Set(answer.servers.map((server) => server.address.ip));
    world.providerIps.set(provider.domain, ips);
  };
  if (world.tickets.set(ticket, { resume })) world.emit({ type: "dns.resolve", ticket, query });
}

/** True when a configured provider's names resolve to the address. */
export function isProviderIp(world: World, ip: string): boolean {
  for (const ips of world.providerIps.values()) if (ips.has(ip)) return true;
  return false;
}
