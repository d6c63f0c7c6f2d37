import type { Address } from "../../src/base/address.ts";
import { rtcpPacket, rtpPacket } from "../flow/rtp.ts";
import type { CallEntry, Part } from "./call_book.ts";
import type { Phone } from "./phone.ts";

/** The first packets of audio come fast, later ones only show that somebody is there. */
const FAST_MS = 60;
const SLOW_MS = 8_000;
/** Fast packets after the first one. */
const FIRST = 8;

/** What is said in one call. */
interface Talk {
  readonly far: Address;
  readonly since: number;
  sequence: number;
}

/** What a phone says in its calls: audio, and now and then its control packets. */
export class Voice {
  readonly #talks = new Map<string, Talk>();

  constructor(readonly phone: Phone) {}

  /** Speaks in a call from now on; `far` is where the other party is heard. */
  begin(entry: CallEntry, far: Address, sequence: number): void {
    const talk = { far, since: this.phone.place.timeline.now, sequence };
    this.#talks.set(entry.id, talk);
    this.#speak(entry, talk, FIRST);
  }

  /** Says something in a call, and something about it, at once. */
  say(entry: CallEntry): void {
    const talk = this.#talks.get(entry.id);
    if (talk === undefined) return;
    this.#send(entry, talk, "audio");
    this.#send(entry, talk, "control");
  }

  /** How long it has spoken in a call, in ms; 0 when it has not. */
  age(id: string): number {
    const since = this.#talks.get(id)?.since;
    return since === undefined ? 0 : this.phone.place.timeline.now - since;
  }

  #speak(entry: CallEntry, talk: Talk, left: number): void {
    const { phone } = this;
    if (phone.stateOf(entry.id) === "none") return;
    this.#send(entry, talk, "audio");
    if (left === FIRST / 2) this.#send(entry, talk, "control");
    if (left === 0 && entry.silent) return;
    phone.place.timeline.in(
      left > 0 ? FAST_MS : SLOW_MS,
      () => this.#speak(entry, talk, Math.max(0, left - 1)),
    );
  }

  #send(entry: CallEntry, talk: Talk, part: Part): void {
    const { options, offers, place: { book, wire } } = this.phone;
    if (offers.moving(entry.id)) return;
    const ssrc = book.ssrc(entry, this.phone);
    const port = offers.portOf(entry.id);
    const { far } = talk;
    if (part === "audio") {
      const { sequence } = talk;
      talk.sequence++;
      return wire.send({ ...options.media, port }, far, rtpPacket({ ssrc, sequence, type: 0 }));
    }
    const to = { ...far, port: far.port + 1 };
    wire.send({ ...options.media, port: port + 1 }, to, rtcpPacket(ssrc));
  }
}
