import { MEDIA_LIMITS } from "../base/limits.ts";
import type { FarEnd, Leg, Part } from "./far_end.ts";
import { acceptSource, type Approach, judge, PORT_SILENCE_MS } from "./learning.ts";
import type { PortRange } from "./local_pool.ts";
import { type MediaEnvironment, NOWHERE } from "./reach.ts";
import { isRtpPacket, sequenceOf, ssrcOf } from "./rtp.ts";
import type { Crossing } from "./tally.ts";

/** Where a packet goes: from which of our sockets, to which address. One object, used again for each packet. */
export interface Hop {
  /** `pair * 2` for RTP, one more for RTCP. */
  socket: number;
  ip: string;
  port: number;
}

/** Where a packet came from or goes to. */
export interface Place {
  readonly ip: string;
  readonly port: number;
}

/** What the relay learned from packets. */
export interface RelayNews {
  /**
   * `first`: a source was accepted; `moved`: another one than before; `refused`: neither; `unheard`: the first of
   * a leg that got nothing else; `unsent`: the session's first packet that could not be sent to the address.
   */
  readonly kind: "first" | "moved" | "refused" | "unheard" | "unsent";
  readonly socket: number;
  readonly ip: string;
  readonly port: number;
  /** The source that was served before, if there was one. */
  readonly before?: Place;
  /** Why it could not be sent. */
  readonly reason?: string;
}

/** A refused source is reported once in so many milliseconds per socket. */
const REFUSAL_MS = 1_000;

/** So many refused packets, so long after the answer, and nothing else: nobody will be heard. */
const UNHEARD_PACKETS = 50;
const UNHEARD_MS = 3_000;

/**
 * Sockets to legs: the one table a packet is looked up in (DESIGN §2, RULES L).
 * In the steady state a packet costs no allocation and no search beyond its leg's few far ends.
 */
export class RelayTable {
  /** What was learned since it was last emptied. */
  readonly news: RelayNews[] = [];
  #legs: (Leg | undefined)[] = [];
  /** Outside legs by the `ip:port` they were shown as (RULES L5). */
  #shown = new Map<string, Leg>();
  /** `ip:port` of every pair in use: our own packets are nobody's media. */
  #own = new Set<string>();
  #environment: MediaEnvironment = NOWHERE;
  #hop: Hop = { socket: 0, ip: "", port: 0 };
  readonly #ports: PortRange | undefined;
  /** When a source was last reported as refused on a socket. */
  #refused = new Map<string, number>();
  #sweptAt = -Infinity;

  /** @param ports Where our media ports lie. */
  constructor(ports?: PortRange) {
    this.#ports = ports;
  }

  /** Sets what is known of networks; far ends are judged anew by their sessions. */
  setEnvironment(environment: MediaEnvironment): void {
    this.#environment = environment;
  }

  /** Adds a leg. */
  open(leg: Leg): void {
    this.#legs[leg.pair] = leg;
    this.#own.add(`${leg.local}:${leg.port}`).add(`${leg.local}:${leg.port + 1}`);
    this.show(leg, leg.local);
  }

  /** Notes an address under which a leg was named to its party. */
  show(leg: Leg, ip: string): void {
    leg.shown.add(ip);
    if (leg.side === "outside") this.#shown.set(`${ip}:${leg.port}`, leg);
  }

  /** Takes a leg out; packets to it are dropped from now on. */
  close(leg: Leg): void {
    this.#legs[leg.pair] = undefined;
    this.#own.delete(`${leg.local}:${leg.port}`);
    this.#own.delete(`${leg.local}:${leg.port + 1}`);
    for (const ip of leg.shown) {
      const key = `${ip}:${leg.port}`;
      if (this.#shown.get(key) === leg) this.#shown.delete(key);
    }
  }

  /** The leg of a socket. */
  legOf(socket: number): Leg | undefined {
    return this.#legs[socket >> 1];
  }

  /** Where a packet goes; undefined when its source is refused or there is nowhere to go. */
  route(
    socket: number,
    ip: string,
    port: number,
    bytes: Uint8Array,
    now: number,
  ): Hop | undefined {
    const leg = this.#legs[socket >> 1];
    if (leg === undefined) return undefined;
    const part = (socket & 1) as Part;
    for (const end of leg.ends) {
      const track = end.tracks[part];
      if (track.acceptedPort === port && track.acceptedIp === ip) {
        return this.#forward(end, part, bytes, now, 0);
      }
    }
    const end = this.#learn(leg, part, { ip, port, bytes, now });
    return end === undefined ? undefined : this.#forward(end, part, bytes, now, 0);
  }

  /** A packet that came in on `socket` could not be sent on: it has crossed nothing (RULES X2). */
  failed(socket: number, to: Place, reason: string): void {
    const part = (socket & 1) as Part;
    const first = this.#legs[socket >> 1];
    if (first === undefined) return;
    first.tally.fail(reason);
    let leg: Leg | undefined = first;
    for (let joins = 0; leg !== undefined && joins <= MEDIA_LIMITS.joins; joins++) {
      const crossing: Crossing = leg.tally.crossings[part];
      crossing.undo();
      leg = crossing.onward;
    }
    if (first.hearing.told.has("unsent")) return;
    this.#tell({ kind: "unsent", socket, ip: to.ip, port: to.port, reason });
  }

  /** Tells what is told once per session. */
  #tell(item: RelayNews & { kind: "unheard" | "unsent" }): void {
    if (this.news.length >= MEDIA_LIMITS.news) return;
    this.legOf(item.socket)?.hearing.told.add(item.kind);
    this.news.push(item);
  }

  /** True once nothing but refused packets has come for a while since the answer. */
  #isUnheard({ tally, ends, hearing }: Leg, now: number): boolean {
    if (tally.refused < UNHEARD_PACKETS || hearing.told.has("unheard")) return false;
    for (const { tracks: [rtp] } of ends) if (rtp.met) return false;
    const answeredAt = ends[0]?.answeredAt;
    return answeredAt !== undefined && now - answeredAt >= UNHEARD_MS;
  }

  #forward(
    end: FarEnd,
    part: Part,
    bytes: Uint8Array,
    now: number,
    joins: number,
  ): Hop | undefined {
    note(end, part, bytes, now);
    const peer = end.peer;
    if (peer === undefined) return undefined;
    const across = peer.joinKey === undefined ? undefined : this.#across(peer);
    const hop = across === undefined
      ? this.#aim(peer, part)
      : joins < MEDIA_LIMITS.joins
      ? this.#forward(across, part, bytes, now, joins + 1)
      : undefined;
    if (hop !== undefined) end.leg.tally.relay(part, now, across?.leg);
    return hop;
  }

  #aim(end: FarEnd, part: Part): Hop | undefined {
    const track = end.tracks[part];
    if (track.toPort === 0) return undefined;
    this.#hop.socket = end.leg.pair * 2 + part;
    this.#hop.ip = track.toIp;
    this.#hop.port = track.toPort;
    return this.#hop;
  }

  /** The far end that stands for this one's leg on the leg its signalled address names (RULES L5). */
  #across(end: FarEnd): FarEnd | undefined {
    const leg = this.#named(end);
    if (leg === undefined) return undefined;
    for (const other of leg.ends) {
      if (other.joinKey !== undefined && this.#shown.get(other.joinKey) === end.leg) return other;
    }
    return undefined;
  }

  /** The other leg of ours that a far end's signalled address names. */
  #named(end: FarEnd): Leg | undefined {
    const leg = end.joinKey === undefined ? undefined : this.#shown.get(end.joinKey);
    return leg === end.leg ? undefined : leg;
  }

  /** A leg of ours that is gone, as when half of a local call was lost, is nobody outside either (RULES L5). */
  #namesOurPort({ joinKey, tracks: [{ signalledPort }] }: FarEnd): boolean {
    return joinKey !== undefined && this.#ports !== undefined &&
      signalledPort >= this.#ports.low && signalledPort <= this.#ports.high;
  }

  #learn(leg: Leg, part: Part, approach: Approach): FarEnd | undefined {
    const end = this.#findExact(leg, part, approach) ?? this.#findWilling(leg, part, approach);
    if (end === undefined) this.#refuse(leg, part, approach);
    return end;
  }

  // Forked far ends may share an IP: the one that named this very port is meant.
  #findExact(leg: Leg, part: Part, approach: Approach): FarEnd | undefined {
    for (const end of leg.ends) {
      const { signalledIp, signalledPort } = end.tracks[part];
      if (signalledPort !== approach.port || signalledIp !== approach.ip) continue;
      if (this.#admits(end, part, approach)) return end;
    }
    return undefined;
  }

  #findWilling(leg: Leg, part: Part, approach: Approach): FarEnd | undefined {
    for (const end of leg.ends) {
      if (this.#admits(end, part, approach)) return end;
    }
    return undefined;
  }

  #admits(end: FarEnd, part: Part, approach: Approach): boolean {
    const { ip, port } = approach;
    if (this.#own.has(`${ip}:${port}`)) return false;
    // It is another leg of ours, even before that call is answered; whoever knocks at this socket is somebody else.
    if (this.#named(end) !== undefined || this.#namesOurPort(end)) return false;
    const verdict = judge(end, part, { approach, environment: this.#environment });
    if (verdict !== "accept") return verdict === "former";
    const { met, served } = end.tracks[part];
    acceptSource(end, part, approach);
    const kind = met ? "moved" : "first";
    const socket = end.leg.pair * 2 + part;
    this.news.push({ kind, socket, ip, port, ...(served === undefined ? {} : { before: served }) });
    return true;
  }

  #refuse(leg: Leg, part: Part, approach: Approach): void {
    const { ip, port, now } = approach;
    leg.tally.refuse(ip, port);
    if (this.#isUnheard(leg, now)) this.#tell({ kind: "unheard", socket: leg.pair * 2, ip, port });
    const socket = leg.pair * 2 + part;
    const key = `${socket} ${ip} ${port}`;
    if (now - (this.#refused.get(key) ?? -Infinity) < REFUSAL_MS) return;
    if (this.#refused.size >= MEDIA_LIMITS.refusals) this.#forgetRefusals(now);
    if (this.#refused.size >= MEDIA_LIMITS.refusals || this.news.length >= MEDIA_LIMITS.news) {
      return;
    }
    this.#refused.set(key, now);
    this.news.push({ kind: "refused", socket, ip, port });
  }

  #forgetRefusals(now: number): void {
    // Once a second: under a flood the map stays full, and searching it per packet would be the attack.
    if (now - this.#sweptAt < REFUSAL_MS) return;
    this.#sweptAt = now;
    for (const [key, at] of this.#refused) {
      if (now - at >= REFUSAL_MS) this.#refused.delete(key);
    }
  }
}

function note(end: FarEnd, part: Part, bytes: Uint8Array, now: number): void {
  const track = end.tracks[part];
  track.packets++;
  track.bytes += bytes.length;
  if (part === 0) {
    if (end.leg.role === "called") listen(end, now);
    if (end.stream.rtp && isRtpPacket(bytes)) {
      track.ssrc = ssrcOf(bytes);
      track.sequence = sequenceOf(bytes);
    }
  }
  track.lastAt = now;
}

/** Among forked dialogs the one that began to send last is heard, as long as it goes on (RULES P3). */
function listen(end: FarEnd, now: number): void {
  const hearing = end.leg.hearing;
  if (hearing.settled || end.dialog === undefined) return;
  if (hearing.heard !== end.dialog) {
    const begins = now - end.tracks[0].lastAt >= PORT_SILENCE_MS;
    if (!begins && now - hearing.heardAt < PORT_SILENCE_MS) return;
    hearing.hear(end.dialog);
  }
  hearing.heardAt = now;
}
