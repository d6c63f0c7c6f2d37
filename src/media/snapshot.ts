import type { FarEnd, Leg, Track } from "./far_end.ts";
import type { Session } from "./session.ts";

/** A session as plain data for `status`. */
export function snapshotOf(session: Session): unknown {
  return {
    session: session.id,
    heard: session.heard,
    confirmed: [...session.confirmed],
    streams: session.streamNumbers().map((stream) => ({
      stream,
      legs: session.legs.filter((leg) => leg.stream === stream).map((leg) => legOf(session, leg)),
    })),
  };
}

function legOf(session: Session, leg: Leg): unknown {
  return {
    role: leg.role,
    side: leg.side,
    local: leg.local,
    port: leg.port,
    refused: leg.tally.refused,
    ends: session.ends().filter((end) => end.leg === leg).map(endOf),
  };
}

function endOf(end: FarEnd): unknown {
  const [rtp, rtcp] = end.tracks;
  return {
    dialog: end.dialog,
    connected: end.peer !== undefined,
    joined: end.joinKey,
    rtp: trackOf(rtp),
    rtcp: trackOf(rtcp),
  };
}

function trackOf(track: Track): unknown {
  const { signalledIp, signalledPort, acceptedIp, acceptedPort, packets, bytes } = track;
  return {
    signalled: signalledIp === undefined ? undefined : { ip: signalledIp, port: signalledPort },
    accepted: acceptedPort === 0 ? undefined : { ip: acceptedIp, port: acceptedPort },
    packets,
    bytes,
  };
}
