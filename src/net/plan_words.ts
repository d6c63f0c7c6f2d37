import { formatCidr, isPrivate } from "../base/cidr.ts";
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

function missing({ inside, outside }: Choice, { settings, present }: PlanContext): string {
  const parts: string[] = [];
  if (inside.length === 0) {
    parts.push(
      settings.inside.interface === "auto"
        ? `No private address on an inside interface yet`
        : addressless(`Inside interface ${settings.inside.interface}`, present),
    );
  }
  if (outside === undefined) {
    parts.push(
      settings.outside.interface === "auto"
        ? `No default route yet, so the outside is unknown; to name it set [outside] interface = "NAME"`
        : addressless(`Outside interface ${settings.outside.interface}`, present),
    );
  }
  return `${parts.join("; ")}; waiting for it`;
}

/** A misspelt name looks like an interface that is not up yet. */
function addressless(which: string, present: readonly string[]): string {
  const others = present.length === 0 ? "none has" : `those that have one: ${present.join(", ")}`;
  return `${which} has no IPv4 address yet (${others})`;
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

function skippedSentence({ skipped }: Choice): Sentence | undefined {
  const first = skipped[0];
  if (first === undefined) return undefined;
  const reasons = skipped.map((address) => `${describe(address)}: ${whySkipped(address)}`);
  return info(
    `Skipped ${reasons.join(", ")}; phones there need [inside] interface = "${first.device}"`,
  );
}

function whySkipped(address: InterfaceAddress): string {
  return isVirtualName(address.device) ? "a bridge or tunnel by its name" : "not a private address";
}

function list(addresses: readonly InterfaceAddress[]): string {
  return addresses.map(describe).join(", ");
}

function describe(address: InterfaceAddress): string {
  if (address.name.includes("/")) return address.name;
  return `${address.name} ${address.ip} in ${formatCidr(address.prefix)}`;
}

function info(text: string): Sentence {
  return { level: "info", text };
}
