import { makeAddress, parseIp } from "../base/address.ts";
import { SHELL_LIMITS } from "../base/limits.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { type Holder, SELF } from "../base/shares.ts";
import type { ServerAnswer, ServerQuery, ServerRecord } from "../proxy/events.ts";
import { DnsCache } from "./dns_cache.ts";
import { type Asker, QuerySlots } from "./query_slots.ts";
import type { DnsFunctions, NaptrRecord, SrvRecord } from "./system_dns.ts";

/** What {@linkcode Resolver} needs. */
export interface ResolverOptions {
  readonly dns: DnsFunctions;
  /** Monotonic ms. */
  readonly now: () => number;
  /** How long one query may take, in ms. */
  readonly timeoutMs?: number;
  /** Names kept of each record type. */
  readonly limit?: number;
}

const SIP_PORT = 5060;
/** How long a failure is remembered, in ms: a missing record is a fact, a missing address mostly a fault. */
const NO_RECORD_MS = 60_000;
const NO_ADDRESS_MS = 5_000;

/** Finds the servers of a SIP domain (RFC 3263), over UDP and IPv4. */
export class Resolver {
  #naptr: DnsCache<NaptrRecord>;
  #srv: DnsCache<SrvRecord>;
  #a: DnsCache<string>;
  readonly #slots: QuerySlots;

  constructor({ dns, now, timeoutMs = 4_000, limit = SHELL_LIMITS.names }: ResolverOptions) {
    this.#slots = new QuerySlots(now);
    const common = { now, limit, timeoutMs, slots: this.#slots };
    this.#naptr = new DnsCache({ ...common, lookup: dns.naptr, negativeMs: NO_RECORD_MS });
    this.#srv = new DnsCache({ ...common, lookup: dns.srv, negativeMs: NO_RECORD_MS });
    this.#a = new DnsCache({ ...common, lookup: dns.a, negativeMs: NO_ADDRESS_MS });
  }

  /** Names kept of all record types, and queries at work. */
  get counters(): { names: number; asking: number } {
    return { names: this.#naptr.size + this.#srv.size + this.#a.size, asking: this.#slots.size };
  }

  /** Answers a query for somebody; never rejects. IP literals are answered without the DNS. */
  async resolve(query: ServerQuery, holder: Holder = SELF): Promise<ServerAnswer> {
    const { transport, port, kept = false } = query;
    const asker = { holder, kept };
    const host = query.host.toLowerCase().replace(/\.$/, "");
    if (transport !== undefined && transport !== "udp") {
      return refuse(`Only UDP servers can be reached, not ${host} over ${transport}`);
    }
    if (parseIp(host) !== undefined) return serversAt([host], { port: port ?? SIP_PORT });
    if (!isHostName(host)) return refuse(`Not a host name: ${host.slice(0, 80)}`);
    return port === undefined
      ? await this.#locate(host, { transportFree: transport === undefined, asker })
      : await this.#addresses(host, { port, asker });
  }

  /** RFC 3263 §4.1 and §4.2; the questions go out together, since a phone is waiting. */
  async #locate(
    host: string,
    { transportFree, asker }: { transportFree: boolean; asker: Asker },
  ): Promise<ServerAnswer> {
    const asked = {
      naptr: transportFree ? this.#naptr.get(host, asker) : undefined,
      srv: this.#srv.get(`_sip._udp.${host}`, asker),
      plain: this.#a.get(host, asker),
    };
    const chosen = chooseNaptr(await asked.naptr);
    const replacement = chosen === undefined ? "" : bare(chosen.replacement);
    if (chosen?.flags.toLowerCase() === "a") {
      return await this.#addresses(replacement, { port: SIP_PORT, asker });
    }
    const named = chosen === undefined ? undefined : await this.#srv.get(replacement, asker);
    const srv = named?.ok ? named : await asked.srv;
    if (srv.ok) return await this.#targets(host, { records: srv.value, asker });
    const plain = await asked.plain;
    return plain.ok ? serversAt(plain.value, { port: SIP_PORT }) : plain;
  }

  async #targets(
    host: string,
    { records, asker }: { records: readonly SrvRecord[]; asker: Asker },
  ): Promise<ServerAnswer> {
    const usable = records.filter((record) => bare(record.target) !== "");
    if (usable.length === 0) return refuse(`The domain ${host} offers no SIP service over UDP`);
    const nearest = usable.toSorted((left, right) => left.priority - right.priority);
    const answers = await Promise.all(
      nearest.slice(0, SHELL_LIMITS.srvTargets).map((record) =>
        this.#addresses(bare(record.target), { ...record, asker })
      ),
    );
    const servers = answers.flatMap((answer) => answer.ok ? answer.servers : []);
    if (servers.length > 0) return { ok: true, servers: servers.slice(0, SHELL_LIMITS.servers) };
    return answers.find((answer) => !answer.ok) ?? refuse(`No server of ${host} has an address`);
  }

  async #addresses(
    host: string,
    at: { port: number; priority?: number; weight?: number; asker: Asker },
  ): Promise<ServerAnswer> {
    if (parseIp(host) !== undefined) return serversAt([host], at);
    const found = await this.#a.get(host, at.asker);
    return found.ok ? serversAt(found.value, at) : found;
  }
}

/** The IPv4 addresses of a name, asked now (`[outside] advertise`): a dynamic address must not come from a cache. */
export async function lookUpAddress(dns: DnsFunctions, name: string): Promise<Result<string>> {
  const found = await dns.a(name);
  const ip = found.ok ? found.value.values[0] : undefined;
  if (ip !== undefined) return ok(ip);
  return found.ok ? refuse(`No address found for ${name}`) : found;
}

/** The best record that leads to UDP (RFC 3263 §4.1); undefined when there is none. */
function chooseNaptr(answer: Result<readonly NaptrRecord[]> | undefined): NaptrRecord | undefined {
  if (!answer?.ok) return undefined;
  return answer.value
    .filter((record) =>
      record.services.toUpperCase() === "SIP+D2U" && /^[sa]$/i.test(record.flags) &&
      isHostName(bare(record.replacement))
    )
    .toSorted((left, right) => left.order - right.order || left.preference - right.preference)[0];
}

function serversAt(
  ips: readonly string[],
  { port, priority = 0, weight = 0 }: { port: number; priority?: number; weight?: number },
): ServerAnswer {
  const servers = ips.flatMap((ip): ServerRecord[] => {
    const address = makeAddress(ip, port);
    if (!address.ok || address.value.family !== 4) return [];
    return [{ transport: "udp", address: address.value, priority, weight }];
  });
  if (servers.length > 0) return { ok: true, servers: servers.slice(0, SHELL_LIMITS.servers) };
  return refuse(`No IPv4 address to reach among ${ips.slice(0, 4).join(", ")} port ${port}`);
}

function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Only what can be a name goes to the DNS: hosts come from messages. */
function isHostName(host: string): boolean {
  return host.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(host);
}
