import { type Address, formatAddress } from "../../src/base/address.ts";
import type { Account } from "../../src/selftest/credentials.ts";
import { Provider } from "../../src/selftest/provider.ts";
import type { ServerAnswer, ServerRecord } from "../../src/proxy/events.ts";
import type { Timeline } from "./timeline.ts";
import type { Wire } from "./wire.ts";

/** What a provider is made of. */
export interface NamedProviderOptions {
  readonly domain: string;
  readonly local: Address;
  /** A server that the name leads to first, and that is dead (RULES N4). */
  readonly dead: Address | undefined;
  readonly accounts: readonly Account[];
  /** Its own subscribers outside: user and address. */
  readonly parties: ReadonlyMap<string, Address>;
}

/** A provider under a name, as real ones are: the selftest's provider knows addresses only. */
export class NamedProvider {
  readonly #provider: Provider;

  constructor(readonly options: NamedProviderOptions, timeline: Timeline, wire: Wire) {
    const { accounts, local, parties } = options;
    const send = (to: Address, text: string) => wire.send(local, to, text);
    this.#provider = new Provider({ local, accounts, parties, send });
    wire.attach(formatAddress(local), (payload, from) => {
      if (typeof payload !== "string") return;
      this.#provider.receive(this.#withAddress(payload), from, timeline.now);
    });
  }

  /** What the name server says. */
  get servers(): ServerAnswer {
    const { dead, local } = this.options;
    const record = (address: Address, priority: number): ServerRecord => {
      return { transport: "udp", address, priority, weight: 0 };
    };
    const servers = dead === undefined ? [] : [record(dead, 10)];
    return { ok: true, servers: [...servers, record(local, 20)] };
  }

  /** The Request-URI with our address for our name. */
  #withAddress(text: string): string {
    const end = text.indexOf("\r\n");
    const { domain, local } = this.options;
    return text.slice(0, end).replace(domain, formatAddress(local)) + text.slice(end);
  }
}
