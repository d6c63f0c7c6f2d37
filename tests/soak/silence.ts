/** A time in which the program did not serve, in ms: from the signal that ended it until it said that it listens. */
export interface Outage {
  readonly from: number;
  /** Infinity as long as it lasts. */
  until: number;
}

/** A packet of audio that came. */
export interface Packet {
  readonly atMs: number;
  /** Its sender's (RFC 3550 §5.1). */
  readonly ssrc: number;
}

/** What one end heard of the other from the moment both knew where to send until the first hung up, in ms. */
export interface Listening {
  readonly from: number;
  readonly until: number;
  readonly heard: readonly Packet[];
  /** The other end's SSRC. */
  readonly ssrc: number;
}

/** How a call and the program's restarts met. */
export type Meeting = "none" | "outlived" | "cut";

/**
 * The longest that an end may hear nothing while the program runs. Both send five packets a second, and restored
 * media takes the first that comes.
 */
const SILENCE_MOST_MS = 2_000;

/** What is wrong with what an end heard, in words. */
export function listeningFaults(listening: Listening, outages: readonly Outage[]): string[] {
  const faults: string[] = [];
  const others = listening.heard.filter(({ ssrc }) => ssrc !== listening.ssrc).length;
  if (others > 0) faults.push(`heard ${others} packets of another call`);
  const silence = longestSilence(listening, outages);
  if (silence.ms > SILENCE_MOST_MS) {
    const { ms, since, to } = silence;
    faults.push(`heard nothing for ${(ms / 1_000).toFixed(1)} s, from ${since} to ${to}`);
  }
  return faults;
}

/**
 * Tells whether a restart fell into a call, and then whether it was cut: hung up before audio had to be back, so that
 * nothing can be said of what came after.
 */
export function meeting(
  { from, until }: Pick<Listening, "from" | "until">,
  outages: readonly Outage[],
): Meeting {
  const met = outages.filter((outage) => outage.until > from && outage.from < until);
  if (met.length === 0) return "none";
  return met.some((outage) => outage.until > until - SILENCE_MOST_MS) ? "cut" : "outlived";
}

interface Silence {
  readonly ms: number;
  /** What it began and ended with, in words. */
  readonly since: string;
  readonly to: string;
}

/** The longest time in which no packet came though the program ran: packets and restarts both end one and begin another. */
function longestSilence(
  { from, until, heard, ssrc }: Listening,
  outages: readonly Outage[],
): Silence {
  const marks = [
    ...heard.filter((packet) => packet.ssrc === ssrc)
      .map(({ atMs }) => ({ from: atMs, until: atMs, name: "a packet" })),
    ...outages.map((outage) => ({ ...outage, name: "a restart" })),
  ].filter((mark) => mark.until > from && mark.from < until)
    .sort((left, right) => left.from - right.from);
  let longest: Silence = { ms: 0, since: "", to: "" };
  let last = { until: from, name: "the call's begin" };
  for (const next of [...marks, { from: until, until, name: "its end" }]) {
    const ms = next.from - last.until;
    if (ms > longest.ms) longest = { ms, since: last.name, to: next.name };
    if (next.until > last.until) last = next;
  }
  return longest;
}
