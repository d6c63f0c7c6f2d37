import { anyContains } from "../../src/base/cidr.ts";
import type { Side } from "../../src/base/side.ts";
import type { Network } from "../../src/proxy/events.ts";
import { FarEnds } from "./far_ends.ts";
import { leaks } from "./invariant.ts";

/** Judges what leaves on the outside by the invariant (RULES I), knowing all that came in before. */
export class LeakGuard {
  readonly #farEnds = new FarEnds();
  /** Addresses that sent something from inside. */
  readonly #phones = new Set<string>();

  /** A message came from an address on a side. */
  hear(side: Side, ip: string, text: string): void {
    if (side === "outside") this.#farEnds.hear(ip, text);
    else this.#phones.add(ip);
  }

  /** A message leaves: an error when it tells something of the inside to who is not in there. */
  check(ip: string, text: string, network: Network): void {
    const { insideNetworks, advertised, ownIps } = network;
    if (anyContains(insideNetworks, ip)) return;
    const shown = advertised === undefined ? [] : [advertised];
    const given = this.#farEnds.given(ip, text);
    const real = [...this.#phones, ...ownIps].filter((own) => !own.startsWith("127."));
    const found = leaks(text, insideNetworks, { shown, given, real });
    if (found.length > 0) throw new Error(`Leak to ${ip}: ${found.join("; ")}\n${text}`);
  }
}
