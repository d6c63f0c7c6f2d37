import { anyContains } from "../base/cidr.ts";
import { MEDIA_LIMITS } from "../base/limits.ts";
import type { Candidate, FarEnd, Part, Track } from "./far_end.ts";
import { type MediaEnvironment, reachOf } from "./reach.ts";
import { continues, isRtpPacket, packetKind, payloadTypeOf, sequenceOf, ssrcOf } from "./rtp.ts";

/** A packet from a source that is not the accepted one. */
export interface Approach {
  readonly ip: string;
  readonly port: number;
  readonly bytes: Uint8Array;
  readonly now: number;
}

/** `accept`: it is the accepted source from now on. `former`: served without being it (RULES L4). */
export type Verdict = "accept" | "former" | "refuse";

/** Silence after which the same IP may go on from another port (RULES L3). */
export const PORT_SILENCE_MS = 1_000;
/** Silence after which the SIP peer's IP, or the same stream from another IP, may follow (RULES L3). */
export const STREAM_SILENCE_MS = 2_000;
/** How long after the answer a provider that sends from elsewhere is learned (RULES L2). */
export const ANSWER_WINDOW_MS = 10_000;
const PACKETS_IN_A_ROW = 4;

/** Decides what a packet from an unknown source means for a far end (RULES L2, L3, L4). */
export function judge(
  end: FarEnd,
  part: Part,
  options: { approach: Approach; environment: MediaEnvironment },
): Verdict {
  const { approach, environment } = options;
  const view = { side: end.leg.side, local: end.leg.local, sipIp: end.sipIp };
  if (reachOf(environment, view, approach.ip) === "forbidden") return "refuse";
  if (part === 1) return judgeRtcp(end, approach);
  return end.tracks[0].acceptedPort === 0 ? judgeFirst(end, approach) : judgeMove(end, approach);
}

/** Takes a source as the accepted one; RTCP that it does not bring along is no longer its own (RULES L4). */
export function acceptSource(end: FarEnd, part: Part, source: { ip: string; port: number }): void {
  const [, rtcp] = end.tracks;
  end.tracks[part].accept(source.ip, source.port);
  if (part === 1) return;
  if (rtcp.acceptedPort !== 0 && !rtcpAllowed(end, rtcp.acceptedIp)) rtcp.acceptedPort = 0;
  if (rtcp.formerPort !== 0 && !rtcpAllowed(end, rtcp.formerIp)) rtcp.formerPort = 0;
  rtcp.aim();
}

function judgeFirst(end: FarEnd, approach: Approach): Verdict {
  const track = end.tracks[0];
  if (approach.ip === track.signalledIp || approach.ip === end.sipIp) return "accept";
  if (mayLearn(end, approach) && completesRow(end, approach)) return "accept";
  return track.servesFormer(approach.ip, approach.port) ? "former" : "refuse";
}

/** True for an IP that is neither signalled nor the SIP peer's, and may be the far end's all the same (RULES L2). */
function mayLearn(end: FarEnd, { ip, now }: Approach): boolean {
  const track = end.tracks[0];
  // What cannot be sent to has to be found out; inside that is a signalled address that is not inside.
  if (!track.sendable) return true;
  if (end.leg.side === "inside") return false;
  return anyContains(end.neighbourhood, ip) || (end.learns && windowOpen(end, now));
}

function windowOpen(end: FarEnd, now: number): boolean {
  return end.answeredAt !== undefined && now - end.answeredAt < ANSWER_WINDOW_MS;
}

function judgeMove(end: FarEnd, approach: Approach): Verdict {
  const track = end.tracks[0];
  const silence = approach.now - track.lastAt;
  if (yieldsToSignalled(end, approach)) return "accept";
  if (!end.maySend) return "refuse";
  if (approach.ip === track.acceptedIp) return silence >= PORT_SILENCE_MS ? "accept" : "refuse";
  if (end.stream.rtp && !isRtpPacket(approach.bytes)) return "refuse";
  if (approach.ip === end.sipIp && isStandIn(end)) return "accept";
  if (silence < STREAM_SILENCE_MS) return "refuse";
  if (approach.ip === end.sipIp) return "accept";
  return mayLearn(end, approach) && sameStream(end, approach.bytes) ? "accept" : "refuse";
}

/**
 * The signalled address wins back at once, whoever was accepted before (RULES L3): from any other IP its IP does,
 * behind a NAT that changes ports too; from another port of its IP the very address, since forks of one server
 * share their IP (RULES P3). A STUN check of a gateway that sends and receives on two ports is no reason then.
 */
function yieldsToSignalled(end: FarEnd, approach: Approach): boolean {
  const track = end.tracks[0];
  if (approach.ip !== track.signalledIp) return false;
  if (track.acceptedIp !== track.signalledIp) return true;
  return approach.port === track.signalledPort &&
    (!end.stream.rtp || isRtpPacket(approach.bytes));
}

/**
 * True when the accepted source was only learned, in place of a signalled address that cannot be reached: it may be
 * anybody's, so the SIP peer's IP need not wait until it is silent (RULES L2, L3).
 */
function isStandIn(end: FarEnd): boolean {
  const { sendable, acceptedIp, signalledIp } = end.tracks[0];
  return !sendable && acceptedIp !== signalledIp && acceptedIp !== end.sipIp;
}

function sameStream(end: FarEnd, bytes: Uint8Array): boolean {
  const track = end.tracks[0];
  return end.stream.rtp && track.sequence >= 0 && ssrcOf(bytes) === track.ssrc &&
    continues(track.sequence, sequenceOf(bytes));
}

/** RTCP follows RTP: its accepted IP, or what `a=rtcp` says (RULES L4). */
function judgeRtcp(end: FarEnd, approach: Approach): Verdict {
  const [rtp, rtcp] = end.tracks;
  if (!rtcpAllowed(end, approach.ip)) return "refuse";
  if (rtcp.acceptedPort === 0) return "accept";
  if (approach.ip === rtcp.signalledIp && approach.port === rtcp.signalledPort) return "accept";
  const silence = approach.now - rtcp.lastAt;
  if (approach.ip === rtcp.acceptedIp) return silence >= PORT_SILENCE_MS ? "accept" : "refuse";
  const moved = approach.ip === rtp.acceptedIp && !rtcpAllowed(end, rtcp.acceptedIp);
  return moved || silence >= STREAM_SILENCE_MS ? "accept" : "refuse";
}

function rtcpAllowed(end: FarEnd, ip: string): boolean {
  const [rtp, rtcp] = end.tracks;
  if (ip === rtcp.signalledIp) return true;
  if (rtp.acceptedPort !== 0) return ip === rtp.acceptedIp;
  return rtp.servesFormer(ip, rtp.formerPort);
}

/** Four packets in a row with one SSRC, rising sequence and a negotiated payload type; UDPTL: four packets. */
function completesRow(end: FarEnd, approach: Approach): boolean {
  const track = end.tracks[0];
  if (end.stream.rtp) {
    const kind = packetKind(approach.bytes);
    // STUN, DTLS and multiplexed RTCP stand between RTP packets without breaking the row.
    if (kind === "stun" || kind === "dtls" || kind === "rtcp") return false;
    if (kind !== "rtp" || !end.types.has(payloadTypeOf(approach.bytes))) {
      forget(track, approach);
      return false;
    }
  }
  const candidate = findCandidate(track, approach);
  if (candidate === undefined) addCandidate(end, approach);
  else if (end.stream.rtp) advance(candidate, approach.bytes);
  else candidate.count++;
  return (candidate?.count ?? 1) >= PACKETS_IN_A_ROW;
}

function findCandidate(track: Track, approach: Approach): Candidate | undefined {
  return track.candidates.find((candidate) =>
    candidate.port === approach.port && candidate.ip === approach.ip
  );
}

function forget(track: Track, approach: Approach): void {
  track.candidates = track.candidates.filter((candidate) =>
    candidate.port !== approach.port || candidate.ip !== approach.ip
  );
}

function forgetWeakest(track: Track): void {
  const least = Math.min(...track.candidates.map((candidate) => candidate.count));
  const index = track.candidates.findIndex((candidate) => candidate.count === least);
  track.candidates.splice(index, 1);
}

function addCandidate(end: FarEnd, approach: Approach): void {
  const track = end.tracks[0];
  // Rows are counted for several sources at once, so that a sprayer cannot break the right one's row.
  if (track.candidates.length >= MEDIA_LIMITS.candidates) forgetWeakest(track);
  const { ip, port, bytes } = approach;
  const rtp = end.stream.rtp;
  track.candidates.push({
    ip,
    port,
    ssrc: rtp ? ssrcOf(bytes) : 0,
    sequence: rtp ? sequenceOf(bytes) : 0,
    count: 1,
  });
}

function advance(candidate: Candidate, bytes: Uint8Array): void {
  const ssrc = ssrcOf(bytes);
  const sequence = sequenceOf(bytes);
  const goesOn = ssrc === candidate.ssrc && continues(candidate.sequence, sequence);
  candidate.count = goesOn ? candidate.count + 1 : 1;
  candidate.ssrc = ssrc;
  candidate.sequence = sequence;
}
