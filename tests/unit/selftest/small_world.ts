import type { Address } from "../../../src/base/address.ts";
import type { AgentEvent } from "../../../src/selftest/agent.ts";
import { type Datagram, MemoryExchange } from "../../../src/selftest/memory_exchange.ts";
import { Provider, type ProviderEvent } from "../../../src/selftest/provider.ts";
import { UserAgent } from "../../../src/selftest/user_agent.ts";

/** An IPv4 address from its text. */
export function at(ip: string, port: number): Address {
  return { family: 4, ip, port };
}

/** A generator of repeatable random numbers (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const PHONE = at("192.0.2.10", 5062);
export const PARTY = at("198.51.100.7", 5064);
export const PROVIDER = at("198.51.100.1", 5070);
export const DOMAIN = "198.51.100.1:5070";
export const ACCOUNT = { user: "100", domain: DOMAIN, password: "secret" };

/** A phone with an account, a provider and the provider's own party, joined in memory. */
export class SmallWorld {
  readonly exchange: MemoryExchange;
  readonly phone: UserAgent;
  readonly party: UserAgent;
  readonly provider: Provider;
  readonly heard: { phone: AgentEvent[]; party: AgentEvent[]; provider: ProviderEvent[] } = {
    phone: [],
    party: [],
    provider: [],
  };

  constructor(
    options: { password?: string; pass?: (datagram: Datagram) => boolean } = {},
  ) {
    const exchange = new MemoryExchange(options.pass);
    const random = seeded(1);
    this.exchange = exchange;
    this.phone = new UserAgent({
      account: { ...ACCOUNT, password: options.password ?? ACCOUNT.password },
      local: PHONE,
      media: at(PHONE.ip, 4000),
      outboundProxy: PROVIDER,
      send: exchange.sender(PHONE),
      random,
      event: (event) => this.heard.phone.push(event),
    });
    this.party = new UserAgent({
      account: { user: "200", domain: DOMAIN, password: "" },
      local: PARTY,
      media: at(PARTY.ip, 6000),
      send: exchange.sender(PARTY),
      random,
      event: (event) => this.heard.party.push(event),
    });
    this.provider = new Provider({
      local: PROVIDER,
      accounts: [ACCOUNT],
      parties: new Map([["200", PARTY]]),
      send: exchange.sender(PROVIDER),
      event: (event) => this.heard.provider.push(event),
    });
    exchange.attach(PHONE, this.phone);
    exchange.attach(PARTY, this.party);
    exchange.attach(PROVIDER, this.provider);
  }

  get now(): number {
    return this.exchange.now;
  }

  /** Kinds of what one of them told, in order. */
  kinds(who: "phone" | "party" | "provider"): string[] {
    return this.heard[who].map((event) => event.kind);
  }

  /** First lines of all that was sent, each with who sent it. */
  trace(): string[] {
    const names = new Map([[PHONE, "phone"], [PARTY, "party"], [PROVIDER, "provider"]]);
    return this.exchange.sent.map(({ from, text }) => {
      const [first, second] = text.split("\r\n", 1)[0]!.split(" ");
      return `${names.get(from)} ${first === "SIP/2.0" ? second : first}`;
    });
  }

  register(): void {
    this.phone.register(300, this.now);
    this.exchange.run();
  }

  /** The phone calls the party, which answers; the Call-ID. */
  callOut(): string {
    const id = this.phone.call(`sip:200@${DOMAIN}`, this.now);
    this.exchange.run();
    this.party.accept(id, this.now);
    this.exchange.run();
    return id;
  }

  /** The party calls the phone, which answers; the Call-ID. */
  callIn(): string {
    const id = this.party.call(`sip:100@${DOMAIN}`, this.now);
    this.exchange.run();
    this.phone.accept(id, this.now);
    this.exchange.run();
    return id;
  }
}
