import type { CorePort } from "../../src/app/core_port.ts";
import { ownerKey } from "../../src/app/performer.ts";
import { type Address, type Flow, sameAddress } from "../../src/base/address.ts";
import type { Limits } from "../../src/base/limits.ts";
import type {
  CoreEffect,
  CoreEvent,
  MediaPair,
  Network,
  Owner,
  ServerAnswer,
  ServerQuery,
} from "../../src/proxy/events.ts";
import type { Core, CoreOptions } from "../../src/proxy/core.ts";
import type { CoreSettings } from "../../src/proxy/settings.ts";
import type { Disk } from "./disk.ts";
import type { Random, Streams } from "./random.ts";
import type { Clocked, Timeline } from "./timeline.ts";
import type { Weather } from "./weather.ts";
import { addressAt, type Payload, type Wire } from "./wire.ts";

/** What the checks are told of the router. */
export interface Watch {
  /** Something happened, in words: for the steps that are shown when a check fails. */
  step(text: () => string): void;
  /** A message has come. */
  arriving(flow: Flow, text: string): void;
  /** A message leaves, or would if its listener were there. */
  sending(flow: Flow, text: string): void;
  /** A message whose owner has no address. */
  homeless(owner: Owner, text: string): void;
  /** A media packet is passed on. */
  relaying(bytes: Uint8Array, to: Address): void;
}

/** What a router is made of. */
export interface RouterOptions {
  readonly timeline: Timeline;
  readonly weather: Weather;
  readonly wire: Wire;
  readonly disk: Disk;
  readonly streams: Streams;
  readonly settings: CoreSettings;
  readonly resolve: (query: ServerQuery) => ServerAnswer;
  readonly watch: Watch;
  readonly limits: Limits;
  readonly makeCore: (options: CoreOptions) => SimulatedCore;
}

/** A core as the shell uses it, and the sizes of its tables. */
export type SimulatedCore = CorePort & Pick<Core, "sizes">;

type Send = Extract<CoreEffect, { type: "sip.send" }>;

/** The shell around the core in virtual time: sockets, turns, the store before the messages that wait for it. */
export class Router implements Clocked {
  /** Wall time less virtual time; clocks jump. */
  wallOffset = Date.UTC(2030, 0, 1);
  network: Network;
  readonly bound = new Map<number, MediaPair>();
  /** Pairs whose sockets are being closed. */
  closing = 0;
  /** Turns of all its lives. */
  turns = 0;
  #core: SimulatedCore | undefined;
  /** Monotonic time of the core less virtual time: each boot has its own. */
  #origin = 0;
  #events: CoreEvent[] = [];
  #waiting = new Map<string, number>();
  #held: (() => void)[] = [];
  #life = 0;
  readonly #boots: Random;
  readonly #names: Random;
  readonly #sockets: Random;

  constructor(readonly options: RouterOptions, network: Network) {
    this.network = network;
    const { streams } = options;
    this.#boots = streams.of("boots");
    this.#names = streams.of("name server");
    this.#sockets = streams.of("sockets");
  }

  /** The core, while the program runs. */
  get core(): SimulatedCore | undefined {
    return this.#core;
  }

  /** The core's own time. */
  get now(): number {
    return this.options.timeline.now + this.#origin;
  }

  nextTimeout(): number | undefined {
    const at = this.#core?.nextTimeout();
    return at === undefined ? undefined : at - this.#origin;
  }

  handleTimeout(): void {
    // The two clocks' difference costs the last bits of a number: never earlier than asked for.
    this.#turn((core, now) => core.handleTimeout(Math.max(now, core.nextTimeout() ?? now)));
  }

  /** Boots from what the disk holds. */
  start(): void {
    const { options } = this;
    const random = options.streams.of(`core ${this.#life}`);
    this.#origin = this.#boots.whole(0, 1_000_000) - options.timeline.now;
    options.watch.step(() => "the router starts");
    this.#core = options.makeCore({
      settings: options.settings,
      secret: "a secret of the simulator",
      random: () => random.next(),
      wall: () => options.timeline.now + this.wallOffset,
      now: this.now,
      records: options.disk.load(),
      limits: options.limits,
    });
    this.#listen();
    this.#turn((core, now) => core.handle({ type: "network.changed", network: this.network }, now));
    this.#turn((core, now) => core.start(now));
  }

  /** Stops: in order, or as by a power cut. */
  stop(inOrder: boolean): void {
    const { disk, watch, wire } = this.options;
    watch.step(() => `the router stops ${inOrder ? "in order" : "without warning"}`);
    if (inOrder) disk.finish();
    else disk.crash();
    for (const { address } of this.network.listeners) wire.detach(address.ip);
    this.#core = undefined;
    this.#life++;
    this.#events = [];
    this.#held = [];
    this.#waiting.clear();
    this.bound.clear();
    this.closing = 0;
  }

  /** Other addresses from now on. */
  changeNetwork(network: Network): void {
    const { wire, watch } = this.options;
    watch.step(() => `the outside address changes to ${network.advertised ?? "none"}`);
    for (const { address } of this.network.listeners) wire.detach(address.ip);
    this.network = network;
    if (this.#core === undefined) return;
    this.#listen();
    this.run({ type: "network.changed", network });
    for (const pair of [...this.bound.values()]) {
      if (!network.ownIps.includes(pair.ip)) this.break(pair.pair, "the address is gone");
    }
  }

  /** A bound pair of media sockets breaks. */
  break(pair: number, reason: string): void {
    if (this.bound.delete(pair)) this.run({ type: "media.gone", pair, reason });
  }

  /** Hands one event to the core; all that follows from it happens before this returns. */
  run(event: CoreEvent): void {
    this.#turn((core, now) => core.handle(event, now));
  }

  #listen(): void {
    for (const { address } of this.network.listeners) {
      this.options.wire.attach(address.ip, (payload, from, to) => this.#receive(payload, from, to));
    }
  }

  #receive(payload: Payload, from: Address, to: Address): void {
    if (typeof payload !== "string") return this.#receiveMedia(payload, from, to);
    const listener = this.network.listeners.find(({ address }) => sameAddress(address, to));
    if (listener === undefined) return;
    const { id, transport, address } = listener;
    const flow: Flow = { listener: id, transport, local: address, remote: from };
    this.options.watch.step(() => `< ${from.ip}:${from.port} ${summary(payload)}`);
    this.options.watch.arriving(flow, payload);
    const arrival = { now: this.now, bytes: payload.length };
    if (this.#core?.admits(flow, arrival) === false) return;
    this.run({ type: "sip.received", flow, text: payload });
  }

  #receiveMedia(bytes: Uint8Array, from: Address, to: Address): void {
    const core = this.#core;
    const pair = this.#pairAt(to);
    if (core === undefined || pair === undefined) return;
    const socket = pair.pair * 2 + (to.port & 1);
    const hop = core.relay.route(socket, from.ip, from.port, bytes, this.now);
    const out = hop && this.bound.get(hop.socket >> 1);
    if (hop !== undefined && out !== undefined) {
      const target = addressAt(hop.ip, hop.port);
      this.options.watch.relaying(bytes, target);
      this.options.wire.send(addressAt(out.ip, out.port + (hop.socket & 1)), target, bytes);
    }
    const news = core.relay.news.splice(0);
    if (news.length > 0) this.run({ type: "media.news", news });
  }

  #pairAt(to: Address): MediaPair | undefined {
    const port = to.port & ~1;
    for (const pair of this.bound.values()) {
      if (pair.port === port && pair.ip === to.ip) return pair;
    }
    return undefined;
  }

  /** One turn of the loop: effects in their order, what they cause, then one group commit. */
  #turn(step: (core: CorePort, now: number) => readonly CoreEffect[]): void {
    const core = this.#core;
    if (core === undefined) return;
    this.turns++;
    for (const effect of step(core, this.now)) this.#perform(effect);
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      for (const effect of core.handle(event, this.now)) this.#perform(effect);
    }
    const { disk } = this.options;
    const held = this.#held.splice(0);
    if (held.length > 0 || disk.urgent) disk.flush(() => held.forEach((send) => send()));
  }

  #perform(effect: CoreEffect): void {
    switch (effect.type) {
      case "sip.send":
        return this.#send(effect);
      case "dns.resolve":
        return this.#resolve(effect.ticket, effect.query);
      case "media.bind":
        return this.#bind(effect.pair);
      case "media.close":
        this.bound.delete(effect.pair);
        this.closing++;
        return this.#later(1, { type: "media.closed", pair: effect.pair });
      case "store.set":
        return this.options.disk.set(effect);
      case "note":
        return this.options.watch.step(() => `  ${effect.note.level}: ${effect.note.text}`);
      default:
        effect satisfies never;
    }
  }

  #send(effect: Send): void {
    const flow = this.#core!.destination(effect.owner);
    if (flow === undefined) return this.options.watch.homeless(effect.owner, effect.text);
    const owner = ownerKey(effect.owner);
    const waits = effect.committed && this.options.disk.busy;
    if (!waits && !this.#waiting.has(owner)) return this.#transmit(effect, flow);
    this.#waiting.set(owner, (this.#waiting.get(owner) ?? 0) + 1);
    this.#held.push(() => {
      const left = this.#waiting.get(owner)! - 1;
      if (left > 0) this.#waiting.set(owner, left);
      else this.#waiting.delete(owner);
      this.#transmit(effect, flow);
    });
  }

  #transmit({ owner, text }: Send, flow: Flow): void {
    const { watch, wire } = this.options;
    watch.sending(flow, text);
    watch.step(() => `> ${flow.remote.ip}:${flow.remote.port} ${summary(text)}`);
    const known = this.network.listeners.some((one) =>
      one.id === flow.listener && sameAddress(one.address, flow.local)
    );
    if (known) return wire.send(flow.local, flow.remote, text);
    const fault = { kind: "no-listener", reason: "the listener is gone" } as const;
    this.#later(0, { type: "sip.failed", owner, flow, fault });
  }

  #resolve(ticket: number, query: ServerQuery): void {
    const { resolve, weather } = this.options;
    const random = this.#names;
    const fails = weather.strikes("nameFailure", random);
    const answer: ServerAnswer = fails ? { ok: false, reason: "no answer" } : resolve(query);
    const slow = fails && random.chance(0.5);
    this.#later(slow ? 4_000 : random.between(0, 50), { type: "dns.answer", ticket, answer });
  }

  #bind(pair: MediaPair): void {
    const here = this.network.ownIps.includes(pair.ip);
    if (!here || this.options.weather.strikes("bindFailure", this.#sockets)) {
      this.#events.push({ type: "media.gone", pair: pair.pair, reason: "cannot bind" });
      return;
    }
    this.bound.set(pair.pair, pair);
    this.#events.push({ type: "media.bound", pair: pair.pair });
  }

  #later(ms: number, event: CoreEvent): void {
    const life = this.#life;
    this.options.timeline.in(ms, () => {
      if (life !== this.#life) return;
      if (event.type === "media.closed") this.closing--;
      this.run(event);
    });
  }
}

/** A message in one line: start line, Call-ID and CSeq. */
function summary(text: string): string {
  const startLine = text.slice(0, text.indexOf("\r\n"));
  const field = (name: string) => new RegExp(`^${name}: *(.*)\r$`, "im").exec(text)?.[1] ?? "";
  return startLine === "" ? "keep-alive" : `${startLine} | ${field("Call-ID")} ${field("CSeq")}`;
}
