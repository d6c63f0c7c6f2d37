import { ok, refuse, type Result } from "../base/result.ts";
import type { Talk } from "./media_line.ts";
import { judgeTone, listen } from "./tone.ts";

const PACKETS_PER_SECOND = 50;
/** The longest hole that an interruption may tear, in packets. */
const HOLE_MAX = PACKETS_PER_SECOND;
/** So many packets at either end may be on their way when the other end begins or stops to listen. */
const MARGIN = 5;

/** Who heard a talk, and what they should have heard: tones in hertz. */
export interface Listener {
  readonly name: string;
  readonly expected: number;
  readonly own: number;
  /** Packets that were sent to them. */
  readonly packets: number;
}

/** Passes a talk that was heard as a whole. */
export function judgeTalk(talk: Talk, listener: Listener): Result<string> {
  const { recording, reports } = talk;
  const { packets, expected } = listener;
  const found = foundBy(talk, listener);
  if (!found.ok) return found;
  const verdict = judgeTone(recording.samples(packets), listener);
  if (!verdict.ok) return refuse(`${found.value}; ${verdict.reason}`);
  if (reports === 0) return refuse(`${found.value}, but no RTCP: expected 1 report`);
  return ok(`${found.value} of ${expected} Hz`);
}

/** Passes a talk that was interrupted for at most a second and then went on to its end. */
export function judgeInterrupted(talk: Talk, listener: Listener): Result<string> {
  const { recording } = talk;
  const { packets, expected, own } = listener;
  const found = foundBy(talk, listener);
  if (!found.ok) return found;
  const { span, hole } = recording;
  if (span < packets - MARGIN) {
    return refuse(`${found.value}: expected audio to the end, it ended after ${seconds(span)}`);
  }
  if (hole > HOLE_MAX) {
    return refuse(`${found.value}: ${seconds(hole)} were missing, at most 1 s may`);
  }
  const heard = listen(recording.samples(span), { expected, own });
  if (heard.own > 0) return refuse(`${found.value}, but its own tone came back`);
  if (heard.expected * span < recording.packets - MARGIN) {
    return refuse(`${found.value}, but not all of them of ${expected} Hz`);
  }
  return ok(`${found.value} of ${expected} Hz, ${seconds(hole)} missing`);
}

function foundBy({ recording, strangers }: Talk, { name, packets }: Listener): Result<string> {
  const found = `${name} heard ${recording.packets} of ${packets} packets`;
  if (strangers.length === 0) return ok(found);
  return refuse(`${found} and some from ${strangers.join(", ")}, which its SDP does not name`);
}

function seconds(packets: number): string {
  return `${(packets / PACKETS_PER_SECOND).toFixed(2)} s`;
}
