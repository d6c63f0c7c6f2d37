import type { Side } from "../../src/base/side.ts";

/** A datagram with its sender, so that it can come again. */
export interface Datagram {
  readonly side: Side;
  readonly from: string;
  readonly text: string;
}

/** How long the slowest event took that a datagram led to. */
export interface Slow {
  readonly ms: number;
  /** What the event was: the message, or the event's type. */
  readonly text: string;
  readonly datagram: Datagram;
}

/** So many are kept: one pause of the machine would hide a slow message behind a quick one. */
const KEPT = 10;

/** The slowest events of a run, slowest first. */
export class Slowest {
  #list: Slow[] = [];

  /** Those that were kept. */
  get list(): readonly Slow[] {
    return this.#list;
  }

  /** The least ms that is worth keeping now. */
  get bar(): number {
    return this.#list.length < KEPT ? 0 : this.#list[KEPT - 1]!.ms;
  }

  /** Takes one in; the quickest goes when there are too many. */
  note(slow: Slow): void {
    const before = this.#list.findIndex(({ ms }) => ms < slow.ms);
    this.#list.splice(before < 0 ? this.#list.length : before, 0, slow);
    this.#list.length = Math.min(this.#list.length, KEPT);
  }

  /** Forgets them. */
  clear(): void {
    this.#list = [];
  }
}
