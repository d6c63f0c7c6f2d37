import { formatCidr } from "../base/cidr.ts";
import type { LogLevel, Settings } from "../proxy/settings.ts";
import { type Key, listKey, textKey } from "./keys.ts";
import {
  formatAdvertise,
  formatDuration,
  formatListen,
  formatPorts,
  parseAdvertise,
  parseDuration,
  parseInterface,
  parseListen,
  parseLogLevel,
  parseNetwork,
  parsePorts,
  parseStatePath,
} from "./values.ts";

const asIs = (text: string): string => text;

const INTERFACE = { parse: parseInterface, format: asIs, example: "eth0" };
const LEVEL = { parse: parseLogLevel, format: asIs, example: "info" };
const LISTEN = { parse: parseListen, format: formatListen, example: "udp:5060" };
const NETWORK = { parse: parseNetwork, format: formatCidr, example: "192.168.2.0/24" };
const DURATION = { parse: parseDuration, format: formatDuration, example: "30s" };

const ADVERTISE = { parse: parseAdvertise, format: formatAdvertise, example: "198.51.100.7" };
const PORTS = { parse: parsePorts, format: formatPorts, example: "10000-10999" };
const STATE_PATH = { parse: parseStatePath, format: asIs, example: "/var/lib/sipmasq/state.kv" };

/** Every section and key there is (DESIGN §6), in the order in which they are printed. */
export const SCHEMA = {
  inside: {
    interface: textKey(INTERFACE, { default: "auto", find: ({ inside }) => inside.interface }),
    listen: listKey(LISTEN, {
      default: [{ transport: "udp", port: 5060 }],
      find: ({ inside }) => inside.listen,
      least: 1,
    }),
    networks: listKey(NETWORK, { default: [], find: ({ inside }) => inside.networks, least: 0 }),
    refresh_max: textKey(DURATION, {
      default: 300_000,
      find: ({ inside }) => inside.refreshMaxMs,
    }),
  },
  outside: {
    interface: textKey(INTERFACE, { default: "auto", find: ({ outside }) => outside.interface }),
    listen: listKey(LISTEN, {
      default: [{ transport: "udp", port: 5060 }],
      find: ({ outside }) => outside.listen,
      least: 1,
    }),
    advertise: textKey(ADVERTISE, {
      default: { kind: "auto" },
      find: ({ outside }) => outside.advertise,
    }),
    keepalive: textKey(DURATION, { default: 25_000, find: ({ outside }) => outside.keepaliveMs }),
  },
  media: {
    ports: textKey(PORTS, {
      default: { low: 10_000, high: 10_999 },
      find: ({ media }) => media.ports,
    }),
    idle: textKey(DURATION, { default: 300_000, find: ({ media }) => media.idleMs }),
    hold: textKey(DURATION, { default: 7_200_000, find: ({ media }) => media.holdMs }),
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

type Schema = typeof SCHEMA;
type ValueOf<K> = K extends Key<infer T> ? T : never;

/** A value for each key of each section. */
export type Values = {
  readonly [S in keyof Schema]: { readonly [K in keyof Schema[S]]: ValueOf<Schema[S][K]> };
};

/** The keys of each section, without their types: for loops over all of them. */
export const SECTIONS: Readonly<Record<string, Readonly<Record<string, Key<unknown>>>>> = SCHEMA;

/** Frozen settings of a value for each key. */
export function toSettings(values: Values): Settings {
  const { inside, outside, media, state, log } = values;
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
    providers: Object.freeze([]),
    log: Object.freeze({ level: log.level }),
  });
}
