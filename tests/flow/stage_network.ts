import { makeAddress } from "../../src/base/address.ts";
import { type Cidr, parseCidr } from "../../src/base/cidr.ts";
import type { Listener, Network } from "../../src/proxy/events.ts";

/** What `network …` steps say; {@linkcode toNetwork} makes the core's event of it. */
export interface NetworkWords {
  /** `address/bits` of each inside interface. */
  inside: readonly string[];
  /** `address/bits` of the outside interface; undefined while it is down. */
  outside: string | undefined;
  /** One interface for both sides: its `address/bits`. */
  one: string | undefined;
  advertise: string | undefined;
  gateway: string | undefined;
  /** Prefixes behind the inside. */
  behind: readonly string[];
  /** Prefixes outside with a route of their own. */
  routes: readonly string[];
}

/** The network of every flow that says nothing else. */
export const USUAL_NETWORK: NetworkWords = {
  inside: ["192.168.1.1/24"],
  outside: "203.0.113.5/29",
  one: undefined,
  advertise: undefined,
  gateway: "203.0.113.1",
  behind: [],
  routes: [],
};

/** Reads `network WHAT words`. */
export function changeNetwork(words: NetworkWords, what: string, values: string[]): NetworkWords {
  const [first] = values;
  const none = first === "none" ? undefined : first;
  switch (what) {
    case "inside":
      return { ...words, inside: values };
    case "outside":
      return { ...words, outside: none, advertise: undefined };
    case "one":
      return { ...words, one: first };
    case "advertise":
      return { ...words, advertise: first };
    case "gateway":
      return { ...words, gateway: none };
    case "behind":
      return { ...words, behind: values };
    case "route":
      return { ...words, routes: values };
    default:
      throw new Error(`Unknown network word ${what}`);
  }
}

/** The network as the shell would tell it. */
export function toNetwork(words: NetworkWords): Network {
  const { inside, outside, one } = words;
  const listeners = one !== undefined ? [listener(one, ["inside", "outside"])] : [
    ...inside.map((text) => listener(text, ["inside"])),
    ...outside ? [listener(outside, ["outside"])] : [],
  ];
  const own = listeners.map(({ address }) => address.ip);
  const shown = words.advertise ?? (one ?? outside)?.split("/")[0];
  const prefixes = one !== undefined ? [one] : inside;
  return {
    listeners,
    advertised: shown === "none" ? undefined : shown,
    insideNetworks: [...prefixes, ...words.behind].map(cidr),
    outsideRoutes: words.routes.map(cidr),
    gateway: words.gateway,
    ownIps: ["127.0.0.1", ...own],
    prefixes: listeners.map(({ prefix }) => prefix),
  };
}

function listener(text: string, sides: Listener["sides"]): Listener {
  const ip = text.split("/")[0]!;
  const address = addressOf(`${ip}:5060`);
  return { id: `${sides[0]}/udp/${ip}:5060`, sides, transport: "udp", address, prefix: cidr(text) };
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

/** Reads `ip:port`. */
export function addressOf(text: string) {
  const colon = text.lastIndexOf(":");
  const made = makeAddress(text.slice(0, colon), Number(text.slice(colon + 1)));
  if (!made.ok) throw new Error(`${text}: ${made.reason}`);
  return made.value;
}
