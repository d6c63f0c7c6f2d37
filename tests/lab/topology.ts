import { Capture } from "./capture.ts";
import { Phone, type PhoneOptions } from "./baresip.ts";
import { type Account, type Disguise, Provider } from "./kamailio.ts";
import { eventually } from "./command.ts";
import { NameServer } from "./name_server.ts";
import { Network } from "./network.ts";
import type { Packet } from "./pcap.ts";
import { admitPorts, ADMITTED_PORTS, setUpRouter } from "./router.ts";

/** The addresses of the lab's hosts. */
export const ADDRESSES = {
  insideNetwork: "192.168.71.0/24",
  routerInside: "192.168.71.1",
  phoneA: "192.168.71.11",
  phoneB: "192.168.71.12",
  phoneC: "192.168.71.13",
  /** A second address of phone C's host, which some steps add. */
  besideC: "192.168.71.14",
  routerOutside: "203.0.113.1",
  /** The router's outside address after it has changed. */
  routerMoved: "203.0.113.2",
  provider: "203.0.113.10",
  secondProvider: "203.0.113.11",
  nameServer: "203.0.113.53",
  mailbox: "203.0.113.30",
  machine: "203.0.113.31",
  user200: "203.0.113.20",
  user201: "203.0.113.21",
  stranger: "203.0.113.66",
  /** A router of somebody else outside, with a private network behind it. */
  secondRouter: "203.0.113.40",
  secondInside: "10.71.0.1",
  hidden: "10.71.0.2",
  /** Default gateway of everybody outside: the rest of the Internet, which answers nothing. */
  internet: "203.0.113.254",
  /** Somebody far away in it, and what leads there. */
  farAway: "198.51.100.66",
  farGateway: "198.51.100.254",
} as const;

/** The SIP domain of both providers, for who looks it up. */
export const DOMAIN = "provider.example";

/** A domain that the name server has to ask somebody for who says nothing. */
export const SILENT_DOMAIN = "silent.example";

/** Who answers this user part is the machine of the load test. */
export const MACHINE_USER = "600";

/** The hosts that a phone runs on: the user it registers and the tone it plays. */
export const PHONES = {
  phoneA: { user: "100", toneHz: 440 },
  phoneB: { user: "101", toneHz: 560 },
  phoneC: { user: "102", toneHz: 320 },
  user200: { user: "200", toneHz: 700 },
  user201: { user: "201", toneHz: 850 },
  hidden: { user: "202", toneHz: 1_000 },
} as const;

const INSIDE_PHONES = ["phoneA", "phoneB", "phoneC"] as const;

/** What a phone behind sipmasq has to be told: the outbound proxy. */
export const OUTBOUND = `sip:${ADDRESSES.routerInside}:5060`;

/** Name of a host with a phone. */
export type PhoneHost = keyof typeof PHONES;

/** Hosts outside that only some steps need. */
export type ExtraHost = "secondProvider" | "nameServer" | "mailbox" | "machine";

type Host = PhoneHost | ExtraHost | "provider" | "stranger" | "internet" | "farAway";

/** What may be different on a phone; without `outbound` it talks to the provider directly. */
export type PhoneSetup =
  & Partial<
    Pick<
      PhoneOptions,
      | "outbound"
      | "domain"
      | "answer"
      | "modules"
      | "parameters"
      | "video"
      | "toneSeconds"
      | "registerSeconds"
    >
  >
  & { readonly user?: string };

/** One set of networks with a provider, made for some steps and removed after them. */
export class Site {
  readonly network = new Network();
  readonly folder: string;
  /** The phones that run, by host. */
  readonly phones = new Map<PhoneHost, Phone>();
  readonly captures = new Map<string, Capture>();
  /** The providers that run, by host. */
  readonly providers = new Map<string, Provider>();
  /** What the router's firewall lets in for sipmasq. */
  readonly admitted: string[] = [...ADMITTED_PORTS];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Only the outside: provider, stranger and two users with public addresses. */
  static async makeOutside(folder: string): Promise<Site> {
    const site = new Site(folder);
    await site.#orRemove(() => site.#addOutside());
    return site;
  }

  /** The outside, and behind a router with NAT and firewall the inside with three hosts for phones. */
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
    const provider = this.providers.get("provider");
    if (provider === undefined) throw new Error("Cannot ask the provider: it does not run");
    return provider;
  }

  /** Starts the phones of some hosts and waits until they are registered, however long that may take to fail. */
  async startPhones(hosts: readonly PhoneHost[], setup: PhoneSetup = {}): Promise<void> {
    const before = this.#registrations();
    for (const host of hosts) await this.startPhone(host, setup);
    const granted = () => this.#registrations() - before >= hosts.length;
    await eventually(granted, { timeoutMs: 5_000 });
  }

  /** Starts the phone of a host. */
  async startPhone(host: PhoneHost, setup: PhoneSetup = {}): Promise<Phone> {
    const { toneHz } = PHONES[host];
    const { user = PHONES[host].user, ...others } = setup;
    const phone = await Phone.start(this.network, {
      host,
      ip: ADDRESSES[host],
      account: accountOf(user),
      domain: ADDRESSES.provider,
      toneHz,
      folder: this.folder,
      ...others,
    });
    this.phones.set(host, phone);
    return phone;
  }

  /** The phone that was started on a host. */
  phone(host: PhoneHost): Phone {
    const phone = this.phones.get(host);
    if (phone === undefined) throw new Error(`Cannot use the phone of ${host}: it was not started`);
    return phone;
  }

  /** What was captured on both switches since a time. */
  async packets(sinceMs: number): Promise<Packet[]> {
    const captured = [...this.captures.values()].map((capture) => capture.packets(sinceMs));
    return (await Promise.all(captured)).flat();
  }

  /** Adds a host outside. */
  async addOutsideHost(host: ExtraHost): Promise<void> {
    await this.#addHost(host, "outside", ADDRESSES.internet);
  }

  /** Makes the name server of the router, which knows the domain's two servers, the first one preferred. */
  async addNameServer(): Promise<NameServer> {
    await this.addOutsideHost("nameServer");
    await this.network.setNameServer("router", ADDRESSES.nameServer);
    return await NameServer.start(this.network, {
      host: "nameServer",
      ip: ADDRESSES.nameServer,
      domain: DOMAIN,
      servers: [ADDRESSES.provider, ADDRESSES.secondProvider],
      silent: { domain: SILENT_DOMAIN, ip: ADDRESSES.internet },
    });
  }

  /** Makes a host in another network of the Internet, which knows by which router our inside lies. */
  async addFarAway(): Promise<void> {
    const { network } = this;
    await network.addHost("farAway", {
      plugs: [{ network: "outside", address: `${ADDRESSES.farAway}/24` }],
      gateway: ADDRESSES.farGateway,
    });
    const { farGateway } = ADDRESSES;
    await network.run("internet", ["ip", "address", "add", `${farGateway}/24`, "dev", "eth0"]);
    const forward = "echo 1 > /proc/sys/net/ipv4/ip_forward; " +
      "for each in /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > $each; done";
    await network.run("internet", ["/bin/sh", "-c", forward]);
    const inward = [ADDRESSES.routerInside, "via", ADDRESSES.routerOutside];
    await network.run("internet", ["ip", "route", "add", ...inward]);
  }

  /** Makes the router's firewall admit further ports for audio. */
  async admitMedia(ports: string): Promise<void> {
    await admitPorts(this.network, "router", ports);
    this.admitted.push(ports);
  }

  /** Lets no media of a host leave it any more, or again: a party that is silent. */
  async mute(host: Host, muted: boolean): Promise<void> {
    const rules = muted
      ? "add table ip silent; add chain ip silent out { type filter hook output priority 0; }; " +
        `add rule ip silent out udp dport { ${ADMITTED_PORTS[1]} } drop`
      : "delete table ip silent";
    await this.network.run(host, ["nft", "-f", "-"], rules);
  }

  /** Makes a second router outside whose NAT gives every destination another port, and a host for a phone behind it. */
  async addHidden(): Promise<void> {
    const { network } = this;
    await network.addSwitch("second");
    await network.addHost("secondRouter", {
      plugs: [
        { network: "second", interface: "inside", address: `${ADDRESSES.secondInside}/24` },
        { network: "outside", interface: "outside", address: `${ADDRESSES.secondRouter}/24` },
      ],
      gateway: ADDRESSES.internet,
    });
    await setUpRouter(network, "secondRouter", { symmetric: true });
    await this.#addHost("hidden", "second", ADDRESSES.secondInside);
    await this.#capture("second");
  }

  /** Adds another provider with the same users. */
  async addProvider(host: "secondProvider", disguise?: Disguise): Promise<Provider> {
    await this.addOutsideHost(host);
    return await this.#startProvider(host, disguise);
  }

  async remove(): Promise<void> {
    await this.network.remove();
  }

  #registrations(): number {
    const providers = [...this.providers.values()];
    return providers.reduce((sum, provider) => sum + provider.registrations().length, 0);
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
    await this.#startProvider("provider");
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
    for (const host of INSIDE_PHONES) {
      await this.#addHost(host, "inside", ADDRESSES.routerInside);
    }
    await this.#capture("inside");
  }

  async #startProvider(
    host: "provider" | "secondProvider",
    disguise?: Disguise,
  ): Promise<Provider> {
    const provider = await Provider.start(this.network, {
      host,
      ip: ADDRESSES[host],
      domain: DOMAIN,
      accounts: Object.values(PHONES).map(({ user }) => accountOf(user)),
      destinations: {
        mailbox: `${ADDRESSES.mailbox}:5060`,
        machine: { user: MACHINE_USER, address: `${ADDRESSES.machine}:5060` },
      },
      ...(disguise === undefined ? {} : { disguise }),
      folder: this.folder,
    });
    this.providers.set(host, provider);
    return provider;
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

/** A user's account at the providers. */
export function accountOf(user: string): Account {
  return { user, password: `secret-of-${user}` };
}
