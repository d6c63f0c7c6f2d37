import { type Address, formatAddress } from "../base/address.ts";
import type { Endpoint, Send } from "./endpoint.ts";

/** One message on its way through a {@linkcode MemoryExchange}. */
export interface Datagram {
  readonly from: Address;
  readonly to: Address;
  readonly text: string;
}

/** Joins endpoints in memory and in virtual time: what one sends is received by the one at that address. */
export class MemoryExchange {
  /** Virtual time in ms. */
  now = 0;
  /** Everything that was sent, lost messages included. */
  readonly sent: Datagram[] = [];
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #queue: Datagram[] = [];

  /** `pass` decides which messages arrive; all do without it. */
  constructor(readonly pass: (datagram: Datagram) => boolean = () => true) {}

  /** Puts an endpoint at an address, in place of the one that was there. */
  attach(address: Address, endpoint: Endpoint): void {
    this.#endpoints.set(formatAddress(address), endpoint);
  }

  /** What an endpoint at `from` sends with. */
  sender(from: Address): Send {
    return (to, text) => {
      const datagram = { from, to, text };
      this.sent.push(datagram);
      if (this.pass(datagram)) this.#queue.push(datagram);
    };
  }

  /** Delivers what was sent and lets `forMs` of virtual time pass, doing everything that falls due on the way. */
  run(forMs = 0): void {
    const end = this.now + forMs;
    for (;;) {
      this.#deliver();
      const next = this.#nextTimeout();
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const endpoint of this.#endpoints.values()) endpoint.handleTimeout(this.now);
    }
    this.now = end;
  }

  #deliver(): void {
    for (let datagram = this.#queue.shift(); datagram; datagram = this.#queue.shift()) {
      const { to, from, text } = datagram;
      this.#endpoints.get(formatAddress(to))?.receive(text, from, this.now);
    }
  }

  #nextTimeout(): number {
    const times = [...this.#endpoints.values()].map((endpoint) => endpoint.nextTimeout());
    return Math.min(...times.map((time) => time ?? Infinity));
  }
}
