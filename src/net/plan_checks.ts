import { type Cidr, cidrContains, formatCidr, isSpecial } from "../base/cidr.ts";
import { type AdvertisedPlace, advertiseFault } from "./advertise_check.ts";
import { type InterfaceAddress, mayBeInside, type NetworkReading } from "./interfaces.ts";
import type { Choice, NetworkSettings } from "./plan.ts";
import { addressWords } from "./plan_words.ts";
import { defaultRoute, type Route } from "./routes.ts";

/** Why the sides of a plan cannot serve as they are (RULES S1). */
export interface PlanFault {
  /** `error` when names given by hand contradict the network, which keeps a start from going on; else `warn`. */
  readonly level: "error" | "warn";
  /** The keys it is about, such as `inside.interface`. */
  readonly keys: readonly string[];
  /** What is wrong and what to write instead. */
  readonly text: string;
}

/** What {@linkcode planFaults} knows beside the choice. */
export interface CheckedPlan {
  readonly settings: NetworkSettings;
  readonly reading: NetworkReading;
  readonly advertisedPlace: AdvertisedPlace;
}

const INTERFACES = ["inside.interface", "outside.interface"];

/** All that is wrong with a choice of addresses, on the network as it was read. */
export function planFaults(choice: Choice, plan: CheckedPlan): PlanFault[] {
  if (choice.kind === "loopback") return [];
  const { advertise } = plan.settings.outside;
  const faults = [
    routeFault(choice, plan),
    ...plan.settings.inside.networks.map((network) => networkFault(choice, network)),
    overlapFault(choice, plan),
    advertise.kind === "ip" ? advertiseFault(advertise.ip, plan.advertisedPlace) : undefined,
  ];
  return faults.filter((fault) => fault !== undefined);
}

/** The default route belongs to the outside. */
function routeFault(choice: Choice, plan: CheckedPlan): PlanFault | undefined {
  const route = defaultRoute(plan.reading.routes);
  if (route === undefined) return undefined;
  const inward = choice.inside.find((address) => leadsThrough(route, address, choice.outside));
  const { inside, outside } = plan.settings;
  if (choice.kind !== "one") {
    return inward === undefined
      ? unroutedOutside(choice, plan, route)
      : routeInside(choice, plan, route);
  }
  // One network serves both sides: on purpose when both names say so, or when there is no other.
  if (outside.interface !== "auto") {
    return inside.interface === "auto" ? unroutedOutside(choice, plan, route) : undefined;
  }
  return inside.interface === "auto" ? undefined : onlyUplink(choice, plan);
}

/** A label may share its device with the outside: then the gateway's network decides. */
function leadsThrough(
  { device, gateway }: Route,
  address: InterfaceAddress,
  outside: InterfaceAddress | undefined,
): boolean {
  if (address.device !== device) return false;
  if (outside?.device !== device) return true;
  return gateway !== undefined && cidrContains(address.prefix, gateway) &&
    !cidrContains(outside.prefix, gateway);
}

function routeInside(choice: Choice, { settings, reading }: CheckedPlan, route: Route): PlanFault {
  const name = settings.inside.interface;
  // A line of its own to the provider has routes of its own.
  const ownRoutes = reading.routes.filter(({ prefix }) => prefix.bits > 0);
  const mayBeMeant = hasGateway(ownRoutes, choice.outside?.device);
  const text = `The default route goes through ${route.device}, which [inside] interface = ` +
    `"${name}" names: the provider is there, not the phones; ` +
    insteadOfRoute(choice, { settings, reading });
  return { level: mayBeMeant ? "warn" : "error", keys: INTERFACES, text };
}

/** The next step where the provider's interface was named inside; one that is not there is not offered. */
function insteadOfRoute(
  choice: Choice,
  { settings, reading }: Pick<CheckedPlan, "settings" | "reading">,
): string {
  const [inside, outside] = [settings.inside.interface, settings.outside.interface];
  if (outside === "auto") return `write the phones' interface under [inside]`;
  if (choice.outside !== undefined) {
    return `swap the two: write interface = "${outside}" under [inside] and interface = ` +
      `"${inside}" under [outside]`;
  }
  const phones = reading.addresses.find((address) =>
    mayBeInside(address) && !isSpecial(address.ip) && !choice.uplinks.has(address.device)
  );
  const place = phones === undefined
    ? "the phones' interface under [inside]"
    : `interface = "${phones.device}" under [inside]`;
  return `[outside] interface = "${outside}" has no address: write interface = "${inside}" under ` +
    `[outside] and ${place}`;
}

/** The outside was named, but the way to the provider leads elsewhere. */
function unroutedOutside(
  { kind, outside }: Choice,
  { settings, reading }: CheckedPlan,
  route: Route,
): PlanFault | undefined {
  const name = settings.outside.interface;
  if (name === "auto" || outside === undefined || isSpecial(outside.ip)) return undefined;
  if (route.device === outside.device || hasGateway(reading.routes, outside.device)) {
    return undefined;
  }
  const phones = mayBeInside(outside) ? ` and interface = "${name}" under [inside]` : "";
  const text =
    `The default route goes through ${route.device}, not through [outside] interface = ` +
    `"${name}", from which only ${formatCidr(outside.prefix)} can be reached; write interface = ` +
    `"${route.device}" under [outside]${phones}`;
  return { level: kind === "one" ? "error" : "warn", keys: INTERFACES, text };
}

/** The phones' interface was named and is the way to the provider, while there are others. */
function onlyUplink(choice: Choice, { settings, reading }: CheckedPlan): PlanFault | undefined {
  const { outside } = choice;
  const other = reading.addresses.find((address) =>
    address.device !== outside?.device && mayBeInside(address) && !isSpecial(address.ip)
  );
  if (outside === undefined || other === undefined) return undefined;
  const name = settings.inside.interface;
  const text = `The default route goes through ${outside.device}, which [inside] interface = ` +
    `"${name}" names: the provider is there; write interface = "${other.device}" under [inside], ` +
    `or for one network interface = "${name}" under [outside] too`;
  return { level: "error", keys: INTERFACES, text };
}

function hasGateway(routes: readonly Route[], device: string | undefined): boolean {
  return routes.some((route) => route.device === device && route.gateway !== undefined);
}

/** Who lies within `networks` counts as a phone: the provider's side may not. */
function networkFault({ kind, outside, route }: Choice, network: Cidr): PlanFault | undefined {
  if (kind === "one" || outside === undefined) return undefined;
  const gateway = route?.gateway;
  const held = cidrContains(network, outside.ip)
    ? `${outside.ip}, our address outside`
    : gateway !== undefined && cidrContains(network, gateway)
    ? `${gateway}, the way to the provider`
    : undefined;
  if (held === undefined) return undefined;
  const text = `[inside] networks "${formatCidr(network)}" holds ${held} (${outside.device}): ` +
    `everybody there would count as a phone; write the phones' own networks only`;
  return { level: "error", keys: ["inside.networks", "outside.interface"], text };
}

/** Addresses that lie on both sides tell nothing of the side. */
function overlapFault(
  { kind, inside, outside }: Choice,
  { settings }: CheckedPlan,
): PlanFault | undefined {
  if (kind !== "two" || outside === undefined) return undefined;
  const overlapping = inside.find((address) =>
    address.ip !== outside.ip && overlap(address.prefix, outside.prefix)
  );
  if (overlapping === undefined) return undefined;
  const [insideName, outsideName] = [settings.inside.interface, settings.outside.interface];
  const byHand = insideName !== "auto" && outsideName !== "auto";
  const one = outsideName === "auto" ? outside.device : outsideName;
  const text =
    `Inside ${addressWords(overlapping)} and outside ${addressWords(outside)} overlap, ` +
    `so phones cannot be told from the provider's side: give one another prefix, or if both are ` +
    `one network write interface = "${one}" under [inside] and under [outside]`;
  return { level: byHand ? "error" : "warn", keys: INTERFACES, text };
}

function overlap(left: Cidr, right: Cidr): boolean {
  return cidrContains(left, right.network) || cidrContains(right, left.network);
}
