import { writeDescription } from "../../src/selftest/description.ts";
import type { Phone } from "./phone.ts";
import type { Random } from "./random.ts";

/** A failed offer may be on the way for so long: after it nothing goes to the port it named. */
const FAILED_MS = 2_000;
/** Ports of later offers, above those of the first. */
const LATER_PORTS = 7_200;

/** What a phone offers in its calls that are up: hold, resume, another port for its audio. */
export class Offers {
  /** Ports that audio may go to, beside the first. */
  readonly ports = new Set<number>();
  /** Calls that it wants to end. */
  readonly ending = new Set<string>();
  /** How many were accepted. */
  accepted = 0;
  readonly #current = new Map<string, number>();
  /** Calls in which both sides may not agree on what holds: an offer is under way, or nobody knows what became of it. */
  readonly #open = new Set<string>();
  readonly #moving = new Set<string>();
  #version = 1;
  #moves = 1;

  readonly #random: Random;
  readonly #doubts: Random;

  constructor(readonly phone: Phone) {
    this.#random = phone.stream("offers");
    this.#doubts = phone.stream("doubts");
  }

  /** The port it speaks from in a call. */
  portOf(id: string): number {
    return this.#current.get(id) ?? this.phone.options.media.port;
  }

  /** True when both sides of a call agree on what was offered and answered last. */
  settled(id: string): boolean {
    return !this.#open.has(id);
  }

  /** True while it asks for another port: it says nothing until it knows which one holds. */
  moving(id: string): boolean {
    return this.#moving.has(id);
  }

  /** What it answers with in a call. */
  describe(id: string): string {
    return writeDescription(
      { ...this.phone.options.media, port: this.portOf(id) },
      ++this.#version,
    );
  }

  /** Offers something else in a call. */
  make(id: string, tries = 3): void {
    const { phone } = this;
    const { timeline, wire } = phone.place;
    const random = this.#random;
    const { media } = phone.options;
    if (phone.stateOf(id) !== "up" || this.ending.has(id)) return;
    // The NAT of a phone behind one knows its first port only.
    const moves = wire.seen(media) === media && random.chance(0.4);
    const port = moves ? LATER_PORTS + 2 * ++this.#moves : this.portOf(id);
    const direction = random.pick(["sendrecv", "sendonly", "inactive"]);
    const body = writeDescription({ ...media, port }, ++this.#version)
      .replace("sendrecv", direction);
    if (moves) this.ports.add(port);
    const offered = phone.handset.offer(id, {
      body,
      now: timeline.now,
      done: (status) => {
        this.#moving.delete(id);
        if (status >= 200 && status < 300) return this.#accepted(id, port, moves);
        if (moves) timeline.in(FAILED_MS, () => this.ports.delete(port));
        this.#failed(id, status, tries);
      },
    });
    if (offered) this.#open.add(id);
    if (offered && moves) this.#moving.add(id);
    if (!offered && moves) this.ports.delete(port);
    const doubts = this.#doubts;
    if (!offered || !doubts.chance(0.3)) return;
    timeline.in(doubts.between(10, 3_000), () => phone.handset.cancelOffer(id, timeline.now));
  }

  #accepted(id: string, port: number, moved: boolean): void {
    const { phone } = this;
    this.accepted++;
    this.#current.set(id, port);
    this.#open.delete(id);
    const entry = phone.place.book.get(id);
    if (entry !== undefined) phone.place.hearing.demand(entry, moved ? phone : undefined);
  }

  #failed(id: string, status: number, tries: number): void {
    const { phone } = this;
    const { book, timeline } = phone.place;
    const random = this.#random;
    const entry = book.get(id);
    if (status !== 481 && status !== 408 && status !== 0) this.#open.delete(id);
    // RFC 3261 §14.1: both wait, the caller longer.
    if (status === 491 && tries > 1) {
      const owner = entry?.caller === phone;
      const wait = owner ? random.between(2_100, 4_000) : random.between(0, 2_000);
      return void timeline.in(wait, () => this.make(id, tries - 1));
    }
    if (status !== 481 && status !== 408 && status !== 0) return;
    if (status === 481 && entry !== undefined && phone.stateOf(id) === "up") {
      book.checkGone(entry, phone);
    }
    if (phone.stateOf(id) === "up") phone.hangUpWhenCalmIsOver(id);
  }
}
