import { type Cidr, parseCidr } from "../base/cidr.ts";
import type { Settings } from "../proxy/settings.ts";
import { formatDuration, formatListen, formatPorts } from "./values.ts";

/** A check of keys against each other; what needs the host's network is checked on the plan of it (RULES S1). */
export interface CrossCheck {
  /** The keys it reads; the first one that the file sets is where the problem is reported. */
  readonly keys: readonly string[];
  /** Says what does not fit and what to write instead; undefined when all fits. */
  readonly check: (settings: Settings) => string | undefined;
}

/** All checks of keys against each other; each runs when every one of its keys was read. */
export const CROSS_CHECKS: readonly CrossCheck[] = [
  { keys: ["inside.listen", "media.ports"], check: (all) => listenInRange(all, "inside") },
  { keys: ["outside.listen", "media.ports"], check: (all) => listenInRange(all, "outside") },
  { keys: ["media.hold", "media.idle"], check: holdAgainstIdle },
  { keys: ["outside.interface", "inside.interface"], check: samePrefixLength },
];

/**
 * Checks of what the plan of the network refuses as well. That is made of a configuration without problems only: beside
 * others these are told with them, so that no mistake waits until all others are mended.
 */
export const EARLY_CHECKS: readonly CrossCheck[] = [
  { keys: ["outside.advertise", "outside.interface"], check: loopbackAdvertised },
];

/** An interface of loopback may be meant where somebody tries it on one machine. */
function loopbackAdvertised({ outside }: Settings): string | undefined {
  const { advertise } = outside;
  if (advertise.kind !== "ip" || !advertise.ip.startsWith("127.")) return undefined;
  if (/^(127\.|lo\b)/.test(outside.interface)) return undefined;
  return `Cannot advertise ${advertise.ip}: nobody outside reaches loopback addresses; write your ` +
    `public address, or advertise = "auto"`;
}

function listenInRange(settings: Settings, side: "inside" | "outside"): string | undefined {
  const { ports } = settings.media;
  const taken = settings[side].listen.find(({ port }) => port >= ports.low && port <= ports.high);
  if (taken === undefined) return undefined;
  return `Cannot listen ${side} on "${formatListen(taken)}": media.ports "${formatPorts(ports)}" ` +
    `holds that port; move one of the two`;
}

function holdAgainstIdle({ media }: Settings): string | undefined {
  if (media.holdMs >= media.idleMs) return undefined;
  const [hold, idle] = [formatDuration(media.holdMs), formatDuration(media.idleMs)];
  return `Cannot use hold "${hold}" with idle "${idle}": a stream on hold is silent, so its limit ` +
    `must not be lower; write hold = "${idle}"`;
}

/** An address to bind with its network; undefined for a name and for `auto`. */
function literal(text: string): { ip: string; cidr: Cidr } | undefined {
  const cidr = parseCidr(text);
  return cidr.ok ? { ip: text.slice(0, text.indexOf("/")), cidr: cidr.value } : undefined;
}

function samePrefixLength({ inside, outside }: Settings): string | undefined {
  const [insideBound, outsideBound] = [literal(inside.interface), literal(outside.interface)];
  if (insideBound === undefined || insideBound.ip !== outsideBound?.ip) return undefined;
  if (insideBound.cidr.bits === outsideBound.cidr.bits) return undefined;
  return `Cannot bind ${outsideBound.ip} with /${outsideBound.cidr.bits} outside and ` +
    `/${insideBound.cidr.bits} inside: write the same prefix length`;
}
