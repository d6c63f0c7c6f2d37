import type { Side } from "../../src/base/side.ts";
import type { Relayed } from "../flow/stage.ts";

/** A media packet as it came in. */
export interface Arrival {
  /** `ip:port` of its sender. */
  readonly from: string;
  /** `ip:port` of our socket. */
  readonly to: string;
}

const INSIDE = "192.168.1.";
const IP = /\d{1,3}(?:\.\d{1,3}){3}/g;
const PORT = /\d{1,5}/g;

/**
 * Knows from the messages alone who may send media and where it may go, and nothing of what the relay thinks:
 * the places that descriptions named, and those that media came from (RULES L1, L5).
 */
export class MediaWatch {
  /** `ip:port` of every place that a message named, by the side it came from. */
  #named: Record<Side, Set<string>> = { inside: new Set(), outside: new Set() };
  /** `ip:port` of everybody who sent and could have been accepted. */
  #heard: Record<Side, Set<string>> = { inside: new Set(), outside: new Set() };
  /** /24 prefixes that descriptions named: from there another stream may come (RULES L3). */
  #prefixes = new Set<string>();

  /** Notes the places that a message names; too many rather than too few, since messages here are faulty. */
  named(side: Side, text: string): void {
    if (!text.includes("m=")) return;
    for (const part of readings(text)) this.#nameAll(side, part);
  }

  #nameAll(side: Side, text: string): void {
    // A CR of its own ends a line for some, and is a part of it for others.
    const lines = [...text.split(/[\r\n]+/), ...text.split(/\r?\n/)];
    const found = (where: RegExp, what: RegExp) =>
      // Each once: faults repeat things by the thousand.
      new Set(lines.flatMap((line) => where.test(line) ? line.match(what) ?? [] : []));
    const ports = found(/^\s*[ma]=/, PORT);
    for (const written of found(/^\s*[cao]=|^m=/, IP)) {
      const ip = written.split(".").map(Number).join(".");
      this.#prefixes.add(prefixOf(ip));
      for (const port of ports) {
        this.#named[side].add(`${ip}:${Number(port)}`).add(`${ip}:${Number(port) + 1}`);
      }
    }
  }

  /** Notes who sent: once relayed, packets may go back there. */
  heard(arrival: Arrival): void {
    this.#heard[sideOf(arrival.to)].add(arrival.from);
  }

  /** Forgets all: no call is left. */
  clear(): void {
    for (const places of [this.#named, this.#heard]) {
      places.inside.clear();
      places.outside.clear();
    }
    this.#prefixes.clear();
  }

  /** True for an address near which no description named anybody: nothing it sends may pass. */
  isStranger(from: string): boolean {
    return !this.#prefixes.has(prefixOf(from));
  }

  /** Throws when a packet was passed on that came from a stranger, or that went where nobody asked for it. */
  check(arrival: Arrival, relayed: Relayed, stranger: boolean): void {
    const words = `${arrival.from} > ${arrival.to}, passed on as ${relayed.from} > ${relayed.to}`;
    if (stranger && this.isStranger(arrival.from)) {
      throw new Error(`A stranger's packet: ${words} (RULES L1)`);
    }
    if (sideOf(arrival.from) !== sideOf(arrival.to)) {
      throw new Error(`From the other side: ${words} (RULES L2, L5)`);
    }
    const side = sideOf(relayed.from);
    if (sideOf(relayed.to) !== side) throw new Error(`To the other side: ${words} (RULES L5)`);
    if (!this.#named[side].has(relayed.to) && !this.#heard[side].has(relayed.to)) {
      throw new Error(`To a place that nobody named: ${words} (RULES L1)`);
    }
  }
}

/** The message as it is, and without the surplus behind what its Content-Length counts: that may cut an address short. */
function readings(text: string): string[] {
  const body = text.indexOf("\r\n\r\n") + 4;
  const lengths = text.matchAll(/^(?:content-length|l)\s*:\s*(\d{1,5})/gim);
  const cut = [...lengths].map(([, length]) => text.slice(0, body + Number(length)));
  return [text, ...cut.filter((part) => part.length < text.length)];
}

function sideOf(place: string): Side {
  return place.startsWith(INSIDE) ? "inside" : "outside";
}

function prefixOf(place: string): string {
  return place.split(".").slice(0, 3).join(".");
}
