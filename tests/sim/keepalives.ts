import { type Address, formatAddress } from "../../src/base/address.ts";
import type { Simulation } from "./simulation.ts";
import { Violation } from "./violation.ts";

/** What is sent to keep a NAT's mapping (RULES N6). */
const PING = "\r\n\r\n";
/** More than the interval, in which one must come. */
const SLACK_MS = 1_000;

/** Remembers when each place was sent a keep-alive last. */
export class Keepalives {
  readonly #last = new Map<string, number>();

  constructor(readonly simulation: Simulation) {}

  /** Looks at what leaves. */
  look(to: Address, text: string): void {
    if (text === PING) this.#last.set(formatAddress(to), this.simulation.timeline.now);
  }

  /** Each phone that has registered a while ago, but not before `start`, and its provider must have got one since. */
  check(start: number): void {
    const { cast, timeline, wire, router } = this.simulation;
    const since = timeline.now - router.options.settings.outside.keepaliveMs - SLACK_MS;
    for (const { aor, registeredUntil, registeredAt, options } of cast.inside) {
      const due = registeredAt >= start && registeredAt <= since;
      if (!due || registeredUntil <= timeline.now) continue;
      const { domain } = options.account;
      const provider = cast.providers.find((one) => one.options.domain === domain)!;
      for (const place of [wire.seen(options.local), provider.options.local]) {
        const where = formatAddress(place);
        if ((this.#last.get(where) ?? -Infinity) >= since) continue;
        throw new Violation("keep-alive", `${aor} is registered, and ${where} gets none`);
      }
    }
  }
}
