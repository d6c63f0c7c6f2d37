import type { Network } from "../../src/proxy/events.ts";
import { hiddenAddress, makeNetwork } from "./cast.ts";
import type { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import { Violation } from "./violation.ts";

/** Our address outside at first, as switches there know it. */
export const ADVERTISED = "203.0.113.5";
/** The outside address after a change of it. */
const OTHER_ADDRESS = "203.0.113.6";
/** A name is looked up soon, or when its server is back. */
const SOON_MS = 6_000;
const LATE_MS = 50_000;

/** Our address outside: behind a 1:1 NAT or not, and in some worlds a name, unknown until it is looked up. */
export class OutsideAddress {
  /** True in worlds that know it by a name only: each start has to look that up. */
  readonly named: boolean;
  readonly #nat: boolean;
  readonly #random: Random;
  /** What we may have called ourselves so far. */
  readonly #told = new Set<string>();
  #ip = ADVERTISED;
  #known = true;
  #losses = 0;

  constructor(readonly simulation: Simulation) {
    const random = this.#random = simulation.streams.of("outside address");
    this.#nat = random.chance(0.3);
    this.named = random.chance(0.3);
    this.#translate();
    if (!this.named) this.#told.add(ADVERTISED);
  }

  /** The network with this address, or without any. */
  get network(): Network {
    const network = makeNetwork(this.#ip, this.#nat);
    return this.#known ? network : { ...network, advertised: undefined };
  }

  /** The program is about to start: where the address is a name it is not known yet. */
  starting(): void {
    if (this.named) this.#lose(this.#random.between(10, SOON_MS));
  }

  /** Nobody knows it for a while. */
  lose(): void {
    const { timeline, weather, counts } = this.simulation;
    if (timeline.now < weather.calmUntil) return;
    counts.addressLost++;
    this.#lose(this.#random.between(10, this.#random.pick([SOON_MS, LATE_MS])));
  }

  /** False while nobody knows it. */
  get known(): boolean {
    return this.#known;
  }

  /** True when it is not what it was at first. */
  get changed(): boolean {
    return this.#ip !== ADVERTISED;
  }

  /** It is another one. */
  change(): void {
    this.#ip = OTHER_ADDRESS;
    this.#translate();
    this.#tell();
  }

  /** What leaves outside calls us by an address that has been ours. */
  check(text: string): void {
    for (const line of text.matchAll(/^(?:Contact|m) *:.*$/gim)) {
      for (const [, host = ""] of line[0].matchAll(/<sips?:(?:[^@>]*@)?([^:;>]+)/gi)) {
        if (!this.#told.has(host)) throw new Violation("contact", `we are not ${host}:\n${text}`);
      }
    }
  }

  #lose(ms: number): void {
    const loss = ++this.#losses;
    this.#known = false;
    this.#tell();
    this.simulation.timeline.in(ms, () => {
      if (loss !== this.#losses) return;
      this.#known = true;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#known) this.#told.add(this.#ip);
    this.simulation.router.changeNetwork(this.network);
  }

  #translate(): void {
    if (this.#nat) this.simulation.wire.translate(hiddenAddress(), this.#ip);
  }
}
