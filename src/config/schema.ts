import { formatCidr } from "../base/cidr.ts";
import type { LogLevel, ProviderServer, ProviderSettings, Settings } from "../proxy/settings.ts";
import type { Side } from "../base/side.ts";
import { formatAdvertise, parseAdvertise } from "./advertise_value.ts";
import { type Key, listKey, textKey } from "./keys.ts";
import { parseInterface, parseNetwork } from "./network_values.ts";
import {
  choice,
  formatOutboundProxy,
  formatProviderServer,
  parseDomain,
  parseOutboundProxy,
  parseProviderServer,
} from "./provider_values.ts";
import {
  formatDuration,
  formatListen,
  formatPorts,
  parseDuration,
  parseListen,
  parseLogLevel,
  parsePorts,
  parseStatePath,
} from "./values.ts";

const asIs = (text: string): string => text;

const interfaceOf = (side: Side) => ({
  parse: (text: string) => parseInterface(text, side),
  format: asIs,
  example: "eth0",
});
const LEVEL = { parse: parseLogLevel, format: asIs, example: "info" };
const LISTEN = { parse: parseListen, format: formatListen, example: "udp:5060" };
const NETWORK = { parse: parseNetwork, format: formatCidr, example: "192.168.2.0/24" };
const durationLike = (example: string) => ({
  parse: parseDuration,
  format: formatDuration,
  example,
});

const ADVERTISE = { parse: parseAdvertise, format: formatAdvertise, example: "198.51.100.7" };
const PORTS = { parse: parsePorts, format: formatPorts, example: "10000-10999" };
const STATE_PATH = { parse: parseStatePath, format: asIs, example: "/var/lib/sipmasq/state.kv" };

const DOMAIN = { parse: parseDomain, format: asIs, example: "provider.example" };
const OUTBOUND_PROXY = {
  parse: parseOutboundProxy,
  format: formatOutboundProxy,
  example: "sbc.provider.example:5060",
};

const PROVIDER_SERVER = {
  parse: parseProviderServer,
  format: formatProviderServer,
  example: "203.0.113.0/24",
};

/** Every section and key there is (DESIGN §6), in the order in which they are printed. */
export const SCHEMA = {
  inside: {
    interface: textKey(interfaceOf("inside"), {
      default: "auto",
      find: ({ inside }) => inside.interface,
    }),
    listen: listKey(LISTEN, {
      default: [{ transport: "udp", port: 5060 }],
      find: ({ inside }) => inside.listen,
      least: 1,
    }),
    networks: listKey(NETWORK, { default: [], find: ({ inside }) => inside.networks, least: 0 }),
    refresh_max: textKey(durationLike("5m"), {
      default: 300_000,
      find: ({ inside }) => inside.refreshMaxMs,
    }),
  },
  outside: {
    interface: textKey(interfaceOf("outside"), {
      default: "auto",
      find: ({ outside }) => outside.interface,
    }),
    listen: listKey(LISTEN, {
      default: [{ transport: "udp", port: 5060 }],
      find: ({ outside }) => outside.listen,
      least: 1,
    }),
    advertise: textKey(ADVERTISE, {
      default: { kind: "auto" },
      find: ({ outside }) => outside.advertise,
    }),
    keepalive: textKey(durationLike("25s"), {
      default: 25_000,
      find: ({ outside }) => outside.keepaliveMs,
    }),
  },
  media: {
    ports: textKey(PORTS, {
      default: { low: 10_000, high: 10_999 },
      find: ({ media }) => media.ports,
    }),
    idle: textKey(durationLike("5m"), { default: 300_000, find: ({ media }) => media.idleMs }),
    hold: textKey(durationLike("2h"), { default: 7_200_000, find: ({ media }) => media.holdMs }),
  },
  state: {
    path: textKey(STATE_PATH, {
      default: "auto",
      find: ({ state }) => state.path,
    }),
  },
  log: {
    level: textKey<LogLevel>(LEVEL, { default: "info", find: ({ log }) => log.level }),
  },
};

/** The keys of one `[[provider]]`. */
const PROVIDER = {
  domain: textKey<string, ProviderSettings>(DOMAIN, {
    default: "",
    missing: "A provider needs its domain: write what stands behind the @ of its SIP addresses, " +
      'as in domain = "provider.example"',
    find: ({ domain }) => domain,
  }),
  outbound_proxy: textKey<ProviderSettings["outboundProxy"], ProviderSettings>(OUTBOUND_PROXY, {
    default: undefined,
    find: ({ outboundProxy }) => outboundProxy,
  }),
  servers: listKey<ProviderServer, ProviderSettings>(PROVIDER_SERVER, {
    default: [],
    find: ({ servers }) => servers,
    least: 0,
  }),
  admit: textKey<ProviderSettings["admit"], ProviderSettings>(choice("token", "known"), {
    default: "token",
    find: ({ admit }) => admit,
  }),
  contact: textKey<ProviderSettings["contact"], ProviderSettings>(choice("dialog", "registered"), {
    default: "dialog",
    find: ({ contact }) => contact,
  }),
  media: textKey<ProviderSettings["media"], ProviderSettings>(choice("strict", "learn"), {
    default: "strict",
    find: ({ media }) => media,
  }),
};

/** The keys of a section or of a table of a list, without their types: for loops over all of them. */
export type Keys<From> = Readonly<Record<string, Key<unknown, From>>>;

/** A list of tables: a section that may stand several times, as `[[provider]]`. */
export interface TableList {
  readonly keys: Keys<unknown>;
  /** The key that no two tables may share. */
  readonly unique: string;
  /** The settings of each table. */
  readonly find: (settings: Settings) => readonly unknown[];
}

type ValueOf<K> = K extends Key<infer T, never> ? T : never;
type ValuesOf<S> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A value for each key of each section, and of each table of each list. */
export type Values = { readonly [S in keyof typeof SCHEMA]: ValuesOf<(typeof SCHEMA)[S]> } & {
  readonly provider: readonly ValuesOf<typeof PROVIDER>[];
};

/** The keys of each section. */
export const SECTIONS: Readonly<Record<string, Keys<Settings>>> = SCHEMA;

/** The lists of tables, in the order in which they are printed. */
export const LISTS: Readonly<Record<string, TableList>> = {
  provider: { keys: PROVIDER, unique: "domain", find: ({ providers }) => providers },
};

/** The keys of a section, or of the tables of a list; none for another name. */
export function keysOf(name: string): Keys<never> {
  if (Object.hasOwn(SECTIONS, name)) return SECTIONS[name]!;
  return Object.hasOwn(LISTS, name) ? LISTS[name]!.keys : {};
}

/** Frozen settings of a value for each key. */
export function toSettings(values: Values): Settings {
  const { inside, outside, media, state, log, provider } = values;
  return Object.freeze({
    inside: Object.freeze({
      interface: inside.interface,
      listen: inside.listen,
      networks: inside.networks,
      refreshMaxMs: inside.refresh_max,
    }),
    outside: Object.freeze({
      interface: outside.interface,
      listen: outside.listen,
      advertise: outside.advertise,
      keepaliveMs: outside.keepalive,
    }),
    media: Object.freeze({ ports: media.ports, idleMs: media.idle, holdMs: media.hold }),
    state: Object.freeze({ path: state.path }),
    providers: Object.freeze(provider.map(toProvider)),
    log: Object.freeze({ level: log.level }),
  });
}

function toProvider(values: Values["provider"][number]): ProviderSettings {
  const { domain, outbound_proxy: outboundProxy, servers, admit, contact, media } = values;
  return Object.freeze({ domain, outboundProxy, servers, admit, contact, media });
}
