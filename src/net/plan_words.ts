import { formatCidr, isPrivate } from "../base/cidr.ts";
import type { Side } from "../base/side.ts";
import type { LogLevel } from "../proxy/settings.ts";
import { type InterfaceAddress, isVirtualName } from "./interfaces.ts";
import type { Choice, NetworkSettings } from "./plan.ts";

/** One sentence for the log. */
export interface Sentence {
  readonly level: LogLevel;
  readonly text: string;
}

/** What {@linkcode planSentences} knows beside the choice. */
export interface PlanContext {
  readonly settings: NetworkSettings;
  /** Names of the interfaces that have an address. */
  readonly present: readonly string[];
  /** Names of all interfaces; absent when they are not known. */
  readonly devices?: readonly string[];
}

/** What was taken, what was skipped, and the TOML that would change it. */
export function planSentences(choice: Choice, context: PlanContext): Sentence[] {
  const skipped = skippedSentence(choice);
  return skipped === undefined ? [taken(choice, context)] : [taken(choice, context), skipped];
}

function taken(choice: Choice, context: PlanContext): Sentence {
  const { settings } = context;
  const { inside, outside } = choice;
  switch (choice.kind) {
    case "two":
      return info(
        `Inside is ${list(inside)}, outside is ${list([outside!])}${byRoute(choice)}` +
          changeHint(settings),
      );
    case "one":
      return info(
        `One network serves both sides: ${list([outside!])}${byRoute(choice)}; ${
          oneHint(outside!, settings)
        }`,
      );
    case "partial":
      return { level: "warn", text: missing(choice, context) };
    case "loopback":
      return {
        level: "warn",
        text: "No network is up: listening on loopback only; an interface that comes up is taken",
      };
  }
}

function missing({ inside, outside, uplinks }: Choice, context: PlanContext): string {
  const { settings } = context;
  const parts: string[] = [];
  if (inside.length === 0) {
    parts.push(
      settings.inside.interface === "auto"
        ? `No private address on an inside interface yet`
        : nothingOn("inside", context),
    );
  }
  if (outside === undefined) {
    parts.push(
      settings.outside.interface === "auto"
        ? `No default route yet, so the outside is unknown; to name it set [outside] interface = "NAME"`
        : nothingOn("outside", context) + uplinkHint(uplinks),
    );
  }
  return `${parts.join("; ")}; waiting for it`;
}

/** The provider is behind a default route, whatever name was written. */
function uplinkHint(uplinks: ReadonlySet<string>): string {
  const [device] = uplinks;
  if (device === undefined) return "";
  return `, and the default route goes through ${device}: did you mean interface = "${device}" ` +
    `under [outside]`;
}

/** A misspelt name is told from an interface that is not up yet. */
function nothingOn(side: Side, { settings, present, devices }: PlanContext): string {
  const name = settings[side].interface;
  if (devices !== undefined && !devices.includes(name.split(":")[0]!)) {
    const all = devices.length === 0 ? "no interface at all" : devices.join(", ");
    return `There is no interface ${name}, which [${side}] interface names; this host has ${all}`;
  }
  const others = present.length === 0 ? "none has" : `those that have one: ${present.join(", ")}`;
  const which = side === "inside" ? "Inside" : "Outside";
  return `${which} interface ${name} has no IPv4 address yet (${others})`;
}

function byRoute({ route }: Choice): string {
  return route?.gateway === undefined ? "" : ` (default route by ${route.gateway})`;
}

function changeHint(settings: NetworkSettings): string {
  const keys = (["inside", "outside"] as const)
    .filter((side) => settings[side].interface === "auto")
    .map((side) => `[${side}] interface = "NAME"`);
  return keys.length === 0 ? "" : `; to change it set ${keys.join(" or ")}`;
}

function oneHint(address: InterfaceAddress, settings: NetworkSettings): string {
  if (!isPrivate(address.ip) && settings.inside.interface === "auto") {
    return `neighbours on a public network are strangers: name the phones' prefixes in [inside] networks`;
  }
  return settings.outside.advertise.kind === "auto"
    ? `behind a NAT router set [outside] advertise = "ITS PUBLIC ADDRESS OR NAME"`
    : `for two networks set [inside] interface = "NAME" and [outside] interface = "NAME"`;
}

/** Behind a way to the Internet are no phones: nobody is told to look for them there. */
function skippedSentence({ skipped, uplinks }: Choice): Sentence | undefined {
  if (skipped.length === 0) return undefined;
  const reasons = skipped.map((address) =>
    `${addressWords(address)}: ${whySkipped(address, uplinks)}`
  );
  const first = skipped.find(({ device }) => !uplinks.has(device));
  const hint = first === undefined
    ? ""
    : `; phones there need [inside] interface = "${first.device}"`;
  return info(`Skipped ${reasons.join(", ")}${hint}`);
}

function whySkipped(address: InterfaceAddress, uplinks: ReadonlySet<string>): string {
  if (uplinks.has(address.device)) return "a way to the Internet, it has a default route";
  return isVirtualName(address.device) ? "a bridge or tunnel by its name" : "not a private address";
}

function list(addresses: readonly InterfaceAddress[]): string {
  return addresses.map(addressWords).join(", ");
}

/** An address with its interface and network. */
export function addressWords(address: InterfaceAddress): string {
  if (address.name.includes("/")) return address.name;
  return `${address.name} ${address.ip} in ${formatCidr(address.prefix)}`;
}

function info(text: string): Sentence {
  return { level: "info", text };
}
