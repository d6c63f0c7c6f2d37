import type { Sent } from "./flood_source.ts";

/** A machine that sends less than this part of the rate proves nothing. */
const SENT_LEAST = 0.9;
/** Nor does a flood of which less is read, since the kernel threw it away: on busy cores it has been 0.85. */
const READ_LEAST = 0.5;

/** The flood of one side: what was sent, what the kernel threw away of it, and the messages a second it should have. */
export interface Reach {
  readonly side: string;
  readonly sent: Sent;
  readonly lost: number;
  readonly rate: number;
}

/** What keeps a flood from proving anything, in words. */
export function reachProblems({ side, sent, lost, rate }: Reach): string[] {
  const problems: string[] = [];
  const had = Math.round(sent.messages / sent.seconds);
  if (!(had >= rate * SENT_LEAST)) {
    problems.push(`the flood ${side} had ${had} of ${rate} messages a second`);
  }
  const read = sent.messages - lost;
  if (!(read >= sent.messages * READ_LEAST)) {
    problems.push(`only ${read} of ${sent.messages} messages of the flood ${side} were read`);
  }
  return problems;
}
