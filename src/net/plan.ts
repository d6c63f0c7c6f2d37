import { anyContains, type Cidr, formatCidr, isPrivate, parseCidr } from "../base/cidr.ts";
import { parseIp } from "../base/address.ts";
import type { Side } from "../base/side.ts";
import type { Advertise, ListenSpec } from "../proxy/settings.ts";
import { type InterfaceAddress, mayBeInside, type NetworkReading } from "./interfaces.ts";
import type { AdvertisedPlace } from "./advertise_check.ts";
import { type PlanFault, planFaults } from "./plan_checks.ts";
import { planSentences, type Sentence } from "./plan_words.ts";
import { defaultRoute, type Route } from "./routes.ts";

/** What the plan needs of the configuration. */
export interface NetworkSettings {
  readonly inside: {
    readonly interface: string;
    readonly listen: readonly ListenSpec[];
    readonly networks: readonly Cidr[];
  };
  readonly outside: {
    readonly interface: string;
    readonly listen: readonly ListenSpec[];
    readonly advertise: Advertise;
  };
}

/** A listener to be bound; port 0 lets the kernel choose. */
export interface PlannedListener {
  readonly sides: readonly Side[];
  readonly transport: "udp";
  readonly ip: string;
  readonly port: number;
  readonly prefix: Cidr;
  /** The interface's name, for log lines. */
  readonly name: string;
}

/** How the two sides were found. */
export type PlanKind =
  /** Each side has its own address. */
  | "two"
  /** One network serves both sides. */
  | "one"
  /** A side is missing: its interface has no address yet. */
  | "partial"
  /** There is no network but loopback. */
  | "loopback";

/** Which addresses serve which side, before ports come in. */
export interface Choice {
  readonly kind: PlanKind;
  readonly inside: readonly InterfaceAddress[];
  readonly outside: InterfaceAddress | undefined;
  /** The default route that was used. */
  readonly route: Route | undefined;
  /** Addresses that `auto` left alone. */
  readonly skipped: readonly InterfaceAddress[];
  /** Devices with a default route, best first. */
  readonly uplinks: ReadonlySet<string>;
}

/** What `auto` and the configuration make of a reading (DESIGN §6). */
export interface NetworkPlan {
  readonly kind: PlanKind;
  readonly listeners: readonly PlannedListener[];
  /** Our address on the outside; undefined while there is none. */
  readonly outsideIp: string | undefined;
  readonly insideNetworks: readonly Cidr[];
  readonly outsideRoutes: readonly Cidr[];
  readonly gateway: string | undefined;
  readonly ownIps: readonly string[];
  /** Prefixes of all interfaces. */
  readonly prefixes: readonly Cidr[];
  /** What was taken and what was skipped, with the TOML that would change it. */
  readonly sentences: readonly Sentence[];
  /** What an address to advertise is held against. */
  readonly advertisedPlace: AdvertisedPlace;
  /** Why the two sides cannot serve as they are. */
  readonly faults: readonly PlanFault[];
}

const LOOPBACK: InterfaceAddress = loopback();

/** Decides which addresses serve which side; `seen` is the fullest kind of plan this host has had while we run. */
export function planNetwork(
  reading: NetworkReading,
  settings: NetworkSettings,
  seen?: PlanKind,
): NetworkPlan {
  const choice = complete(choose(reading, settings), settings, seen);
  const insideNetworks = networksInside(choice, settings, reading.routes);
  const ownIps = [
    ...new Set([...reading.ownIps, ...chosen(choice).map((address) => address.ip)]),
  ];
  const advertisedPlace = {
    shared: choice.kind === "one",
    outside: choice.outside,
    gateway: choice.route?.gateway,
    insideNetworks,
    ownIps,
  };
  return {
    kind: choice.kind,
    listeners: planListeners(choice, settings),
    outsideIp: choice.outside?.ip,
    insideNetworks,
    outsideRoutes: routesOutside(choice, reading.routes, insideNetworks),
    gateway: choice.route?.gateway,
    ownIps,
    prefixes: unique([...reading.addresses, ...chosen(choice)].map(({ prefix }) => prefix)),
    sentences: planSentences(choice, {
      settings,
      present: devicesOf(reading),
      ...reading.devices === undefined ? {} : { devices: reading.devices },
    }),
    advertisedPlace,
    faults: planFaults(choice, { settings, reading, advertisedPlace }),
  };
}

function choose(reading: NetworkReading, settings: NetworkSettings): Omit<Choice, "kind"> {
  const real = reading.addresses.filter((address) => !isLoopback(address));
  const [insideName, outsideName] = [settings.inside.interface, settings.outside.interface];
  const namedOutside = outsideName === "auto" ? undefined : named(reading, outsideName)[0];
  const route = outsideName === "auto"
    ? defaultRoute(reading.routes)
    : namedOutside && defaultRoute(reading.routes, namedOutside.device);
  const routed = real.find((address) => address.device === route?.device);
  const outside = outsideName === "auto" ? routed : namedOutside;
  const others = real.filter((address) => address.device !== outside?.device);
  // Behind another uplink are strangers, though a carrier's NAT gives it a private address.
  const ways = reading.routes.filter(({ prefix }) => prefix.bits === 0)
    .sort((left, right) => left.metric - right.metric);
  const uplinks = new Set(ways.map(({ device }) => device));
  const isInside = (address: InterfaceAddress) =>
    mayBeInside(address) && !uplinks.has(address.device);
  const inside = insideName === "auto" ? others.filter(isInside) : named(reading, insideName);
  const skipped = insideName === "auto" ? others.filter((address) => !isInside(address)) : [];
  return { inside, outside, route, skipped, uplinks };
}

/** One network serves both sides, none means loopback; but what was configured or was there before is waited for. */
function complete(
  found: Omit<Choice, "kind">,
  settings: NetworkSettings,
  seen: PlanKind | undefined,
): Choice {
  const { inside, outside, route } = found;
  const insideFree = settings.inside.interface === "auto";
  const bothFree = insideFree && settings.outside.interface === "auto";
  if (inside.length > 0 && outside !== undefined) {
    const shared = inside.some((address) => address.ip === outside.ip);
    return { ...found, kind: shared ? "one" : "two" };
  }
  if (outside !== undefined && insideFree && seen !== "two") {
    return { ...found, kind: "one", inside: [outside] };
  }
  if (bothFree && inside.length === 1 && route === undefined && seen !== "two") {
    return { ...found, kind: "one", outside: inside[0] };
  }
  if (bothFree && inside.length === 0 && outside === undefined && seen === undefined) {
    return { ...found, kind: "loopback", inside: [LOOPBACK], outside: LOOPBACK };
  }
  return { ...found, kind: "partial" };
}

/** The addresses a configured name stands for: an `IP/bits` literal, a device with its labels, or one label. */
function named(reading: NetworkReading, name: string): readonly InterfaceAddress[] {
  const ip = parseIp(name.split("/")[0]!);
  if (ip === undefined) {
    return reading.addresses.filter((address) => address.device === name || address.name === name);
  }
  const known = reading.addresses.find((address) => address.ip === ip.text);
  const prefix = parseCidr(name);
  if (!prefix.ok) return [];
  const whole = name.includes("/") ? prefix.value : known?.prefix ?? prefix.value;
  return [{ name, device: known?.device ?? name, ip: ip.text, prefix: whole }];
}

function planListeners(choice: Choice, settings: NetworkSettings): PlannedListener[] {
  const planned = new Map<string, PlannedListener>();
  const add = (side: Side, address: InterfaceAddress, spec: ListenSpec) => {
    const key = `${spec.transport}/${address.ip}:${spec.port}`;
    const sides = [...planned.get(key)?.sides ?? [], side];
    planned.set(key, {
      sides: [...new Set(sides)],
      transport: spec.transport,
      ip: address.ip,
      port: spec.port,
      prefix: address.prefix,
      name: address.name,
    });
  };
  for (const address of choice.inside) {
    for (const spec of settings.inside.listen) add("inside", address, spec);
  }
  for (const spec of settings.outside.listen) {
    if (choice.outside !== undefined) add("outside", choice.outside, spec);
  }
  return [...planned.values()];
}

function networksInside(
  choice: Choice,
  settings: NetworkSettings,
  routes: readonly Route[],
): Cidr[] {
  // On a shared public network the neighbours are strangers: only private prefixes count by themselves.
  const trusted = choice.kind === "one" && settings.inside.interface === "auto"
    ? choice.inside.filter((address) => isPrivate(address.ip))
    : choice.inside;
  const own = trusted.flatMap((
    address,
  ) => [address.prefix, ...besideAlone(choice, address, routes)]);
  return unique([...own, ...settings.inside.networks]);
}

/** An address may stand alone, as those that two routers share do (VRRP): its network is what the kernel reaches beside it. */
function besideAlone(
  { outside }: Choice,
  { device, prefix }: InterfaceAddress,
  routes: readonly Route[],
): Cidr[] {
  if (prefix.bits !== 32 || device === outside?.device) return [];
  return routes.filter((route) =>
    route.device === device && route.gateway === undefined && isPrivate(route.prefix.network)
  ).map((route) => route.prefix);
}

function routesOutside(
  { outside }: Choice,
  routes: readonly Route[],
  insideNetworks: readonly Cidr[],
): Cidr[] {
  if (outside === undefined) return [];
  const through = routes.filter((route) =>
    route.device === outside.device && route.prefix.bits > 0
  );
  const inside = insideNetworks.map(formatCidr);
  return unique([outside.prefix, ...through.map((route) => route.prefix)])
    .filter((prefix) => !inside.includes(formatCidr(prefix)));
}

function chosen(choice: Choice): readonly InterfaceAddress[] {
  return choice.outside === undefined ? choice.inside : [...choice.inside, choice.outside];
}

function unique(cidrs: readonly Cidr[]): Cidr[] {
  return [...new Map(cidrs.map((cidr) => [formatCidr(cidr), cidr])).values()];
}

/** Names of the interfaces that have an address, loopback left out. */
function devicesOf({ addresses }: NetworkReading): string[] {
  const real = addresses.filter((address) => !isLoopback(address));
  return [...new Set(real.map(({ device }) => device))];
}

function isLoopback(address: InterfaceAddress): boolean {
  return anyContains([LOOPBACK.prefix], address.ip);
}

function loopback(): InterfaceAddress {
  const prefix = parseCidr("127.0.0.0/8");
  if (!prefix.ok) throw new Error(prefix.reason);
  return { name: "lo", device: "lo", ip: "127.0.0.1", prefix: prefix.value };
}
