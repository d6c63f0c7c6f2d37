import { bytesToText } from "../../src/base/bytes.ts";
import { type Flow, formatAddress, sameAddress } from "../../src/base/address.ts";
import { cidrContains } from "../../src/base/cidr.ts";
import type { SendFault } from "../../src/base/send_fault.ts";
import type { Side } from "../../src/base/side.ts";
import { Core } from "../../src/proxy/core.ts";
import type {
  CoreEffect,
  CoreEvent,
  MediaPair,
  Network,
  Note,
  ServerQuery,
} from "../../src/proxy/events.ts";
import { LeakGuard } from "./leak_guard.ts";
import { Names } from "./names.ts";
import { sealed } from "./sealed.ts";
import { soundNote } from "./sentence_guard.ts";
import { PortWatch } from "./shown_ports.ts";
import { addressOf, changeNetwork, toNetwork, USUAL_NETWORK } from "./stage_network.ts";
import type { StageSettings } from "./stage_settings.ts";

/** A SIP packet that the core sent. */
export interface Packet {
  /** `ip:port` of the one it is for. */
  readonly to: string;
  /** `ip:port` it was sent from. */
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

/** A media packet that was relayed. */
export interface Relayed {
  readonly from: string;
  readonly to: string;
}

/** No keep-alives unless a flow asks for them: they would stand between all other packets. */
const NEVER_MS = 1e12;
const NO_LISTENER: SendFault = { kind: "no-listener", reason: "the listener is gone" };
const ADDRESS_GONE: SendFault = { kind: "unreachable", reason: "network is unreachable" };
/** Wall time at the start of a flow. */
const WALL_MS = Date.UTC(2030, 0, 1);

/** The core with a scripted world around it: no sockets, virtual time, effects performed at once. */
export class Stage {
  readonly settings: StageSettings = {
    inside: { refreshMaxMs: 300_000 },
    outside: { keepaliveMs: NEVER_MS },
    media: { ports: { low: 10_000, high: 10_019 }, idleMs: 300_000, holdMs: 7_200_000 },
    log: { level: "info" },
    providers: [],
  };
  readonly names = new Names();
  readonly notes: Note[] = [];
  /** SIP packets nobody has looked at yet. */
  readonly packets: Packet[] = [];
  readonly relayed: Relayed[] = [];
  /** Far ends (`ip:port`) to which every send fails at once, and why. */
  readonly unreachable = new Map<string, SendFault>();
  /** Ports (`ip:port`) that somebody else has bound. */
  readonly taken = new Set<string>();
  readonly store = new Map<string, { key: readonly string[]; value: string }>();
  now = 1_000;
  /** Added to the wall clock: clocks jump. */
  wallShift = 0;
  #words = USUAL_NETWORK;
  #network: Network = toNetwork(USUAL_NETWORK);
  #core: Core | undefined;
  #events: CoreEvent[] = [];
  #waiting: { ticket: number; query: ServerQuery }[] = [];
  #bound = new Map<number, MediaPair>();
  #ports = new PortWatch();
  #leaks = new LeakGuard();
  #seed = 1;

  /** @param fault What a faulty core would send instead: for the tests of the checks. */
  constructor(readonly fault: (text: string) => string = (text) => text) {}

  /** The core; started on first use. */
  get core(): Core {
    if (this.#core === undefined) this.#start();
    return this.#core!;
  }

  /** The network as the core knows it. */
  get network(): Network {
    return this.#network;
  }

  /** Media socket pairs that are bound. */
  get bound(): readonly MediaPair[] {
    return [...this.#bound.values()];
  }

  /** Changes the network; told to the core if it runs. */
  changeNetwork(what: string, values: string[]): void {
    this.#words = changeNetwork(this.#words, what, values);
    this.#network = toNetwork(this.#words);
    if (this.#core !== undefined) this.run({ type: "network.changed", network: this.#network });
  }

  /** A new core from what was stored, as after `kill -9`. */
  restart(): void {
    this.#core = undefined;
    this.#events = [];
    this.#waiting = [];
    this.#bound.clear();
    this.#start();
  }

  /** A datagram arrives from `from`, on the listener that faces it. */
  receive(side: Side, from: string, text: string): void {
    const remote = addressOf(from);
    const candidates = this.#network.listeners.filter((one) => one.sides.includes(side));
    const listener = candidates.find((one) => cidrContains(one.prefix, remote.ip)) ?? candidates[0];
    if (listener === undefined) throw new Error(`There is no ${side} listener now`);
    const { id, transport, address } = listener;
    const flow: Flow = { listener: id, transport, local: address, remote };
    this.#leaks.hear(side, remote.ip, text);
    this.run({ type: "sip.received", flow, text: asBytes(text) });
  }

  /** A media packet from `from` reaches our socket `to`; what the relay does with it is noted. */
  media(from: string, to: string, bytes: Uint8Array): void {
    const source = addressOf(from);
    const local = addressOf(to);
    const pair = [...this.#bound.values()].find((one) =>
      one.ip === local.ip && one.port === (local.port & ~1)
    );
    if (pair === undefined) throw new Error(`No media socket is bound at ${to}`);
    const socket = pair.pair * 2 + (local.port & 1);
    const { relay } = this.core;
    const hop = sealed(() => relay.route(socket, source.ip, source.port, bytes, this.now));
    const out = hop && this.#bound.get(hop.socket >> 1);
    if (hop !== undefined && out !== undefined) {
      const sent = {
        from: `${out.ip}:${out.port + (hop.socket & 1)}`,
        to: `${hop.ip}:${hop.port}`,
      };
      // A socket stays bound to an address that is gone, and what it sends has no way then.
      const gone = this.#network.ownIps.includes(out.ip) ? undefined : ADDRESS_GONE;
      const fault = gone ?? this.unreachable.get(sent.to);
      if (fault === undefined) this.relayed.push(sent);
      else sealed(() => relay.failed(socket, { ...hop }, fault.reason));
    }
    const news = relay.news.splice(0);
    if (news.length > 0) this.run({ type: "media.news", news });
  }

  /** Lets virtual time pass; timers run at their moments. */
  wait(ms: number): void {
    const end = this.now + ms;
    for (
      let at = this.core.nextTimeout();
      at !== undefined && at <= end;
      at = this.core.nextTimeout()
    ) {
      this.now = Math.max(this.now, at);
      this.#perform(sealed(() => this.core.handleTimeout(this.now)));
      this.#settle();
    }
    this.now = end;
  }

  /** Names that were asked in vain are asked again: the silent server speaks. */
  answerNames(): void {
    const waiting = this.#waiting.splice(0);
    for (const { ticket, query } of waiting) this.#resolve(ticket, query);
    this.#settle();
  }

  /** Hands one event to the core and performs all that follows. */
  run(event: CoreEvent): void {
    const { core } = this;
    this.#events.push(event);
    this.#settle(core);
  }

  #start(): void {
    const records = [...this.store.values()].map(({ key, value }) => ({
      key,
      value: JSON.parse(value),
    }));
    const core = new Core({
      settings: this.settings,
      secret: "a secret of the flows",
      random: () => this.#random(),
      wall: () => WALL_MS + this.now + this.wallShift,
      now: this.now,
      records,
    });
    this.#core = core;
    this.run({ type: "network.changed", network: this.#network });
    this.#perform(sealed(() => core.start(this.now)));
    this.#settle();
  }

  #settle(core = this.core): void {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      const one = event;
      this.#perform(sealed(() => core.handle(one, this.now)));
    }
  }

  #perform(effects: readonly CoreEffect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: CoreEffect): void {
    switch (effect.type) {
      case "sip.send":
        return this.#send(effect);
      case "dns.resolve":
        return this.#resolve(effect.ticket, effect.query);
      case "media.bind":
        return this.#bind(effect.pair);
      case "media.close":
        this.#bound.delete(effect.pair);
        return void this.#events.push({ type: "media.closed", pair: effect.pair });
      case "store.set":
        return this.#store(effect.key, effect.value);
      case "note":
        return void this.notes.push(soundNote(effect.note));
      default:
        effect satisfies never;
    }
  }

  #bind(pair: MediaPair): void {
    if (this.taken.has(`${pair.ip}:${pair.port}`)) {
      this.#events.push({
        type: "media.gone",
        pair: pair.pair,
        reason: "address in use",
        inUse: true,
      });
      return;
    }
    this.#bound.set(pair.pair, pair);
    this.#events.push({ type: "media.bound", pair: pair.pair });
  }

  #send(effect: Extract<CoreEffect, { type: "sip.send" }>): void {
    const flow = sealed(() => this.core.destination(effect.owner));
    if (flow === undefined) {
      throw new Error(`A message without destination was sent:\n${effect.text}`);
    }
    const to = formatAddress(flow.remote);
    const known = this.#network.listeners.some((one) =>
      one.id === flow.listener && sameAddress(one.address, flow.local)
    );
    const fault = known ? this.unreachable.get(to) : NO_LISTENER;
    if (fault !== undefined) {
      return void this.#events.push({ type: "sip.failed", owner: effect.owner, flow, fault });
    }
    const text = this.fault(effect.text);
    this.#guard(flow, text);
    this.packets.push({ to, from: formatAddress(flow.local), text, at: this.now });
  }

  /** The invariant (RULES I) and bound ports (RULES P4), on every packet. */
  #guard(flow: Flow, text: string): void {
    const { advertised, ownIps } = this.#network;
    this.#leaks.check(flow.remote.ip, text, this.#network);
    const own = new Set([...ownIps, advertised]);
    const unbound = this.#ports.unbound(text, own, [...this.#bound.values()]);
    if (unbound !== undefined) {
      throw new Error(`Port ${unbound} is shown but not bound (RULES P4)\n${text}`);
    }
  }

  #resolve(ticket: number, query: ServerQuery): void {
    const answer = this.names.answer(query);
    if (answer === undefined) this.#waiting.push({ ticket, query });
    else this.#events.push({ type: "dns.answer", ticket, answer });
  }

  #store(key: readonly string[], value: unknown): void {
    const name = key.join("\n");
    if (value === undefined) this.store.delete(name);
    else this.store.set(name, { key, value: JSON.stringify(value) });
  }

  /** Park and Miller's generator: every run of a flow is the same. */
  #random(): number {
    this.#seed = this.#seed * 48_271 % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

/** Characters beyond Latin-1 leave a peer as UTF-8: a core reads one character a byte. */
function asBytes(text: string): string {
  return /[^\0-\xff]/.test(text) ? bytesToText(new TextEncoder().encode(text)) : text;
}
