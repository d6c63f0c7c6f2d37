import { type Address, formatAddress, sameAddress } from "../../src/base/address.ts";
import { parseCidr } from "../../src/base/cidr.ts";
import type { Network, ServerAnswer, ServerQuery } from "../../src/proxy/events.ts";
import type { CoreSettings } from "../../src/proxy/settings.ts";
import { toNetwork, USUAL_NETWORK } from "../flow/stage_network.ts";
import { checkClaimed, claiming, telling } from "./identities.ts";
import { NamedProvider } from "./named_provider.ts";
import { Phone, type Place } from "./phone.ts";
import type { Random } from "./random.ts";
import { addressAt, type Wire } from "./wire.ts";

/** Everybody who takes part in a simulation. */
export interface Cast {
  readonly providers: readonly NamedProvider[];
  /** Phones and PBX lines inside. */
  readonly inside: readonly Phone[];
  /** Subscribers of the providers outside, and switches that call us without their proxy. */
  readonly outside: readonly Phone[];
}

/** Address of the router inside. */
const ROUTER = addressAt("192.168.1.1", 5060);
/** Behind a NAT of their own inside. */
const SECOND_NAT = "192.168.77";
/** The router behind a 1:1 NAT. */
const PRIVATE_OUTSIDE = "10.9.9.2";

/** Prefixes that nobody outside may learn. */
export const SECRET_NETWORKS = ["192.168.0.0/16", "10.9.9.0/24"].map((text) => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
});

/** The router's network, with `advertised` as its address outside; behind a 1:1 NAT or not. */
export function makeNetwork(advertised: string, nat: boolean): Network {
  const outside = nat ? `${PRIVATE_OUTSIDE}/24` : `${advertised}/29`;
  const gateway = nat ? "10.9.9.1" : "203.0.113.1";
  return toNetwork({ ...USUAL_NETWORK, outside, gateway, advertise: advertised });
}

/** The address that a 1:1 NAT hides. */
export function hiddenAddress(): string {
  return PRIVATE_OUTSIDE;
}

/** Settings of a seed: short times, and port ranges from far too small to ample. */
export function makeSettings(random: Random): CoreSettings {
  const pairs = random.pick([4, 12, 40, 40]);
  return {
    inside: { refreshMaxMs: random.whole(60, 300) * 1000 },
    outside: { keepaliveMs: random.pick([25_000, 60_000]) },
    media: {
      ports: { low: 10_000, high: 10_000 + 2 * pairs - 1 },
      idleMs: random.whole(60, 300) * 1000,
      holdMs: 1_200_000,
    },
    log: { level: "info" },
    providers: random.chance(0.5) ? [] : [{
      domain: "one.example",
      outboundProxy: random.chance(0.5) ? undefined : { host: "one.example", port: undefined },
      servers: [],
      admit: random.pick(["token", "known"]),
      contact: random.pick(["dialog", "registered"]),
      media: "strict",
    }],
  };
}

/** Puts everybody in place; `advertised` is our address as switches outside know it. */
export function makeCast(place: Place, advertised: string): Cast {
  const random = place.streams.of("providers");
  const makers = [new Maker(place, "one.example", 10)];
  if (random.chance(0.4)) makers.push(new Maker(place, "two.example", 20));
  const phones = makers.flatMap((maker) => maker.inside());
  const outside = makers.flatMap((maker) => maker.outside(addressAt(advertised, 5060)));
  return { providers: makers.map((maker) => maker.provider()), inside: phones, outside };
}

/** Where everybody who takes part lives, as others see it: `ip:port`. */
export function homes({ inside, outside, providers }: Cast, wire: Wire): ReadonlySet<string> {
  const phones = [...inside, ...outside].map(({ options }) => options.local);
  const servers = providers.flatMap(({ options: { local, dead } }) =>
    dead === undefined ? [local] : [local, dead]
  );
  return new Set([...phones, ...servers].map((local) => formatAddress(wire.seen(local))));
}

/** Answers a look-up by the providers' own records. */
export function resolver(cast: Cast): (query: ServerQuery) => ServerAnswer {
  return ({ host }) =>
    cast.providers.find(({ options }) => options.domain === host)?.servers ??
      { ok: false, reason: "no such name" };
}

/** Makes one provider with its accounts and subscribers. */
class Maker {
  readonly #accounts = new Map<string, { user: string; domain: string; password: string }>();
  readonly #parties = new Map<string, Address>();

  readonly #random: Random;

  constructor(readonly place: Place, readonly domain: string, readonly number: number) {
    this.#random = place.streams.of(`cast of ${domain}`);
  }

  provider(): NamedProvider {
    const { place, domain, number } = this;
    const dead = this.#random.chance(0.3) ? addressAt(`203.0.113.${number + 8}`, 5060) : undefined;
    const options = { domain, local: this.#local, dead, accounts: [...this.#accounts.values()] };
    return new NamedProvider({ ...options, parties: this.#parties }, place.timeline, place.wire);
  }

  get #local(): Address {
    return addressAt(`203.0.113.${this.number}`, 5060);
  }

  /** One to three phones of their own, twins that share an account, phones behind a second NAT, and a PBX. */
  inside(): Phone[] {
    const random = this.#random;
    const phones: Phone[] = [];
    for (let count = random.whole(1, 3); count > 0; count--) {
      const number = this.number + phones.length;
      const user = random.chance(0.25) && phones.length > 0 ? `${number - 1}` : `${number}`;
      const local = random.chance(0.25) ? this.#behindNat(number) : `192.168.1.${number}`;
      phones.push(this.#phone(number, user, { local, port: 5060, proxy: ROUTER }));
    }
    if (random.chance(0.3)) phones.push(...this.#pbx());
    return phones;
  }

  /**
   * Subscribers at the provider, and a switch at its address that calls us directly, by name. It may write the address
   * of a phone of ours as its own: it gets that back, and nobody else does (RULES I, N1).
   */
  outside(us: Address): Phone[] {
    const random = this.#random;
    const phones: Phone[] = [];
    for (let count = random.whole(1, 2); count > 0; count--) {
      const number = this.number + 20 + count;
      const local = `198.51.100.${number}`;
      const phone = this.#phone(number, `${number}`, { local, port: 5060, proxy: this.#local });
      this.#parties.set(`${number}`, phone.options.local);
      phones.push(phone);
    }
    if (random.chance(0.5)) {
      const number = this.number + 25;
      const claims = this.place.streams.of(`claims of ${this.domain}`).chance(0.5);
      const claimed = claims ? addressAt(`192.168.1.${this.number}`, 5060) : undefined;
      const at = { local: this.#local.ip, port: 5070, proxy: us, claimed };
      phones.push(this.#phone(number, `${number}`, at));
    }
    return phones;
  }

  /** Two lines at one address. */
  #pbx(): Phone[] {
    const local = `192.168.1.${this.number + 8}`;
    const lines = [this.number + 8, this.number + 9].map((number) =>
      this.#phone(number, `${number}`, { local, port: 5060, proxy: ROUTER })
    );
    this.place.wire.attach(`${local}:5060`, (payload, from) => {
      if (typeof payload !== "string") return;
      const isResponse = payload.startsWith("SIP/2.0");
      const user = /^\S+ sip:([^@;]*)/.exec(payload)?.[1];
      for (const line of lines) {
        if (isResponse || line.options.account.user === user) line.receive(payload, from);
      }
    });
    return lines;
  }

  #behindNat(number: number): string {
    const { wire } = this.place;
    const local = `${SECOND_NAT}.${number}`;
    wire.translate(`${local}:5060`, `192.168.1.50:${6000 + number}`);
    for (const part of [0, 1]) {
      wire.translate(`${local}:${7000 + part}`, `192.168.1.50:${20_000 + 2 * number + part}`);
    }
    return local;
  }

  #phone(
    index: number,
    user: string,
    at: { local: string; port: number; proxy: Address; claimed?: Address | undefined },
  ): Phone {
    const { place, domain } = this;
    const local = addressAt(at.local, at.port);
    // Networks behind a NAT of their own are not ours to know unless somebody names them.
    const tells = place.wire.seen(local) === local;
    const writes = (text: string) => {
      const written = at.claimed === undefined ? text : claiming(text, at.claimed);
      return tells ? telling(written, { user, at: local }) : written;
    };
    const account = { user, domain, password: `secret ${user}` };
    if (!sameAddress(at.proxy, this.#local)) this.#accounts.set(user, account);
    const phone = new Phone({
      index,
      account,
      local,
      writes,
      // Lines of one PBX share an address.
      media: addressAt(at.local, at.port === 5060 ? 7000 : 7100),
      outboundProxy: at.proxy,
      expires: this.#random.whole(60, 600),
    }, place);
    place.wire.attach(formatAddress(phone.options.local), (payload, from) => {
      if (typeof payload !== "string") return;
      if (at.claimed !== undefined) {
        checkClaimed(payload, `sip:${user}@${formatAddress(at.claimed)}`);
      }
      phone.receive(payload, from);
    });
    return phone;
  }
}
