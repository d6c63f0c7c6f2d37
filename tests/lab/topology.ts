import { Capture } from "./capture.ts";
import { Phone, type PhoneOptions } from "./baresip.ts";
import { type Account, Provider } from "./kamailio.ts";
import { Network } from "./network.ts";
import { setUpRouter } from "./router.ts";

/** The addresses of the lab's hosts. */
export const ADDRESSES = {
  insideNetwork: "192.168.71.0/24",
  routerInside: "192.168.71.1",
  phoneA: "192.168.71.11",
  phoneB: "192.168.71.12",
  routerOutside: "203.0.113.1",
  provider: "203.0.113.10",
  user200: "203.0.113.20",
  user201: "203.0.113.21",
  stranger: "203.0.113.66",
  /** Default gateway of everybody outside: the rest of the Internet, which answers nothing. */
  internet: "203.0.113.254",
} as const;

/** The hosts that a phone runs on: its address, the user it registers and the tone it plays. */
const PHONES = {
  phoneA: { user: "100", toneHz: 440 },
  phoneB: { user: "101", toneHz: 560 },
  user200: { user: "200", toneHz: 700 },
  user201: { user: "201", toneHz: 850 },
} as const;

/** What a phone behind sipmasq has to be told: the outbound proxy. */
export const OUTBOUND = `sip:${ADDRESSES.routerInside}:5060`;

type Host = PhoneHost | "provider" | "stranger" | "internet";

/** Name of a host with a phone. */
export type PhoneHost = keyof typeof PHONES;

/** One set of networks with a provider, made for some steps and removed after them. */
export class Site {
  readonly network = new Network();
  readonly folder: string;
  /** The phones that run, by host. */
  readonly phones = new Map<PhoneHost, Phone>();
  readonly captures = new Map<string, Capture>();
  #provider: Provider | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Only the outside: provider, stranger and two users with public addresses. */
  static async makeOutside(folder: string): Promise<Site> {
    const site = new Site(folder);
    await site.#orRemove(() => site.#addOutside());
    return site;
  }

  /** The outside, and behind a router with NAT and firewall the inside with two phones. */
  static async makeBoth(folder: string): Promise<Site> {
    const site = new Site(folder);
    await site.#orRemove(async () => {
      await site.#addOutside();
      await site.#addInside();
    });
    return site;
  }

  /** The provider; it runs from the beginning. */
  get provider(): Provider {
    if (this.#provider === undefined) throw new Error("Cannot ask the provider: it does not run");
    return this.#provider;
  }

  /** Starts the phones of some hosts and waits until they are registered, however long that may take to fail. */
  async startPhones(hosts: readonly PhoneHost[], outbound?: string): Promise<void> {
    for (const host of hosts) await this.startPhone(host, outbound);
    for (const host of hosts) {
      await this.provider.registered(PHONES[host].user, { timeoutMs: 5_000 });
    }
  }

  /** Starts the phone of a host. Without `outbound` it talks to the provider directly. */
  async startPhone(host: PhoneHost, outbound?: string): Promise<Phone> {
    const { user, toneHz } = PHONES[host];
    const options: PhoneOptions = {
      host,
      ip: ADDRESSES[host],
      account: accountOf(user),
      domain: ADDRESSES.provider,
      toneHz,
      folder: this.folder,
      ...(outbound === undefined ? {} : { outbound }),
    };
    const phone = await Phone.start(this.network, options);
    this.phones.set(host, phone);
    return phone;
  }

  async remove(): Promise<void> {
    await this.network.remove();
  }

  async #orRemove(make: () => Promise<void>): Promise<void> {
    try {
      await make();
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  async #addOutside(): Promise<void> {
    await this.network.addSwitch("outside");
    await this.#addHost("internet", "outside");
    for (const host of ["provider", "user200", "user201", "stranger"] as const) {
      await this.#addHost(host, "outside", ADDRESSES.internet);
    }
    await this.#capture("outside");
    this.#provider = await Provider.start(this.network, {
      host: "provider",
      ip: ADDRESSES.provider,
      accounts: Object.values(PHONES).map(({ user }) => accountOf(user)),
      folder: this.folder,
    });
  }

  async #addInside(): Promise<void> {
    await this.network.addSwitch("inside");
    await this.network.addHost("router", {
      plugs: [
        { network: "inside", interface: "inside", address: `${ADDRESSES.routerInside}/24` },
        { network: "outside", interface: "outside", address: `${ADDRESSES.routerOutside}/24` },
      ],
      gateway: ADDRESSES.internet,
    });
    await setUpRouter(this.network, "router");
    await this.#addHost("phoneA", "inside", ADDRESSES.routerInside);
    await this.#addHost("phoneB", "inside", ADDRESSES.routerInside);
    await this.#capture("inside");
  }

  #addHost(host: Host, network: string, gateway?: string) {
    return this.network.addHost(host, {
      plugs: [{ network, address: `${ADDRESSES[host]}/24` }],
      ...(gateway === undefined ? {} : { gateway }),
    });
  }

  async #capture(name: string): Promise<void> {
    const capture = await Capture.start(this.network, { switch: name, folder: this.folder });
    this.captures.set(name, capture);
  }
}

function accountOf(user: string): Account {
  return { user, password: `secret-of-${user}` };
}
