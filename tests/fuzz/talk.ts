import type { Side } from "../../src/base/side.ts";
import { headerText, headerValues } from "../../src/sip/headers.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import { parseNameAddr } from "../../src/sip/name_addr.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import type { Packet } from "../flow/stage.ts";
import { answerText, type RequestParts, requestText } from "../unit/proxy/messages.ts";
import type { Arena } from "./arena.ts";
import type { Dice } from "./dice.ts";
import { mutate, mutateOutside } from "./mutate.ts";
import { description, PLACES, VIA_PARAMETERS } from "./samples.ts";

/** What may happen to a step of a conversation. */
export type Mishap = "none" | "lost" | "twice" | "faulty" | "late" | "copied" | "slow";

/** How an answer differs from a bare one. */
export interface AnswerOptions {
  readonly tag?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** With a description of the side that answers. */
  readonly body?: boolean;
}

const MISHAPS: readonly Mishap[] = ["lost", "twice", "faulty", "faulty", "late", "copied", "slow"];
/** How often a step goes wrong. */
const WRONG = 0.12;
/** Pauses in which timers of RFC 3261 §17 run out. */
const PAUSES_MS = [600, 4_100, 12_000, 33_000, 190_000];
const HOME: Readonly<Record<Side, string>> = { inside: PLACES.phone, outside: PLACES.provider };

/** One conversation of a phone and its provider through a core: each says what comes next, and steps go wrong. */
export class Talk {
  readonly call: string;
  readonly number: number;
  /** The tags of both parties. */
  readonly tags: Record<Side, string>;
  accepted = 0;
  refused = 0;
  #got: Record<Side, Packet[]> = { inside: [], outside: [] };
  #late: { side: Side; text: string } | undefined;
  #cseq: Record<Side, number> = { inside: 0, outside: 0 };

  constructor(readonly arena: Arena, readonly dice: Dice, readonly wrong = WRONG) {
    this.number = arena.next();
    this.call = `talk-${this.number}`;
    this.tags = { inside: `ti${this.number}`, outside: `to${this.number}` };
  }

  /** A new request of a side within this conversation; what it says of the dialog follows from the tags. */
  ask(side: Side, method: string, parts: RequestParts & { described?: boolean } = {}): void {
    const cseq = parts.cseq ?? ++this.#cseq[side];
    const { described = false, ...others } = parts;
    this.say(
      side,
      requestText({
        method,
        cseq,
        call: this.call,
        via: `SIP/2.0/UDP ${
          HOME[side]
        };branch=z9hG4bK-t${this.number}-${side}-${cseq}-${method};rport`,
        from: `<${this.party(side)}>;tag=${this.tags[side]}`,
        to: `<${this.party(other(side))}>;tag=${this.tags[other(side)]}`,
        uri: this.target(side),
        contact: this.contact(side),
        ...(described ? { body: this.described(side) } : {}),
        ...others,
      }),
    );
  }

  /** The number of the latest request of a side: for its ACK, CANCEL and PRACK. */
  latest(side: Side): number {
    return this.#cseq[side];
  }

  /** Answers the latest request of a method that reached a side; nothing when none did. */
  answer(side: Side, method: string, status: number, options: AnswerOptions = {}): void {
    const request = this.got(side, method);
    if (request === undefined) return;
    const { tag = this.tags[side], headers = [], body = false } = options;
    const contacts = method === "REGISTER" ? [] : [["Contact", this.contact(side)] as const];
    const routes = headerValues(request, "record-route").map((value) =>
      ["Record-Route", value] as const
    );
    const all = [...contacts, ...routes, ...headers];
    const text = body ? { body: this.described(side) } : {};
    this.say(side, answerText(request, status, { tag, headers: all, ...text }));
  }

  /** The latest request of a method that reached a side. */
  got(side: Side, method: string): SipRequest | undefined {
    for (const { text } of this.#got[side].toReversed()) {
      if (!text.startsWith(`${method} `)) continue;
      const parsed = parseMessage(text);
      if (parsed.ok && parsed.value.kind === "request") return parsed.value;
    }
    return undefined;
  }

  /** Sends a step, if nothing befalls it. */
  say(side: Side, text: string): void {
    const mishap = this.dice.chance(this.wrong) ? this.dice.pick(MISHAPS) : "none";
    const before = this.#late;
    this.#late = undefined;
    this.#step(side, text, mishap);
    if (before !== undefined) this.#feed(before.side, HOME[before.side], before.text);
  }

  /** Ends it: what was late comes after all. */
  end(): { accepted: number; refused: number } {
    if (this.#late !== undefined) {
      this.#feed(this.#late.side, HOME[this.#late.side], this.#late.text);
    }
    return { accepted: this.accepted, refused: this.refused };
  }

  /** A description of a side's media. */
  described(side: Side): string {
    return description(HOME[side].split(":")[0]!, this.dice);
  }

  /** What a side calls itself. */
  party(side: Side): string {
    return side === "inside" ? "sip:alice@example.com" : "sip:bob@example.com";
  }

  /** A side's own Contact. */
  contact(side: Side): string {
    return `<sip:${side === "inside" ? "alice" : "bob"}@${HOME[side]}>`;
  }

  /** Where a side sends requests of the dialog: to the Contact it was shown last. */
  target(side: Side): string {
    for (const { text } of this.#got[side].toReversed()) {
      const parsed = parseMessage(text);
      const contact = parsed.ok ? headerText(parsed.value, "contact") : undefined;
      const address = contact === undefined ? undefined : parseNameAddr(contact);
      if (address?.ok) return address.value.uri;
    }
    return side === "inside" ? "sip:bob@example.com" : this.arena.living.masked;
  }

  #step(side: Side, text: string, mishap: Mishap): void {
    const { dice } = this;
    const home = HOME[side];
    switch (mishap) {
      case "lost":
        return;
      case "late":
        this.#late = { side, text };
        return;
      case "slow":
        this.arena.wait(dice.pick(PAUSES_MS));
        return this.#feed(side, home, text);
      case "twice":
        this.#feed(side, home, text);
        return this.#feed(side, home, text);
      case "copied":
        this.#feed("outside", PLACES.stranger, this.#copy(text));
        return this.#feed(side, home, text);
      case "faulty":
        return this.#feed(
          side,
          home,
          side === "inside" ? mutate(text, dice) : mutateOutside(text, dice),
        );
      case "none":
        return this.#feed(side, home, text);
    }
    mishap satisfies never;
  }

  /** What a stranger would send of it, with a Via of its own now and then. */
  #copy(text: string): string {
    const via = this.dice.pick(VIA_PARAMETERS);
    return text.replaceAll("192.168.1.", "10.1.1.").replace(";rport", via);
  }

  #feed(side: Side, from: string, text: string): void {
    const sent = this.arena.feed(side, from, text);
    for (const packet of sent) {
      const to = packet.to.startsWith("192.168.") ? "inside" : "outside";
      this.#got[to].push(packet);
    }
    const fine = sent.some(({ text }) => !/^SIP\/2\.0 [3-6]/.test(text));
    if (fine) this.accepted++;
    else this.refused++;
  }
}

/** The side across. */
export function other(side: Side): Side {
  return side === "inside" ? "outside" : "inside";
}
