import { type Cidr, parseCidr } from "../base/cidr.ts";
import type { Side } from "../base/side.ts";
import { isOurs, type MediaEnvironment, reachOf } from "./reach.ts";
import type { SignalledStream } from "./stream.ts";
import type { Tally } from "./tally.ts";

/** The session's two parties: who sent the first INVITE, and all whom it reached. */
export type Role = "caller" | "called";

/** 0: RTP and all else on the pair's first port, 1: RTCP on its second. */
export type Part = 0 | 1;

/** A source that is on its way to being accepted by four packets in a row (RULES L2). */
export interface Candidate {
  readonly ip: string;
  readonly port: number;
  ssrc: number;
  sequence: number;
  count: number;
}

/** One socket's view of a far end: what was signalled, what was accepted, and where packets go (RULES L1). */
export class Track {
  signalledIp: string | undefined = undefined;
  signalledPort = 0;
  /** True when the signalled address may be sent to. */
  sendable = false;
  acceptedIp = "";
  /** 0 while nothing is accepted. */
  acceptedPort = 0;
  /** The source accepted before the signalled address changed (RULES L4). */
  formerIp = "";
  formerPort = 0;
  /** The signalled address the former source belonged to, as `ip:port`. */
  formerFor = "";
  /** Where packets for this far end go now; port 0: nowhere. */
  toIp = "";
  toPort = 0;
  /** When the last packet came from the accepted source. */
  lastAt = -Infinity;
  ssrc = 0;
  /** Sequence number of the last RTP packet, -1 before the first. */
  sequence = -1;
  packets = 0;
  bytes = 0;
  /** True once anything was ever accepted. */
  met = false;
  candidates: Candidate[] = [];

  /** Takes a source as the accepted one. */
  accept(ip: string, port: number): void {
    this.acceptedIp = ip;
    this.acceptedPort = port;
    this.formerPort = 0;
    this.met = true;
    this.sequence = -1;
    this.candidates = [];
    this.aim();
  }

  /** Goes on serving a source that was accepted for an address signalled before (RULES L4). */
  serve(ip: string, port: number): void {
    this.formerIp = ip;
    this.formerPort = port;
    this.met = true;
    this.aim();
  }

  /** Notes what the description says; a changed address re-opens learning (RULES L4). */
  signal(ip: string | undefined, port: number): void {
    if (ip === this.signalledIp && port === this.signalledPort) return;
    const before = `${this.signalledIp}:${this.signalledPort}`;
    this.signalledIp = ip;
    this.signalledPort = port;
    if (this.acceptedPort === 0) return this.#restore();
    if (this.acceptedIp === ip && this.acceptedPort === port) return;
    this.formerIp = this.acceptedIp;
    this.formerPort = this.acceptedPort;
    this.formerFor = before;
    this.acceptedPort = 0;
    this.candidates = [];
  }

  // Back to the address before: an offer was undone, or a hold ended, before anything new was heard.
  #restore(): void {
    if (this.formerPort === 0) return;
    if (this.formerFor !== `${this.signalledIp}:${this.signalledPort}`) return;
    this.acceptedIp = this.formerIp;
    this.acceptedPort = this.formerPort;
    this.formerPort = 0;
  }

  /** True when this source is still served although learning is open again. */
  servesFormer(ip: string, port: number): boolean {
    return this.acceptedPort === 0 && !this.sendable && this.formerPort === port && port !== 0 &&
      this.formerIp === ip;
  }

  /** The source that is served: the accepted one, or that of before (RULES L4). */
  get served(): { ip: string; port: number } | undefined {
    if (this.acceptedPort !== 0) return { ip: this.acceptedIp, port: this.acceptedPort };
    const former = !this.sendable && this.formerPort !== 0;
    return former ? { ip: this.formerIp, port: this.formerPort } : undefined;
  }

  /** Works out where packets go. */
  aim(): void {
    if (this.acceptedPort !== 0) this.#aimAt(this.acceptedIp, this.acceptedPort);
    else if (this.sendable) this.#aimAt(this.signalledIp!, this.signalledPort);
    else this.#aimAt(this.formerIp, this.formerPort);
  }

  #aimAt(ip: string, port: number): void {
    this.toIp = ip;
    this.toPort = port;
  }
}

/** What a session does about forked dialogs; the relay table asks it (RULES P3). */
export interface Hearing {
  /** The session's name. */
  readonly id: string;
  /** The called party's dialog that is heard now. */
  readonly heard: string | undefined;
  /** True once a dialog is confirmed: who is heard no longer depends on packets. */
  readonly settled: boolean;
  /** When the dialog that is heard last sent. */
  heardAt: number;
  /** What was told of the session already, and is told once. */
  readonly told: Set<"unheard" | "unsent">;
  /** Hears another dialog from now on. */
  hear(dialog: string): void;
}

/** One side of one stream: our pair, and the far ends that use it. */
export interface Leg {
  readonly stream: number;
  readonly role: Role;
  readonly side: Side;
  readonly local: string;
  readonly pair: number;
  readonly port: number;
  readonly hearing: Hearing;
  /** Addresses under which the pair was named in descriptions. */
  readonly shown: Set<string>;
  /** Far ends that may use it now, those that are heard first. */
  ends: readonly FarEnd[];
  readonly tally: Tally;
}

/** What a description says about a far end, with what it means for learning. */
export interface Signal {
  readonly stream: SignalledStream;
  readonly sipIp: string;
  /** True when its provider may send from elsewhere (RULES L2, `media = "learn"`). */
  readonly learns?: boolean;
  readonly environment: MediaEnvironment;
}

/** One party of one dialog on one stream: a leg's counterpart in the network. */
export class FarEnd {
  readonly tracks: readonly [Track, Track] = [new Track(), new Track()];
  /** The far end its packets go to; undefined while they go nowhere. */
  peer: FarEnd | undefined = undefined;
  stream: SignalledStream;
  sipIp: string;
  /** True when other IPs are learned for ten seconds after the answer (RULES L2). */
  learns = false;
  /** The networks of the signalled IP and of the SIP peer's (RULES L2). */
  neighbourhood: readonly Cidr[] = [];
  /** Payload types of both parties (RULES L2). */
  types: ReadonlySet<number> = new Set();
  /** True while the descriptions let this side send (RULES L3). */
  maySend = true;
  /** When the answer was passed on; undefined before it, and when the ten seconds of L2 do not apply. */
  answeredAt: number | undefined = undefined;
  /** `ip:port` when the signalled address is one of our own: perhaps another leg of ours (RULES L5). */
  joinKey: string | undefined = undefined;

  constructor(
    public leg: Leg,
    readonly dialog: string | undefined,
    signal: Signal,
  ) {
    this.stream = signal.stream;
    this.sipIp = signal.sipIp;
    this.signal(signal);
  }

  /** Takes over a later description of the same party. */
  signal(signal: Signal): void {
    const [rtp, rtcp] = this.tracks;
    const { stream } = signal;
    // A hold by 0.0.0.0 names no new address: nothing to learn anew, above all not from strangers.
    if (!stream.unspecified || rtp.signalledIp === undefined) {
      rtp.signal(stream.ip, stream.port);
      rtcp.signal(stream.rtcpIp, stream.rtcpPort);
    }
    this.stream = stream;
    this.sipIp = signal.sipIp;
    this.learns = signal.learns ?? false;
    const known = rtp.signalledIp === undefined ? [this.sipIp] : [rtp.signalledIp, this.sipIp];
    this.neighbourhood = known.flatMap(neighboursOf);
    this.look(signal.environment);
  }

  /** Judges the signalled addresses anew: after a description or a change of networks. */
  look(environment: MediaEnvironment): void {
    const view = { side: this.leg.side, local: this.leg.local, sipIp: this.sipIp };
    const reach = (ip: string) => reachOf(environment, view, ip);
    const own = this.#namesUs(environment);
    for (const track of this.tracks) {
      const ip = track.signalledIp;
      const named = ip !== undefined && track.signalledPort !== 0 && !own;
      track.sendable = named && reach(ip) === "reachable";
      // A network that has become an inside one meanwhile is out of bounds, whatever was learned.
      if (track.acceptedPort !== 0 && reach(track.acceptedIp) === "forbidden") {
        track.acceptedPort = 0;
      }
      if (track.formerPort !== 0 && reach(track.formerIp) === "forbidden") track.formerPort = 0;
      track.aim();
    }
    this.joinKey = own ? this.#signalled : undefined;
  }

  /** The signalled address was ours before a restart. */
  stayOurs(environment: MediaEnvironment): void {
    this.joinKey = this.#signalled;
    this.look(environment);
  }

  get #signalled(): string {
    return `${this.tracks[0].signalledIp}:${this.tracks[0].signalledPort}`;
  }

  /** An address that was ours when it was named stays so: after a change it is somebody else's, who may not hear the call. */
  #namesUs(environment: MediaEnvironment): boolean {
    const { signalledIp } = this.tracks[0];
    return this.leg.side === "outside" && signalledIp !== undefined &&
      (isOurs(environment, signalledIp) || this.joinKey === this.#signalled);
  }

  /** Goes on from what another far end of the same party has learned. */
  inherit(other: FarEnd): void {
    for (const part of [0, 1] as const) {
      Object.assign(this.tracks[part], other.tracks[part], {
        candidates: [],
        packets: 0,
        bytes: 0,
      });
    }
    this.answeredAt = other.answeredAt;
  }

  /** Starts the ten seconds of RULES L2 for what is not accepted yet. */
  openWindow(now: number): void {
    if (this.tracks[0].acceptedPort === 0) this.answeredAt = now;
  }
}

/** The /24 or /56 of an address (RULES L2). */
function neighboursOf(ip: string): Cidr[] {
  const prefix = parseCidr(`${ip}/${ip.includes(":") ? 56 : 24}`);
  return prefix.ok ? [prefix.value] : [];
}
