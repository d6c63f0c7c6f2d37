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
  #version = 1;

  readonly #random: Random;

  constructor(readonly phone: Phone) {
    this.#random = phone.stream("offers");
  }

  /** The port it speaks from in a call. */
  portOf(id: string): number {
    return this.#current.get(id) ?? this.phone.options.media.port;
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
    const port = moves ? LATER_PORTS + 2 * ++this.#version : this.portOf(id);
    const direction = random.pick(["sendrecv", "sendonly", "inactive"]);
    const body = writeDescription({ ...media, port }, ++this.#version)
      .replace("sendrecv", direction);
    if (moves) this.ports.add(port);
    const offered = phone.handset.offer(id, {
      body,
      now: timeline.now,
      done: (status) => {
        if (status >= 200 && status < 300) {
          this.accepted++;
          this.#current.set(id, port);
        } else if (moves) {
          timeline.in(FAILED_MS, () => this.ports.delete(port));
        }
        this.#failed(id, status, tries);
      },
    });
    if (!offered && moves) this.ports.delete(port);
  }

  #failed(id: string, status: number, tries: number): void {
    const { phone } = this;
    const { book, timeline } = phone.place;
    const random = this.#random;
    const entry = book.get(id);
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
