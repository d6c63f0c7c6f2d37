import type { Side } from "../base/side.ts";
import type { FarEnd, Leg, Role, Track } from "./far_end.ts";
import type { Session } from "./session.ts";
import type { MediaKind } from "./stream.ts";

/** A place in the network. */
export interface Place {
  readonly ip: string;
  readonly port: number;
}

/** One socket's view of a far end. */
export interface TrackSnapshot {
  readonly signalled: Place | undefined;
  readonly accepted: Place | undefined;
  readonly packets: number;
  readonly bytes: number;
  /** When the last packet came, monotonic ms. */
  readonly lastAt: number | undefined;
}

/** One party of one dialog on one stream. */
export interface EndSnapshot {
  readonly dialog: string | undefined;
  readonly connected: boolean;
  readonly joined: string | undefined;
  readonly rtp: TrackSnapshot;
  readonly rtcp: TrackSnapshot;
}

/** One side of one stream. */
export interface LegSnapshot {
  readonly role: Role;
  readonly side: Side;
  readonly local: string;
  readonly port: number;
  /** RTP and UDPTL packets of its party that were accepted and had somewhere to go. */
  readonly relayed: number;
  readonly refused: number;
  readonly ends: readonly EndSnapshot[];
}

/** One stream of a session. */
export interface StreamSnapshot {
  readonly stream: number;
  readonly kind: MediaKind | undefined;
  /** Payload types that both parties named, as whoever answered orders them. */
  readonly types: readonly number[];
  readonly legs: readonly LegSnapshot[];
}

/** A session as plain data for `status`. */
export interface SessionSnapshot {
  readonly session: string;
  readonly heard: string | undefined;
  readonly confirmed: readonly string[];
  /** When a packet last crossed any of its streams, monotonic ms. */
  readonly crossedAt: number | undefined;
  readonly streams: readonly StreamSnapshot[];
}

/** Pairs of ports of one of our addresses. */
export interface PoolSnapshot {
  readonly ip: string;
  readonly spare: number;
  readonly taken: number;
  readonly free: number;
}

/** Pools, and per session, stream and leg what is signalled, accepted and counted. */
export interface MediaSnapshot {
  readonly pools: PoolSnapshot[];
  readonly sessions: SessionSnapshot[];
}

/** All of a session that a person may want to see. */
export function snapshotOf(session: Session): SessionSnapshot {
  return {
    session: session.id,
    heard: session.heard,
    confirmed: [...session.confirmed],
    crossedAt: timeOf(session.crossedAt),
    streams: session.streamNumbers().map((stream) => streamSnapshot(session, stream)),
  };
}

function streamSnapshot(session: Session, stream: number): StreamSnapshot {
  const ends = session.ends().filter(({ leg }) => leg.stream === stream);
  const caller = ends.find(({ leg }) => leg.role === "caller");
  const called = ends.find(({ leg, dialog }) => leg.role === "called" && dialog === session.heard);
  const offered = caller?.stream.types ?? [];
  const types = called?.stream.types.filter((type) => offered.includes(type)) ?? offered;
  return {
    stream,
    kind: called?.stream.kind ?? caller?.stream.kind,
    types,
    legs: session.legs.filter((leg) => leg.stream === stream).map((leg) => legOf(session, leg)),
  };
}

function legOf(session: Session, leg: Leg): LegSnapshot {
  return {
    role: leg.role,
    side: leg.side,
    local: leg.local,
    port: leg.port,
    relayed: leg.tally.relayed,
    refused: leg.tally.refused,
    ends: session.ends().filter((end) => end.leg === leg).map(endOf),
  };
}

function endOf(end: FarEnd): EndSnapshot {
  const [rtp, rtcp] = end.tracks;
  return {
    dialog: end.dialog,
    connected: end.peer !== undefined,
    joined: end.joinKey,
    rtp: trackOf(rtp),
    rtcp: trackOf(rtcp),
  };
}

function trackOf(track: Track): TrackSnapshot {
  const { signalledIp, signalledPort, acceptedIp, acceptedPort, packets, bytes } = track;
  return {
    signalled: signalledIp === undefined ? undefined : { ip: signalledIp, port: signalledPort },
    accepted: acceptedPort === 0 ? undefined : { ip: acceptedIp, port: acceptedPort },
    packets,
    bytes,
    lastAt: timeOf(track.lastAt),
  };
}

function timeOf(at: number): number | undefined {
  return Number.isFinite(at) ? at : undefined;
}
