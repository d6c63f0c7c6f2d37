import { type Address, type Flow, parseIp } from "../base/address.ts";
import { neighbourhood } from "../base/cidr.ts";
import { SharedMap } from "../base/shared_map.ts";
import type { Asking, Holder, NoPlace, Shares } from "../base/shares.ts";
import type { Limits } from "../base/limits.ts";
import { parseUri, uriKey } from "../sip/uri.ts";
import { phonesHolder } from "./phones_holder.ts";

/** One registered phone (DESIGN §1). */
export interface Binding {
  readonly token: string;
  /** Canonical address of record, `sip:user@domain`. */
  readonly aor: string;
  /** Domain of the AOR: the provider's name. */
  readonly domain: string;
  /** User part of the AOR. */
  readonly user: string;
  readonly instance: string;
  readonly registrationId: string;
  /** The phone's Contact value, byte for byte. */
  readonly contact: string;
  /** The URI in it. */
  readonly uri: string;
  /** The user part we sent out in its place (RULES T2). */
  readonly maskedUser: string;
  /** The masked URI as the registrar has it. */
  readonly masked: string;
  /** The registrar's list names it as we wrote it; some show another one, or none (RULES C5, R2). */
  readonly listed: boolean;
  /** How its last REGISTER reached us. */
  readonly flow: Flow;
  /** The server that granted it (RULES N3, S3). */
  readonly registrar: Address;
  /** The host (and port) in which that server was found: what the pin holds for (RULES N3). */
  readonly hop: string;
  /** The host of that: a registrar moves and removes its own bindings only (RULES C1). */
  readonly host: string;
  /** Addresses that host was found under at its last REGISTER: with the registrar's its provider set (RULES S3). */
  readonly servers: readonly string[];
  /** Path of inside elements, to be Route on the way in (RULES R4). */
  readonly path: readonly string[];
  /** GRUUs that the registrar has given it, the latest last (RULES C3). */
  readonly gruus: readonly string[];
  /** When the registrar's grant ends, monotonic ms. */
  readonly expiresAt: number;
}

/** An address of record at one registrar. */
export type Account = Pick<Binding, "aor" | "host">;

/** The bindings by token, and the few questions asked of them. */
export class Bindings {
  readonly #perAor: number;
  readonly #byToken: SharedMap<string, Binding>;
  #byAor = new Map<string, Set<Binding>>();
  #byAccount = new Map<string, Set<Binding>>();
  #byRemote = new Map<string, Set<Binding>>();
  /** By token, in the order in which they came: a refresh gives nobody another place. */
  #byUri = new Map<string, Map<string, Binding>>();
  #byUser = new Map<string, Set<Binding>>();
  #byGruu = new Map<string, Set<Binding>>();
  #byHop = new Map<string, number>();
  /** How many bindings have a registrar, or a server of their provider set, at an address or in its neighbourhood. */
  #registrars = new Map<string, number>();
  #servers = new Map<string, number>();
  #neighbourhoods = new Map<string, number>();
  readonly #pending: SharedMap<string, { binding: Binding; register: object }>;

  /** @param limits How many it holds: `bindings`, `bindingsPerAor`, `pendingBindings`. */
  constructor(limits: Limits) {
    this.#perAor = limits.bindingsPerAor;
    this.#byToken = new SharedMap({ limit: limits.bindings });
    this.#pending = new SharedMap({ limit: limits.pendingBindings });
  }

  /** Live bindings. */
  get size(): number {
    return this.#byToken.size;
  }

  /** Bindings whose REGISTER is under way. */
  get pending(): number {
    return this.#pending.size;
  }

  /** All live bindings. */
  values(): IterableIterator<Binding> {
    return this.#byToken.values();
  }

  /** The live binding of a token, or the one whose REGISTER is under way (RULES C2). */
  find(token: string): Binding | undefined {
    return this.#byToken.get(token) ?? this.#pending.get(token)?.binding;
  }

  /** The live binding of a token. */
  get(token: string): Binding | undefined {
    return this.#byToken.get(token);
  }

  /** Live bindings of an address of record, whoever granted them. */
  ofAor(aor: string): Binding[] {
    return [...this.#byAor.get(aor) ?? []];
  }

  /** Live bindings of an address of record with the registrar that is found under a host. */
  ofAccount(account: Account): Binding[] {
    return [...this.#byAccount.get(accountKey(account)) ?? []];
  }

  /** A live binding whose phone sends from this address (`ip:port`), one of that domain if there is one, and whether it is the only one. */
  ofRemote(remote: string, domain?: string): { binding: Binding; only: boolean } | undefined {
    return oneOf(this.#byRemote.get(remote) ?? [], domain);
  }

  /** All of them: where nothing tells which one sends. */
  allOfRemote(remote: string): Binding[] {
    return [...this.#byRemote.get(remote) ?? []];
  }

  /** The same for this Contact URI; one with an address from which phones register is theirs alone (RULES C1). */
  ofUri(uri: string, domain?: string): { binding: Binding; only: boolean } | undefined {
    const all = this.#byUri.get(uriKey(uri))?.values() ?? [].values();
    const read = parseUri(uri);
    const ip = read.ok ? parseIp(read.value.host)?.text : undefined;
    if (ip === undefined || this.countOf(ip) === 0) return oneOf(all, domain);
    return oneOf(all.filter(({ flow }) => flow.remote.ip === ip), domain);
  }

  /** Live bindings with that user part, in their AOR or as sent out. */
  ofUser(user: string): Binding[] {
    return [...this.#byUser.get(user) ?? []];
  }

  /** Live bindings with that GRUU. */
  ofGruu(gruu: string): Binding[] {
    return [...this.#byGruu.get(gruu) ?? []];
  }

  /** True when a live binding was granted by a server with this IP (RULES S1). */
  isRegistrar(ip: string): boolean {
    return this.#registrars.has(ip);
  }

  /** True when the provider set of a live binding names this IP. */
  hasServer(ip: string): boolean {
    return this.#servers.has(ip);
  }

  /** The same for a neighbour of this IP. */
  hasServerNear(ip: string): boolean {
    return this.#neighbourhoods.has(neighbourhood(ip));
  }

  /** True for a name in which the server of a live binding was found (RULES N3). */
  livesBy(hop: string): boolean {
    return this.#byHop.has(hop);
  }

  /** How the places of live bindings are divided. */
  get shares(): Shares {
    return this.#byToken.shares;
  }

  /** Live bindings of phones behind an inside address. */
  countOf(ip: string): number {
    return this.#byToken.shares.heldBy(ip);
  }

  /** Why so many more, of this account and of phones behind that address, do not fit: `account` when it has too many. */
  refusal(
    account: Account,
    { ip, count }: { ip: string; count: number },
  ): NoPlace | "account" | undefined {
    const known = this.#byAccount.get(accountKey(account))?.size ?? 0;
    if (known + count > this.#perAor) return "account";
    return this.#byToken.shares.refusal(this.#holder(ip), { count });
  }

  /** Notes a binding whose REGISTER is under way; `register` tells it from the next one of the same phone. */
  setPending(binding: Binding, register: object): void {
    const holder = this.#holder(binding.flow.remote.ip);
    this.#pending.set(binding.token, { binding, register }, { holder });
  }

  /** Forgets that this REGISTER is under way. */
  dropPending(token: string, register: object): void {
    if (this.#pending.get(token)?.register === register) this.#pending.delete(token);
  }

  /** Adds or replaces a live binding; why not when there is no place for a new one. */
  set(binding: Binding, asking: Asking = {}): NoPlace | undefined {
    const former = this.#byToken.get(binding.token);
    const holder = this.#holder(binding.flow.remote.ip);
    const refused = this.#byToken.set(binding.token, binding, { holder, ...asking });
    if (refused !== undefined) return refused;
    if (former !== undefined) this.#removeFromIndexes(former, binding);
    addTo(this.#byAor, binding.aor, binding);
    addTo(this.#byAccount, accountKey(binding), binding);
    addTo(this.#byRemote, remoteKey(binding.flow), binding);
    const key = uriKey(binding.uri);
    this.#byUri.set(key, (this.#byUri.get(key) ?? new Map()).set(binding.token, binding));
    addTo(this.#byUser, binding.user, binding);
    addTo(this.#byUser, binding.maskedUser, binding);
    for (const gruu of binding.gruus) addTo(this.#byGruu, gruu, binding);
    this.#countServers(binding, 1);
    count(this.#byHop, binding.hop, 1);
    return undefined;
  }

  /** Removes a live binding. */
  delete(token: string): Binding | undefined {
    const binding = this.#byToken.get(token);
    if (binding === undefined) return undefined;
    this.#byToken.delete(token);
    this.#removeFromIndexes(binding);
    return binding;
  }

  /** A phone's own registrations are what its share of them grows by: without one it has a place too, like any phone. */
  #holder(ip: string): Holder {
    return { ...phonesHolder(ip, this.countOf(ip)), guest: false };
  }

  #removeFromIndexes(binding: Binding, next?: Binding): void {
    removeFrom(this.#byAor, binding.aor, binding);
    removeFrom(this.#byAccount, accountKey(binding), binding);
    removeFrom(this.#byRemote, remoteKey(binding.flow), binding);
    if (next?.uri !== binding.uri) this.#removeUri(binding);
    removeFrom(this.#byUser, binding.user, binding);
    removeFrom(this.#byUser, binding.maskedUser, binding);
    for (const gruu of binding.gruus) removeFrom(this.#byGruu, gruu, binding);
    this.#countServers(binding, -1);
    count(this.#byHop, binding.hop, -1);
  }

  #removeUri({ uri, token }: Binding): void {
    const all = this.#byUri.get(uriKey(uri));
    all?.delete(token);
    if (all?.size === 0) this.#byUri.delete(uriKey(uri));
  }

  #countServers({ registrar, servers }: Binding, by: 1 | -1): void {
    count(this.#registrars, registrar.ip, by);
    for (const ip of [registrar.ip, ...servers]) {
      count(this.#servers, ip, by);
      count(this.#neighbourhoods, neighbourhood(ip), by);
    }
  }
}

/** Key of a flow's far end. */
export function remoteKey(flow: Flow): string {
  return `${flow.remote.ip}:${flow.remote.port}`;
}

/** The host in a hop's name, as bindings have it (RULES C1). */
export function hostOfHop(hop: string): string {
  const ip = parseIp(hop);
  if (ip !== undefined) return ip.text;
  const host = hop.replace(/:\d{1,5}$/, "").toLowerCase();
  return parseIp(host)?.text ?? host;
}

function accountKey({ aor, host }: Account): string {
  return `${aor}\n${host}`;
}

/** Counts one more or one less; what comes to nothing is not kept. */
function count(map: Map<string, number>, key: string, by: 1 | -1): void {
  const sum = (map.get(key) ?? 0) + by;
  if (sum > 0) map.set(key, sum);
  else map.delete(key);
}

function addTo(map: Map<string, Set<Binding>>, key: string, binding: Binding): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([binding]));
  else set.add(binding);
}

/** The first of a domain, else the first; read no further than that takes, since a PBX has thousands. */
function oneOf(bindings: Iterable<Binding>, domain: string | undefined) {
  let found: { binding: Binding; only: boolean } | undefined;
  for (const binding of bindings) {
    found ??= { binding, only: true };
    if (found.binding === binding) continue;
    found.only = false;
    if (domain === undefined || found.binding.domain === domain) break;
    if (binding.domain === domain) return { binding, only: false };
  }
  return found;
}

function removeFrom(map: Map<string, Set<Binding>>, key: string, binding: Binding): void {
  const set = map.get(key);
  set?.delete(binding);
  if (set?.size === 0) map.delete(key);
}
