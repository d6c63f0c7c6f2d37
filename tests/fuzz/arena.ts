import type { Side } from "../../src/base/side.ts";
import { headerText, headerValues } from "../../src/sip/headers.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { parseNameAddr } from "../../src/sip/name_addr.ts";
import { type Packet, Stage } from "../flow/stage.ts";
import { addProvider } from "../flow/stage_settings.ts";
import { readAnswer } from "../flow/names.ts";
import { answerText, audio, requestText } from "../unit/proxy/messages.ts";
import { type Arrival, MediaWatch } from "./media_watch.ts";
import { ReflectionWatch } from "./reflection.ts";
import { type Living, PLACES } from "./samples.ts";
import { Slowest } from "./slowest.ts";

/** Configurations of the provider (DESIGN §1), by what sets them apart: the words of a `provider` step of flows. */
export const WORLDS: Readonly<Record<string, readonly string[]>> = {
  "without a provider's table": [],
  "by proxy, registered contact, known peers": [
    ...["example.com", "proxy", "proxy.example.com"],
    ...["contact", "registered", "admit", "known"],
  ],
};

/** What an arena is made with. */
export interface ArenaOptions {
  /** Real milliseconds, for the slowest calls only. */
  readonly clock: () => number;
  /** One of {@linkcode WORLDS}; the first unless told. */
  readonly world?: string;
  /** What a faulty core would send instead: for the tests of the checks. */
  readonly fault?: (text: string) => string;
}

/** Tries between two looks at whether the call still lives. */
const LOOK_EVERY = 20;
/** After a pause like this one it is worth looking whether all calls have ended. */
const LONG_MS = 600_000;
/** Longer than anything lives. */
const END_MS = 8 * 86_400_000;
const NAMES = [
  "example.com",
  "chair-dnrc.example.com",
  "example.net",
  "proxy.example.com",
];

/** A core with a phone that is registered and in a call, in virtual time. */
export class Arena {
  readonly stage: Stage;
  readonly slowest: Slowest;
  readonly watch = new MediaWatch();
  readonly reflection = new ReflectionWatch(PLACES.provider);
  #number = 0;
  #looks = 0;
  #living: Living | undefined;

  constructor({ clock, world, fault }: ArenaOptions) {
    const stage = this.stage = new Stage(fault);
    stage.settings.media.ports = { low: 10_000, high: 11_999 };
    // A long pause ends held calls too: places named before it are nobody's then.
    stage.settings.media.holdMs = LONG_MS;
    const words = world === undefined ? [] : WORLDS[world];
    if (words === undefined) throw new Error(`There is no world ${world}`);
    if (words.length > 0) addProvider(stage.settings, words);
    // There every sentence is made, and judged (`../flow/sentence_guard.ts`).
    if (words.length > 0) stage.settings.log.level = "debug";
    for (const name of NAMES) stage.names.set(name, readAnswer(PLACES.provider.split(":")[0]!));
    this.slowest = new Slowest(clock);
    this.#measure();
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
    this.watch.named(side, text);
    this.stage.receive(side, from, text);
    const sent = this.stage.packets.splice(0);
    this.reflection.fed(from, text, sent);
    return sent;
  }

  /** Lets media arrive; true if it was passed on. A stranger's, and to places nobody named, never may be. */
  feedMedia(arrival: Arrival, bytes: Uint8Array, stranger: boolean): boolean {
    const { relayed } = this.stage;
    relayed.length = 0;
    if (!stranger || !this.watch.isStranger(arrival.from)) this.watch.heard(arrival);
    this.stage.media(arrival.from, arrival.to, bytes);
    for (const one of relayed) this.watch.check(arrival, one, stranger);
    return relayed.length > 0;
  }

  /** Lets time pass; what is sent meanwhile is lost. */
  wait(ms: number): void {
    this.stage.wait(ms);
    this.reflection.waited(this.stage.packets.splice(0));
    this.stage.notes.length = 0;
    // No port in use, no place that anybody named, no call that anybody rang with.
    if (ms < LONG_MS || this.#taken > 0) return;
    this.watch.clear();
    this.reflection.clear();
  }

  /** Lets everything end, registrations too. */
  end(): void {
    this.wait(END_MS);
    this.reflection.forget();
  }

  get #taken(): number {
    const { media } = this.tables as { media: { pools: { taken: number }[] } };
    return media.pools.reduce((sum, { taken }) => sum + taken, 0);
  }

  /** Times all that the shell calls. */
  #measure(): void {
    const { slowest, stage: { core } } = this;
    const { relay } = core;
    const [handle, handleTimeout] = [core.handle.bind(core), core.handleTimeout.bind(core)];
    const [admits, route] = [core.admits.bind(core), relay.route.bind(relay)];
    core.handle = (event, now) => {
      if (event.type !== "sip.received") {
        return slowest.time(() => event.type, () => handle(event, now));
      }
      const { flow, text } = event;
      return slowest.time(() => text, () => {
        // The stage asks no budget: what is over it would be lost here, and nothing would be tried.
        admits(flow, { now, bytes: text.length });
        return handle(event, now);
      });
    };
    core.handleTimeout = (now) => slowest.time(() => "timeout", () => handleTimeout(now));
    relay.route = (...packet) => slowest.time(() => "media packet", () => route(...packet));
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
