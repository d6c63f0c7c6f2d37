import type { Side } from "../../src/base/side.ts";
import { headerText, headerValues } from "../../src/sip/headers.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { parseNameAddr } from "../../src/sip/name_addr.ts";
import { type Packet, Stage } from "../flow/stage.ts";
import { readAnswer } from "../flow/names.ts";
import { answerText, audio, requestText } from "../unit/proxy/world_fixture.ts";
import type { Living } from "./samples.ts";
import { PLACES } from "./samples.ts";

/** A datagram with its sender, so that it can come again. */
export interface Datagram {
  readonly side: Side;
  readonly from: string;
  readonly text: string;
}

/** The slowest event so far of those that a datagram led to. */
export interface Longest {
  ms: number;
  text: string;
  /** The datagram; undefined before the first one. */
  datagram?: Datagram | undefined;
}

/** Tries between two looks at whether the call still lives. */
const LOOK_EVERY = 20;

/** A core with a phone that is registered and in a call, in virtual time. */
export class Arena {
  readonly stage = new Stage();
  readonly longest: Longest = { ms: 0, text: "" };
  #number = 0;
  #looks = 0;
  #living: Living | undefined;
  #latest: Datagram | undefined;

  /** @param clock Real milliseconds, for the slowest event only. */
  constructor(clock: () => number) {
    const { stage } = this;
    stage.settings.media.ports = { low: 10_000, high: 11_999 };
    for (const name of ["example.com", "chair-dnrc.example.com", "example.net"]) {
      stage.names.set(name, readAnswer(PLACES.provider.split(":")[0]!));
    }
    this.#watch(clock);
  }

  /** The registration and the call; both are made anew when they have ended. */
  get living(): Living {
    // Looking costs more than most tries do.
    if (this.#living !== undefined && this.#looks++ % LOOK_EVERY !== 0) return this.#living;
    const { phones, calls } = this.tables as { phones: unknown[]; calls: { callId: string }[] };
    const known = this.#living;
    const lives = calls.some(({ callId }) => callId === known?.callId) && phones.length > 0;
    return known !== undefined && lives ? known : (this.#living = this.#begin());
  }

  /** Every table of the core. */
  get tables(): Record<string, unknown> {
    return this.stage.core.snapshot() as Record<string, unknown>;
  }

  /** A number that was never given before. */
  next(): number {
    return ++this.#number;
  }

  /** Lets a datagram arrive; gives what was sent because of it. */
  feed(side: Side, from: string, text: string): Packet[] {
    this.stage.packets.length = 0;
    this.stage.notes.length = 0;
    this.#latest = { side, from, text };
    this.stage.receive(side, from, text);
    this.#latest = undefined;
    return this.stage.packets.splice(0);
  }

  /** Lets media arrive; true if it was passed on. */
  feedMedia(from: string, to: string, bytes: Uint8Array): boolean {
    const { relayed } = this.stage;
    relayed.length = 0;
    this.stage.media(from, to, bytes);
    return relayed.length > 0;
  }

  /** Lets time pass; what is sent meanwhile is lost. */
  wait(ms: number): void {
    this.stage.wait(ms);
    this.stage.packets.length = 0;
    this.stage.notes.length = 0;
  }

  #watch(clock: () => number): void {
    const { core } = this.stage;
    const handle = core.handle.bind(core);
    core.handle = (event, now) => {
      const start = clock();
      const effects = handle(event, now);
      const ms = clock() - start;
      if (this.#latest !== undefined && ms > this.longest.ms) {
        this.longest.ms = ms;
        this.longest.text = event.type === "sip.received" ? event.text : event.type;
        this.longest.datagram = this.#latest;
      }
      return effects;
    };
  }

  #begin(): Living {
    const masked = this.#register();
    const number = this.next();
    const call = `living-${number}`;
    const parts = {
      from: `<sip:alice@example.com>;tag=in${number}`,
      call,
      contact: `<sip:alice@${PLACES.phone}>`,
    };
    const invite = requestText({ ...parts, body: audio("192.168.1.20") });
    const sent = requestIn(this.feed("inside", PLACES.phone, invite));
    const headers = [["Contact", `<sip:bob@${PLACES.provider}>`]] as const;
    const tag = `out${number}`;
    const answer = answerText(sent, 200, { tag, headers, body: audio("198.51.100.10") });
    this.feed("outside", PLACES.provider, answer);
    const to = `<sip:bob@example.com>;tag=${tag}`;
    const uri = `sip:bob@${PLACES.provider}`;
    const branch = `z9hG4bK-ack${number}`;
    const ack = requestText({ ...parts, method: "ACK", uri, to, branch });
    this.feed("inside", PLACES.phone, ack);
    const contact = uriOf(headerText(sent, "contact") ?? "");
    return { masked, callId: call, insideTag: `in${number}`, outsideTag: tag, contact };
  }

  #register(): string {
    const number = this.next();
    const contact = `<sip:alice@${PLACES.phone}>`;
    const text = requestText({
      method: "REGISTER",
      uri: "sip:example.com",
      branch: `z9hG4bK-registration${number}`,
      from: `<sip:alice@example.com>;tag=${number}`,
      to: "<sip:alice@example.com>",
      call: `registration-${number}`,
      contact: `${contact};expires=3600`,
    });
    const sent = requestIn(this.feed("inside", PLACES.phone, text));
    const listed = headerValues(sent, "contact").map((value) => ["Contact", value] as const);
    this.feed("outside", PLACES.provider, answerText(sent, 200, { headers: listed }));
    return uriOf(headerText(sent, "contact") ?? "");
  }
}

function requestIn(packets: readonly Packet[]) {
  for (const { text } of packets) {
    const parsed = parseMessage(text);
    if (parsed.ok && parsed.value.kind === "request") return parsed.value;
  }
  throw new Error(`Nothing went on: ${packets.map(({ text }) => text).join("\n")}`);
}

function uriOf(value: string): string {
  const address = parseNameAddr(value);
  if (!address.ok) throw new Error(`No address: ${value}`);
  return address.value.uri;
}
