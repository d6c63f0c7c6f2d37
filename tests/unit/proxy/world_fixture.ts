import { assert } from "@std/assert";
import { type Address, type Flow, makeAddress } from "../../../src/base/address.ts";
import { type Cidr, parseCidr } from "../../../src/base/cidr.ts";
import { LIMITS, type Limits } from "../../../src/base/limits.ts";
import type { Binding } from "../../../src/proxy/bindings.ts";
import type { Network } from "../../../src/proxy/events.ts";
import type { CoreSettings } from "../../../src/proxy/settings.ts";
import { World, type WorldUsers } from "../../../src/proxy/world.ts";

export const SETTINGS: CoreSettings = {
  inside: { refreshMaxMs: 300_000 },
  outside: { keepaliveMs: 25_000 },
  media: { ports: { low: 10_000, high: 10_199 }, idleMs: 300_000, holdMs: 7_200_000 },
  log: { level: "info" },
  providers: [],
};

export const SECRET = "a secret of the tests";

export function at(text: string): Address {
  const colon = text.lastIndexOf(":");
  const address = makeAddress(text.slice(0, colon), Number(text.slice(colon + 1)));
  assert(address.ok, text);
  return address.value;
}

export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert(parsed.ok, text);
  return parsed.value;
}

export const ALICE = "192.168.1.20:5060";
export const BOB = "192.168.1.21:5060";
export const PROVIDER = "198.51.100.10:5060";
export const STRANGER = "192.0.2.66:5060";

export const NETWORK: Network = {
  listeners: [
    {
      id: "inside",
      sides: ["inside"],
      transport: "udp",
      address: at("192.168.1.1:5060"),
      prefix: cidr("192.168.1.0/24"),
    },
    {
      id: "outside",
      sides: ["outside"],
      transport: "udp",
      address: at("203.0.113.5:5060"),
      prefix: cidr("203.0.113.0/24"),
    },
  ],
  advertised: "203.0.113.5",
  insideNetworks: [cidr("192.168.1.0/24")],
  outsideRoutes: [],
  gateway: "203.0.113.1",
  ownIps: ["127.0.0.1", "192.168.1.1", "203.0.113.5"],
  prefixes: [cidr("127.0.0.0/8"), cidr("192.168.1.0/24"), cidr("203.0.113.0/24")],
};

/** A flow between a peer and the listener of a side. */
export function flow(side: "inside" | "outside", remote: string): Flow {
  const local = side === "inside" ? at("192.168.1.1:5060") : at("203.0.113.5:5060");
  return { listener: side, transport: "udp", local, remote: at(remote) };
}

const SILENT_USERS: WorldUsers = {
  server: { send: () => {}, unacknowledged: () => {}, terminated: () => {} },
  client: { send: () => {}, response: () => {}, timedOut: () => {}, terminated: () => {} },
  mediaIdle: () => {},
};

/** Tables without a core around them; `draws` is what randomness gives, in turn. */
export function makeWorld(
  options: { network?: Network; draws?: number[]; limits?: Partial<Limits> } = {},
): World {
  const draws = [...options.draws ?? []];
  const world = new World({
    settings: SETTINGS,
    secret: SECRET,
    random: () => draws.shift() ?? 0.5,
    wall: () => 0,
    now: 0,
    ...(options.limits === undefined ? {} : { limits: { ...LIMITS, ...options.limits } }),
  }, SILENT_USERS);
  world.network = options.network ?? NETWORK;
  return world;
}

let made = 0;

/** A binding of `name@example.com`, registered from `remote` at the provider. */
export function makeBinding(name: string, changes: Partial<Binding> = {}): Binding {
  const remote = changes.flow?.remote ?? at(ALICE);
  const uri = changes.uri ?? `sip:${name}@${remote.ip}:${remote.port}`;
  const token = changes.token ?? `token${String(++made).padStart(15, "0")}`;
  return {
    token,
    aor: `sip:${name}@example.com`,
    domain: "example.com",
    user: name,
    instance: "",
    registrationId: "",
    contact: `<${uri}>`,
    uri,
    maskedUser: name,
    masked: `sip:${name}@203.0.113.5:5060;line=${token}`,
    listed: true,
    flow: flow("inside", ALICE),
    registrar: at(PROVIDER),
    hop: "example.com",
    host: "example.com",
    servers: [],
    path: [],
    gruus: [],
    expiresAt: 3_600_000,
    ...changes,
  };
}
