import { type Address, formatAddress, makeAddress } from "../../src/base/address.ts";
import type { Timeline } from "./timeline.ts";
import type { Random, Streams } from "./random.ts";
import type { Weather } from "./weather.ts";

/** What travels: SIP as text, media as bytes. */
export type Payload = string | Uint8Array;

/** Takes a datagram that came from `from` to `to`, both as seen here. */
export type Receiver = (payload: Payload, from: Address, to: Address) => void;

/** One way through, in ms. */
const LATENCY_MS = 4;

/** All networks at once: datagrams are lost, doubled and overtaken, and NATs rewrite addresses. */
export class Wire {
  readonly #receivers = new Map<string, Receiver>();
  /** Behind a NAT → in front of it: `ip:port`, or `ip` for all its ports. */
  readonly #outward = new Map<string, string>();
  readonly #inward = new Map<string, string>();

  /** What becomes of the datagrams from one place to another. */
  readonly #links = new Map<string, Random>();

  constructor(
    readonly timeline: Timeline,
    readonly weather: Weather,
    readonly streams: Streams,
  ) {}

  /** Who listens at `ip:port`, or at all ports of `ip`. */
  attach(where: string, receiver: Receiver): void {
    this.#receivers.set(where, receiver);
  }

  /** Nobody listens there any more. */
  detach(where: string): void {
    this.#receivers.delete(where);
  }

  /** A NAT: `behind` is seen as `before`, and reached by it; both `ip:port` or both `ip`. */
  translate(behind: string, before: string): void {
    this.#outward.set(behind, before);
    this.#inward.set(before, behind);
  }

  /** How an address is seen from the other side of its NAT. */
  seen(address: Address): Address {
    return mapped(this.#outward, address);
  }

  /** Sends a datagram; `from` and `to` as the sender knows them. */
  send(from: Address, to: Address, payload: Payload): void {
    const random = this.#link(from, to);
    const strikes = (kind: "loss" | "duplication") => this.weather.strikes(kind, random);
    const copies = strikes("loss") ? 0 : strikes("duplication") ? 2 : 1;
    const source = this.seen(from);
    for (let copy = 0; copy < copies; copy++) {
      const { jitter } = this.weather.today;
      const delay = LATENCY_MS + (jitter === 0 ? 0 : random.between(0, jitter));
      this.timeline.in(delay, () => this.#deliver(source, to, payload));
    }
  }

  #link(from: Address, to: Address): Random {
    const name = `from ${formatAddress(from)} to ${formatAddress(to)}`;
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const random = this.streams.of(name);
    this.#links.set(name, random);
    return random;
  }

  #deliver(from: Address, to: Address, payload: Payload): void {
    const target = mapped(this.#inward, to);
    // What lies behind a NAT is reached by its outer address only.
    if (this.seen(target) !== target && formatAddress(this.seen(target)) !== formatAddress(to)) {
      return;
    }
    const receiver = this.#receivers.get(formatAddress(target)) ?? this.#receivers.get(target.ip);
    receiver?.(payload, from, target);
  }
}

function mapped(map: ReadonlyMap<string, string>, address: Address): Address {
  const exact = map.get(formatAddress(address));
  if (exact !== undefined) {
    const colon = exact.lastIndexOf(":");
    return addressAt(exact.slice(0, colon), Number(exact.slice(colon + 1)));
  }
  const ip = map.get(address.ip);
  return ip === undefined ? address : addressAt(ip, address.port);
}

/** An address that is known to be one. */
export function addressAt(ip: string, port: number): Address {
  const made = makeAddress(ip, port);
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}
