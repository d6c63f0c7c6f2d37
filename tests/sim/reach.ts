import { LIMITS } from "../../src/base/limits.ts";
import type { Phone } from "./phone.ts";
import type { Simulation } from "./simulation.ts";
import { Violation } from "./violation.ts";

/** Between two looks whether our address is known by now. */
const LOOK_MS = 500;
/** What left before the program stopped has arrived. */
const IN_FLIGHT_MS = 500;
/** What is sent in fine weather has arrived. */
const ARRIVED_MS = 1_000;

/** Sends phones a message through their provider after a restart: their registrations must have outlived it (RULES X1). */
export class Reach {
  /** When the program stopped and a phone's registration was not on the disk, since that had failed. */
  readonly #lost = new Map<Phone, number>();

  constructor(readonly simulation: Simulation) {}

  /** Phones that may count on their registrations, whatever becomes of the program now. */
  registered(): Phone[] {
    const { cast, disk, timeline, address, router: { options } } = this.simulation;
    for (const phone of cast.inside) {
      if (disk.unsure(phone.handset.contact)) this.#lost.set(phone, timeline.now);
    }
    // Where few fit, a registration may find no place after its server's 200.
    const { bindings, bindingsPerAor, serverTransactions, clientTransactions } = options.limits;
    if (bindings < LIMITS.bindings || bindingsPerAor < LIMITS.bindingsPerAor) return [];
    if (serverTransactions < LIMITS.serverTransactions) return [];
    if (clientTransactions < LIMITS.clientTransactions) return [];
    // The provider sends to the address that it was told. What was stored an hour ago, as the clock has it, is over.
    if (address.changed || this.simulation.lostAnHour) return [];
    return cast.inside.filter((phone) =>
      phone.registeredUntil > timeline.now &&
      phone.registeredAt > (this.#lost.get(phone) ?? -Infinity) + IN_FLIGHT_MS
    );
  }

  /** Demands it of those whose registration still runs, as soon as our address is known. */
  demand(phones: readonly Phone[]): void {
    const { address, router, timeline, weather } = this.simulation;
    if (weather.calmUntil < timeline.now + ARRIVED_MS || router.core === undefined) return;
    if (!address.known) return void timeline.in(LOOK_MS, () => this.demand(phones));
    for (const phone of phones) {
      if (phone.registeredUntil > timeline.now) this.#send(phone);
    }
  }

  #send(phone: Phone): void {
    const { cast, timeline, counts, address } = this.simulation;
    const { user, domain } = phone.options.account;
    const sender = cast.outside.find(({ options }) =>
      options.account.domain === domain && options.local.port === 5060
    );
    if (sender === undefined) return;
    const { registeredUntil } = phone;
    const { now } = timeline;
    const id = sender.handset.send("MESSAGE", `sip:${user}@${domain}`, { now });
    const { restarts } = counts;
    timeline.in(ARRIVED_MS, () => {
      if (counts.restarts !== restarts || !address.known || address.changed) return;
      // Its power is gone.
      if (phone.registeredUntil < registeredUntil) return;
      counts.reached++;
      // Twins share a name, and the provider knows one of them.
      if (cast.inside.some(({ handset }) => handset.hasMessage(id))) return;
      throw new Violation("reach", `${phone.aor} is registered and cannot be reached (${id})`);
    });
  }
}
