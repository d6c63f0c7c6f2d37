import { assert } from "@std/assert";
import { type Cidr, parseCidr } from "../../../src/base/cidr.ts";
import { DeadlineHeap } from "../../../src/base/deadline_heap.ts";
import type { Description, MediaParty } from "../../../src/media/party.ts";
import type { MediaPair } from "../../../src/media/local_pool.ts";
import type { MediaEffect } from "../../../src/media/port_pool.ts";
import type { MediaEnvironment } from "../../../src/media/reach.ts";
import { type MediaOptions, MediaSessions } from "../../../src/media/sessions.ts";
import { ANYBODY } from "../base/anybody.ts";

export const INSIDE_LOCAL = "192.168.1.1";
export const OUTSIDE_LOCAL = "203.0.113.1";
export const PHONE_IP = "192.168.1.50";
export const PROXY_IP = "198.51.100.10";
export const FAR_IP = "198.51.100.20";

/** Where the phone and the far end of {@linkcode Stage.call} take RTP. */
export const PHONE_RTP = `${PHONE_IP}:4000`;
export const FAR_RTP = `${FAR_IP}:30000`;

export const PHONE: MediaParty = {
  side: "inside",
  local: INSIDE_LOCAL,
  shown: INSIDE_LOCAL,
  sipIp: PHONE_IP,
};

export const PROVIDER: MediaParty = {
  side: "outside",
  local: OUTSIDE_LOCAL,
  shown: OUTSIDE_LOCAL,
  sipIp: PROXY_IP,
};

export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert(parsed.ok);
  return parsed.value;
}

export const ENVIRONMENT: MediaEnvironment = {
  locals: [{ side: "inside", ip: INSIDE_LOCAL }, { side: "outside", ip: OUTSIDE_LOCAL }],
  insideNetworks: [cidr("192.168.1.0/24")],
  outsideRoutes: [],
  ownIps: [INSIDE_LOCAL, OUTSIDE_LOCAL],
  prefixes: [cidr("192.168.1.0/24"), cidr("203.0.113.0/29")],
  advertised: OUTSIDE_LOCAL,
};

/** A description with one audio stream at `address`, plus `lines` after the m-line. */
export function audio(address: string, ...lines: string[]): string {
  const [ip, port] = split(address);
  return sdp(ip, `m=audio ${port} RTP/AVP 0 101`, ...lines);
}

export function sdp(ip: string, ...lines: string[]): string {
  const type = ip.includes(":") ? "IP6" : "IP4";
  const head = ["v=0", `o=- 1 1 IN ${type} ${ip}`, "s=-", `c=IN ${type} ${ip}`, "t=0 0"];
  return [...head, ...lines, ""].join("\r\n");
}

/** An RTP packet of 32 bytes. */
export function rtp(options: { ssrc?: number; sequence?: number; type?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80;
  bytes[1] = options.type ?? 0;
  view.setUint16(2, (options.sequence ?? 1) & 0xffff);
  view.setUint32(8, options.ssrc ?? 7);
  return bytes;
}

/** What may be left out of a {@linkcode Description} on the stage. */
export type Saying = Partial<Description> & { readonly body: string };

/** Media sessions with sockets that bind at once, and a clock that the test moves. */
export class Stage {
  now = 1_000;
  readonly heap = new DeadlineHeap();
  readonly effects: MediaEffect[] = [];
  readonly idle: string[] = [];
  readonly media: MediaSessions;
  /** False leaves `media.bind` unanswered. */
  binds = true;
  #pairs = new Map<number, MediaPair>();

  constructor(options: Partial<MediaOptions> = {}, environment = ENVIRONMENT) {
    let seed = 1;
    this.media = new MediaSessions({
      ports: { low: 10_000, high: 10_199 },
      idleMs: 300_000,
      holdMs: 7_200_000,
      heap: this.heap,
      random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
      effect: (effect) => this.#perform(effect),
      idle: (session) => this.idle.push(session),
      ...options,
    });
    this.media.setEnvironment(environment, this.now);
    this.settle();
  }

  /** Answers what was asked of the shell. */
  settle(): void {
    if (!this.binds) return;
    for (let at = 0; at < this.effects.length; at++) {
      const effect = this.effects[at]!;
      if (effect.type === "media.bind") this.media.bound(effect.pair.pair, this.now);
      else this.media.closed(effect.pair, this.now);
    }
    this.effects.length = 0;
  }

  /** Moves the clock and runs what is due. */
  pass(ms: number): void {
    this.now += ms;
    this.heap.runDue(this.now);
    this.settle();
  }

  /** Passes a body on and returns it as the other party sees it; a refusal as its reason. */
  say(saying: Saying): string {
    const caller = saying.caller ?? true;
    const described = this.media.describe({
      session: "call",
      // Each call has another caller.
      holder: { ...ANYBODY, name: saying.session ?? "call" },
      exchange: "INVITE 1",
      caller,
      dialog: caller && saying.exchange === undefined ? undefined : "a",
      from: caller ? PHONE : PROVIDER,
      to: caller ? PROVIDER : PHONE,
      early: false,
      contentType: "application/sdp",
      now: this.now,
      ...saying,
    });
    this.settle();
    if (described.ok) return described.value.body;
    const { reason } = described;
    if (reason === "malformed") return reason;
    return reason.why === "share" || reason.why === "guests" ? reason.why : "ports";
  }

  /** A call between a phone inside and a far end outside: our two ports, the phone's and the far end's. */
  call(options: { far?: string; phone?: string; session?: string; learns?: boolean } = {}): {
    inside: string;
    outside: string;
  } {
    const session = options.session ?? "call";
    const offer = this.say({ session, body: audio(options.phone ?? `${PHONE_IP}:4000`) });
    const answer = this.say({
      session,
      caller: false,
      from: { ...PROVIDER, learns: options.learns ?? false },
      body: audio(options.far ?? `${FAR_IP}:30000`),
    });
    this.media.confirmed(session, "a", this.now);
    return { inside: addressIn(answer), outside: addressIn(offer) };
  }

  /** Sends a packet to one of our sockets; where it goes, as `our socket > address`. */
  send(from: string, to: string, bytes: Uint8Array = rtp()): string | undefined {
    const [ip, port] = split(from);
    const hop = this.media.table.route(this.socket(to), ip, port, bytes, this.now);
    return hop === undefined
      ? undefined
      : `${this.#socketText(hop.socket)} > ${hop.ip}:${hop.port}`;
  }

  /** The packet that came last to one of our sockets could not be sent to where it goes. */
  fail(to: string, target: string): void {
    const [ip, port] = split(target);
    this.media.table.failed(this.socket(to), { ip, port }, "network is unreachable");
  }

  /** Number of the socket at one of our addresses. */
  socket(address: string): number {
    const [ip, port] = split(address);
    for (const pair of this.#pairs.values()) {
      if (pair.ip === ip && (pair.port === port || pair.port === port - 1)) {
        return pair.pair * 2 + port - pair.port;
      }
    }
    throw new Error(`No pair at ${address}`);
  }

  /** News since the last call, as `kind ip:port`. */
  news(): string[] {
    const items = this.media.table.news.splice(0);
    this.media.news(items, this.now);
    return items.map(({ kind, ip, port }) => `${kind} ${ip}:${port}`);
  }

  #perform(effect: MediaEffect): void {
    if (effect.type === "media.bind") this.#pairs.set(effect.pair.pair, effect.pair);
    this.effects.push(effect);
  }

  #socketText(socket: number): string {
    const pair = this.#pairs.get(socket >> 1)!;
    return `${pair.ip}:${pair.port + (socket & 1)}`;
  }
}

/** How many pairs at one of our addresses are spare, taken and free. */
export function poolOf(stage: Stage, ip: string): { spare: number; taken: number; free: number } {
  const { pools } = stage.media.snapshot() as {
    pools: { ip: string; spare: number; taken: number; free: number }[];
  };
  const { spare, taken, free } = pools.find((pool) => pool.ip === ip)!;
  return { spare, taken, free };
}

/** The address of the n-th m-line of a description. */
export function addressIn(body: string, index = 0): string {
  const ip = /^o=.* IN IP[46] (\S+)/m.exec(body)?.[1];
  const port = [...body.matchAll(/^m=\S+ (\d+)/gm)][index]?.[1];
  return `${ip}:${port}`;
}

/** The RTCP address that belongs to an RTP address. */
export function rtcp(address: string): string {
  const [ip, port] = split(address);
  return `${ip}:${port + 1}`;
}

function split(address: string): [ip: string, port: number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
