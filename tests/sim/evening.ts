import { TIMES } from "../../src/proxy/times.ts";
import { type CallEntry, isLive, isUp } from "./call_book.ts";
import { checkNotified, checkRegistered, subscribe } from "./mid_day.ts";
import type { Phone } from "./phone.ts";
import type { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import type { Subscription } from "./subscriptions.ts";
import { Violation } from "./violation.ts";

/** A restart may be on its way, and its time of agreement. */
const LAST_RESTART_MS = 37_500;
/** In which a message that was sent until it is answered has arrived (RFC 3261 §17.1.2.2), and a little more. */
const ARRIVED_MS = 33_000;
/** A server that is dead has been given up twice by then (RULES N4). */
const RING_MS = 15_000;
/** Nothing is lost and nothing waits: what a phone says now has arrived long before, and its first audio too. */
const PROMPT_MS = 3_000;
/** What registrations and refreshes say is on the disk by then: an expiry that only moves on may be a minute late (DESIGN §5). */
const WRITTEN_MS = 62_000;

/** When the weather is fine what phones ask for must happen, and not only nothing that must not. */
export class Evening {
  /** A call that nobody answers and nobody gives up. */
  endless: CallEntry | undefined;
  readonly #random: Random;

  /** @param ample True when no table is smaller than usual: then nothing may be refused. */
  constructor(readonly simulation: Simulation, readonly ample: boolean) {
    this.#random = simulation.streams.of("evening");
  }

  /** Every call of the day ends on both sides; then phones call each other, one call at a time. */
  run(): void {
    const { timeline, weather, phones, book, cast } = this.simulation;
    weather.calm(1e12);
    timeline.run(LAST_RESTART_MS);
    const begun = timeline.now;
    const subscriptions = this.#subscribeAll();
    this.#endFromOneSide();
    for (let round = 0; round < 3; round++) {
      for (const phone of phones) phone.hangUpAll();
      timeline.run(36_000);
    }
    for (const one of subscriptions) checkNotified(one);
    if (this.ample) this.simulation.keepalives.check(begun);
    if (this.ample) checkRegistered(cast.inside, timeline.now);
    book.checkAgreement(book.values(), "after everybody hung up");
    for (const entry of book.values()) {
      if (isLive(entry) && entry.excuse === undefined) {
        throw new Violation("agreement", `call ${entry.id} cannot be ended`);
      }
    }
    if (this.ample) this.#callOneAnother();
  }

  /** Each phone subscribes once more while nothing can go wrong, unless tables are small. */
  #subscribeAll(): (Subscription | undefined)[] {
    const { simulation } = this;
    if (!(simulation.kind.busy ?? true) || !this.ample) return [];
    return simulation.cast.inside.map((phone) =>
      phone.handset.subscription(subscribe(simulation, phone, this.#random) ?? "")
    );
  }

  /** One party of each call hangs up: the other must hear of it, unless tables are small. */
  #endFromOneSide(): void {
    const { book, timeline } = this.simulation;
    this.#waitForAddress();
    const ended = book.values().filter((entry) => isUp(entry));
    for (const { id, parties } of ended) {
      this.#random.pick([...parties].filter((party) => party.stateOf(id) === "up")).hangUp(id);
    }
    timeline.run(ARRIVED_MS);
    // Where few BYEs have a place some are refused, and phones have to say it again.
    if (!this.ample) return;
    for (const entry of ended) {
      if (entry.excuse === undefined && isLive(entry)) {
        throw new Violation("agreement", `call ${entry.id}: one hung up, the other heard nothing`);
      }
    }
  }

  /** One call is given up while it rings, one is answered, heard on both sides, and ended; one rings and rings. */
  #callOneAnother(): void {
    const { timeline, phones, cast, restarts } = this.simulation;
    for (const phone of phones) phone.byHand = true;
    // A core that lost what it knew when the disk failed learns it again.
    for (const phone of cast.inside) phone.register();
    timeline.run(RING_MS);
    const given = this.#ring();
    if (given !== undefined) {
      given.caller.hangUp(given.id);
      timeline.run(PROMPT_MS);
      this.#demandOver(given, "was given up");
    }
    if (this.#random.chance(0.25)) {
      timeline.run(WRITTEN_MS);
      restarts.inFineWeather();
      // What was over when it was taken up ends a minute later (RULES C2).
      timeline.run(this.#random.pick([0, TIMES.bindingGrace]));
    }
    const entry = this.#ring();
    if (entry !== undefined) this.#talk(entry);
    if (this.#random.chance(0.15)) this.#fallSilent();
    if (this.#random.chance(0.2)) this.endless = this.#ring();
  }

  /** The core ends a call of which nothing is heard any more, and tells both sides (RULES X2). */
  #fallSilent(): void {
    const entry = this.#ring();
    if (entry === undefined) return;
    entry.silent = true;
    [...entry.parties].find((party) => party !== entry.caller)?.accept(entry.id);
    const { timeline, router: { options } } = this.simulation;
    timeline.run(options.settings.media.idleMs + PROMPT_MS);
    this.#demandOver(entry, "had fallen silent");
  }

  /** Somebody calls somebody whose phone must ring; undefined when nobody can. */
  #ring(): CallEntry | undefined {
    const { book, timeline, cast, address, phones } = this.simulation;
    // A switch that calls us directly reaches phones inside, and does not learn of a change of our address.
    const isSwitch = ({ options }: Phone) => options.local.port !== 5060;
    this.#waitForAddress();
    const caller = this.#random.pick(phones.filter((one) => !isSwitch(one) || !address.changed));
    const { account } = caller.options;
    // What subscribers of one provider say to each other does not pass us.
    const others = (cast.outside.includes(caller) ? cast.inside : phones).filter((one) =>
      one.options.account.domain === account.domain &&
      one.options.account.user !== account.user && !isSwitch(one)
    );
    if (others.length === 0) return undefined;
    const called = this.#random.pick(others).options.account;
    const id = caller.call(`sip:${called.user}@${called.domain}`);
    timeline.run(RING_MS);
    const entry = book.get(id);
    if (entry !== undefined && entry.parties.size > 1) return entry;
    throw new Violation("reach", `${caller.aor} calls ${called.user}, and nothing rings (${id})`);
  }

  #talk(entry: CallEntry): void {
    const { timeline } = this.simulation;
    const { id, caller, parties, heard } = entry;
    const called = [...parties].find((party) => party !== caller);
    called?.accept(id);
    timeline.run(PROMPT_MS);
    const talking = [...parties].filter((party) => party.stateOf(id) === "up");
    if (talking.length !== 2) {
      throw new Violation("agreement", `call ${id} was answered: ${talking.length} in it`);
    }
    for (const party of talking) {
      if (!heard.audio.has(party)) {
        throw new Violation("silence", `nobody hears ${party.aor} in ${id}`);
      }
    }
    this.#random.pick(talking).offers.make(id);
    timeline.run(PROMPT_MS);
    if (this.#random.chance(0.5)) {
      this.simulation.restarts.inFineWeather();
      timeline.run(PROMPT_MS);
      this.#waitForAddress();
    }
    this.#random.pick(talking).hangUp(id);
    timeline.run(PROMPT_MS);
    this.#demandOver(entry, "was ended by one");
  }

  /** While our address is unknown a BYE is refused, and no call begins. */
  #waitForAddress(): void {
    const { address, timeline } = this.simulation;
    while (!address.known) timeline.run(1_000);
  }

  #demandOver(entry: CallEntry, what: string): void {
    if (!isLive(entry)) return;
    const { id, parties } = entry;
    const who = [...parties].map((party) => `${party.aor} ${party.stateOf(id)}`).join(", ");
    throw new Violation("agreement", `call ${id} ${what}: ${who}`);
  }
}
