import type { Address } from "../../src/base/address.ts";
import type { Endpoint } from "../../src/selftest/endpoint.ts";
import { Provider } from "../../src/selftest/provider.ts";
import { SipSocket } from "../../src/selftest/sip_socket.ts";
import { End } from "./end.ts";
import { type Course, keepCalling, keepRegistered } from "./pair.ts";
import type { Outage } from "./silence.ts";
import { emptyTally, type Tally } from "./tally.ts";

/** A provider with its parties outside, and as many phones inside. */
export class Crowd {
  readonly tally: Tally = emptyTally();
  /** Lines seen outside that name the inside. */
  readonly leaks: string[] = [];
  readonly #phones: End[] = [];
  readonly #parties: End[] = [];
  readonly #provider: SipSocket;
  readonly #secret: string;

  constructor(options: {
    readonly size: number;
    readonly phonesIp: string;
    readonly providerIp: string;
    readonly inside: Address;
  }) {
    const { size, phonesIp, providerIp, inside } = options;
    this.#secret = phonesIp.slice(0, phonesIp.lastIndexOf(".") + 1);
    this.#provider = SipSocket.open(providerIp);
    const { ip, port } = this.#provider.address;
    const account = (user: string) => ({ user, domain: `${ip}:${port}`, password: `open ${user}` });
    const numbers = Array.from({ length: size }, (_, index) => index);
    const accounts = numbers.map((number) => account(`1${number}`));
    const parties = new Map<string, Address>();
    for (const each of accounts) {
      const guard = (endpoint: Endpoint) => endpoint;
      this.#phones.push(new End({ ip: phonesIp, account: each, outboundProxy: inside, guard }));
    }
    const guard = (endpoint: Endpoint): Endpoint => this.#watched(endpoint);
    for (const number of numbers) {
      const party = new End({ ip: providerIp, account: account(`2${number}`), guard });
      this.#parties.push(party);
      parties.set(`2${number}`, party.address);
    }
    const { send } = this.#provider;
    const local = this.#provider.address;
    this.#provider.attach(guard(new Provider({ local, accounts, parties, send })));
  }

  /** Registers every phone. */
  async register(): Promise<void> {
    await Promise.all(this.#phones.map((phone) => phone.register()));
  }

  /** Lets calls come and go; resolves when the last one after `running` has turned false is over. */
  async live(running: () => boolean, outages: readonly Outage[]): Promise<void> {
    const course: Course = { running, outages, tally: this.tally };
    await Promise.all([
      ...this.#phones.map((phone, index) => keepCalling(phone, this.#parties[index]!, course)),
      ...this.#phones.map((phone) => keepRegistered(phone, course)),
    ]);
  }

  /** Closes all sockets. */
  async close(): Promise<void> {
    const ends = [...this.#phones, ...this.#parties];
    await Promise.all([this.#provider.close(), ...ends.map((end) => end.close())]);
  }

  #watched(endpoint: Endpoint): Endpoint {
    return {
      receive: (text, from, now) => {
        this.leaks.push(...text.split("\r\n").filter((line) => line.includes(this.#secret)));
        endpoint.receive(text, from, now);
      },
      nextTimeout: () => endpoint.nextTimeout(),
      handleTimeout: (now) => endpoint.handleTimeout(now),
    };
  }
}
