import { type Address, sameAddress } from "../../src/base/address.ts";
import type { AgentEvent } from "../../src/selftest/agent.ts";
import type { Account } from "../../src/selftest/credentials.ts";
import type { CallBook, Part } from "./call_book.ts";
import { Offers } from "./offers.ts";
import { Handset } from "./handset.ts";
import type { Hearing } from "./hearing.ts";
import type { Random, Streams } from "./random.ts";
import type { Clocked, Timeline } from "./timeline.ts";
import { Voice } from "./voice.ts";
import type { Weather } from "./weather.ts";
import type { Wire } from "./wire.ts";

/** Where a phone lives. */
export interface Place {
  readonly timeline: Timeline;
  readonly wire: Wire;
  readonly weather: Weather;
  readonly streams: Streams;
  readonly book: CallBook;
  readonly hearing: Hearing;
}

/** Who a phone is. */
export interface PhoneOptions {
  /** Below 64, unique. */
  readonly index: number;
  readonly account: Account;
  readonly local: Address;
  readonly media: Address;
  readonly outboundProxy: Address;
  /** How it writes its messages, beside what is usual. */
  readonly writes: (text: string) => string;
  /** Seconds it asks its registration for. */
  readonly expires: number;
}

/** Nobody lets a phone ring for ever. */
const RINGS_MS = 25_000;
/** A callee gives up when its 200 is not acknowledged (RFC 3261 §13.3.1.4), a caller when its CANCEL brings no 487 (§9.1). */
const GIVE_UP_MS = 33_000;

/** A user agent with habits: it registers again, answers, refuses or ignores, talks, hangs up, loses power. */
export class Phone implements Clocked {
  /** False once it is to be quiet: no more registrations. */
  active = true;
  /** True when it answers, gives up and hangs up only as it is told. */
  byHand = false;
  /** Until when its registrar keeps it, in virtual ms. */
  registeredUntil = 0;
  /** When its registrar said so last. */
  registeredAt = -Infinity;
  #agent: Handset;
  /** What it has offered in calls that were up. */
  readonly offers: Offers;
  /** What it says in its calls. */
  readonly voice = new Voice(this);
  /** Calls of ours whose answer was acknowledged. */
  readonly #established = new Set<string>();
  /** Calls that were cancelled, with the branch of the INVITE then. */
  readonly #cancelled = new Map<string, string>();
  /** Cancelled calls that nobody said anything about any more. */
  readonly #givenUp = new Set<string>();

  readonly #habits: Random;
  readonly #names: Random;
  readonly #refusals: Random;

  constructor(readonly options: PhoneOptions, readonly place: Place) {
    this.#habits = this.stream("habits");
    this.#names = this.stream("names");
    this.#refusals = this.stream("refusals");
    this.offers = new Offers(this);
    this.#agent = this.#makeAgent();
    place.timeline.add(this);
    // Wherever it speaks no SIP it may hear audio: it offers other ports later.
    place.wire.attach(options.media.ip, (packet, _from, at) => {
      if (typeof packet !== "string") place.book.noteHeard(packet, at, place.timeline.now);
    });
  }

  /** Number that names it in its media packets. */
  get index(): number {
    return this.options.index;
  }

  /** A stream of this phone's own. */
  stream(what: string): Random {
    return this.place.streams.of(`${what} of phone ${this.options.index}`);
  }

  /** Its address of record. */
  get aor(): string {
    return this.#agent.aor;
  }

  nextTimeout(): number | undefined {
    return this.#agent.nextTimeout();
  }

  handleTimeout(now: number): void {
    this.#agent.handleTimeout(now);
  }

  /** Takes a SIP message. */
  receive(text: string, from: Address): void {
    this.#agent.receive(text, from, this.place.timeline.now);
  }

  /** True when this is where it wants media, as it says or as a NAT shows it; RTP or RTCP. */
  hearsAt(to: Address): boolean {
    const { media } = this.options;
    const seen = this.place.wire.seen(media);
    const offered = [...this.offers.ports].map((port) => ({ ...media, port }));
    return [media, seen, ...offered].some((one) =>
      sameAddress(one, to) || sameAddress({ ...one, port: one.port + 1 }, to)
    );
  }

  /** Where it listens in a call now, as it knows that place itself. */
  listensAt(id: string, part: Part): Address {
    const { media } = this.options;
    return { ...media, port: this.offers.portOf(id) + (part === "audio" ? 0 : 1) };
  }

  /** How it sees a call. */
  stateOf(id: string): "calling" | "invited" | "unacknowledged" | "up" | "none" {
    const call = this.#agent.calls.find(({ callId }) => callId === id);
    if (call === undefined || call.state === "ended") return "none";
    if (call.state === "calling" && this.#givenUp.has(id)) return "none";
    if (call.state !== "up") return call.state;
    return call.outgoing || this.#established.has(id) ? "up" : "unacknowledged";
  }

  /** Registers, and again in time for as long as it is active. */
  register(): void {
    if (this.active) this.#agent.register(this.options.expires, this.place.timeline.now);
  }

  /** Takes its registration back and makes no new one. */
  retire(politely: boolean): void {
    this.active = false;
    if (politely) this.#agent.register(0, this.place.timeline.now);
  }

  /** Calls, and gives up when it has rung for a while; the Call-ID. */
  call(uri: string): string {
    const { book, timeline } = this.place;
    const random = this.#habits;
    const id = this.#agent.call(uri, timeline.now);
    book.begin(id, this);
    if (this.byHand) return id;
    const patience = random.chance(0.1) ? random.between(0, 1_000) : random.between(8_000, 20_000);
    timeline.in(patience, () => {
      if (this.stateOf(id) === "calling") this.hangUp(id);
    });
    return id;
  }

  /** Ends a call, or gives it up. */
  hangUp(id: string): void {
    const { timeline } = this.place;
    this.offers.ending.add(id);
    const call = this.#agent.calls.find(({ callId }) => callId === id);
    const branch = call?.branch ?? "";
    if (call?.state === "calling") {
      if (this.#cancelled.get(id) === branch) return;
      this.#cancelled.set(id, branch);
      timeline.in(GIVE_UP_MS, () => {
        if (this.#cancelled.get(id) === branch) this.#givenUp.add(id);
      });
    }
    this.#agent.hangUp(id, timeline.now);
  }

  /** What it is played by; another one after it has lost its power. */
  get handset(): Handset {
    return this.#agent;
  }

  /** Ends all its calls. */
  hangUpAll(): void {
    const { now } = this.place.timeline;
    for (const { callId, state } of [...this.#agent.calls]) {
      if (state === "invited") this.#agent.reject(callId, { status: 480, now });
      else this.hangUp(callId);
    }
  }

  /** The power fails: its calls are gone, and it begins anew. */
  losePower(): void {
    const { book } = this.place;
    for (const { callId } of this.#agent.calls) {
      const entry = book.get(callId);
      if (entry !== undefined) entry.excuse = "a party lost its power";
    }
    this.registeredUntil = 0;
    this.#agent.drop();
    this.#agent = this.#makeAgent();
  }

  #makeAgent(): Handset {
    const { account, local, media, outboundProxy, writes } = this.options;
    const { wire } = this.place;
    const agent: Handset = new Handset({
      account,
      local,
      media,
      outboundProxy,
      random: () => this.#names.next(),
      send: (to, text) => wire.send(local, to, writes(text)),
      event: (event) => {
        if (this.#agent === agent) this.#heard(event);
      },
    }, {
      refuses: () => this.#refusals.chance(0.15),
      describes: (id) => this.offers.describe(id),
    });
    return agent;
  }

  #heard(event: AgentEvent): void {
    switch (event.kind) {
      case "registered":
        this.registeredAt = this.place.timeline.now;
        this.registeredUntil = this.registeredAt + event.expires * 1000;
        if (event.expires > 0) this.#registerIn(event.expires * 700);
        return;
      case "failed":
        if (event.method === "REGISTER") this.#registerIn(10_000);
        return;
      case "invited":
        return this.#ring(event.callId);
      case "answered":
      case "established":
        // Each copy of an ACK establishes the call again.
        if (this.#established.has(event.callId)) return;
        this.#established.add(event.callId);
        return this.#talk(event.callId, event.farMedia, event.kind === "answered");
      case "ringing":
        // The INVITE with credentials went out after the CANCEL of the first one.
        if (this.#cancelled.has(event.callId)) this.hangUp(event.callId);
        return;
      case "challenged":
      case "ended":
        return;
      default:
        event satisfies never;
    }
  }

  #registerIn(ms: number): void {
    const agent = this.#agent;
    this.place.timeline.in(ms, () => {
      if (this.#agent === agent) this.register();
    });
  }

  #ring(id: string): void {
    const { book, timeline } = this.place;
    const random = this.#habits;
    book.join(id, this);
    if (this.byHand) return;
    const mood = random.next();
    timeline.in(random.between(0, 6_000), () => {
      if (mood < 0.75) this.accept(id);
      else if (mood < 0.9) this.#agent.reject(id, { status: 486, now: timeline.now });
    });
    timeline.in(RINGS_MS, () => this.#agent.reject(id, { status: 480, now: timeline.now }));
  }

  /** Answers a call. */
  accept(id: string): void {
    const { timeline } = this.place;
    this.#agent.accept(id, timeline.now);
    timeline.in(GIVE_UP_MS, () => {
      if (this.stateOf(id) === "unacknowledged") this.#agent.hangUp(id, timeline.now);
    });
  }

  #talk(id: string, far: Address, caller: boolean): void {
    const { book, timeline } = this.place;
    const random = this.#habits;
    const entry = book.get(id);
    if (entry === undefined) return;
    this.voice.begin(entry, far, random.whole(0, 60_000));
    if (!caller || this.byHand) return;
    const hangsUp = random.pick([...entry.parties]);
    timeline.in(random.between(2_000, 60_000), () => hangsUp.hangUpWhenCalmIsOver(id));
  }

  /** In the calm after a restart nobody hangs up: what the restart broke must be seen. */
  hangUpWhenCalmIsOver(id: string): void {
    const { timeline, weather } = this.place;
    const wait = weather.calmUntil - timeline.now;
    if (wait > 0) timeline.in(wait + 1, () => this.hangUpWhenCalmIsOver(id));
    else this.hangUp(id);
  }
}
