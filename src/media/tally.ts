import type { Leg, Part } from "./far_end.ts";
import type { Session } from "./session.ts";

/** When a packet of one socket last crossed; what could not be sent is taken back (RULES X2). */
export class Crossing {
  at = -Infinity;
  /** The joined leg that it crossed next (RULES L5). */
  onward: Leg | undefined = undefined;
  #before = -Infinity;

  /** A packet is about to be sent on. */
  note(now: number, onward: Leg | undefined): void {
    this.#before = this.at;
    this.at = now;
    this.onward = onward;
  }

  /** The packet noted last could not be sent: a socket's next one is read only after that. */
  undo(): void {
    this.at = this.#before;
  }
}

/** What one leg received, refused, and could not pass on. */
export class Tally {
  /** RTP and UDPTL packets of the leg's party that were accepted and had somewhere to go. */
  relayed = 0;
  refused = 0;
  /** The source refused last; port 0: none. */
  refusedIp = "";
  refusedPort = 0;
  /** Packets of the leg's party whose sending failed. */
  unsent = 0;
  /** The kernel's reason for the last of them. */
  reason = "";
  /** RTP and RTCP apart. */
  readonly crossings: readonly [Crossing, Crossing] = [new Crossing(), new Crossing()];

  /** Counts a packet that is about to be sent on. */
  relay(part: Part, now: number, onward: Leg | undefined): void {
    if (part === 0) this.relayed++;
    this.crossings[part].note(now, onward);
  }

  /** Counts a refused packet. */
  refuse(ip: string, port: number): void {
    this.refused++;
    this.refusedIp = ip;
    this.refusedPort = port;
  }

  /** Counts a packet that could not be sent. */
  fail(reason: string): void {
    this.unsent++;
    this.reason = reason;
  }
}

/** Packets of one side that were refused. */
export interface RefusedTotals {
  readonly packets: number;
  /** Where the last one came from. */
  readonly last: { readonly ip: string; readonly port: number } | undefined;
}

/** What became of a session's packets. */
export interface MediaTotals {
  /** RTP and UDPTL packets of the inside party that were accepted and had somewhere to go. */
  readonly fromInside: number;
  /** The same of the outside party. */
  readonly fromOutside: number;
  readonly refusedInside: RefusedTotals;
  readonly refusedOutside: RefusedTotals;
  /** Packets that could not be sent, of both parties, and the kernel's reason for the last of them. */
  readonly sendFailures: { readonly packets: number; readonly reason: string | undefined };
  /** False after a restart within the call: what crossed before it is not counted. */
  readonly complete: boolean;
  /** How long the descriptions let both parties send; after a restart since then, in ms. */
  readonly twoWayMs: number;
  /** True once it was told that all packets of a side were refused. */
  readonly unheard: boolean;
}

/** Sums up the legs of a session. */
export function totalsOf(session: Session, now: number): MediaTotals {
  const { legs } = session;
  const inside = legs.filter((leg) => leg.side === "inside");
  const outside = legs.filter((leg) => leg.side === "outside");
  const failed = legs.findLast(({ tally }) => tally.unsent > 0);
  return {
    fromInside: sum(inside, "relayed"),
    fromOutside: sum(outside, "relayed"),
    refusedInside: refusedOf(inside),
    refusedOutside: refusedOf(outside),
    sendFailures: { packets: sum(legs, "unsent"), reason: failed?.tally.reason },
    complete: !session.resumed,
    twoWayMs: session.twoWay.at(now),
    unheard: session.told.has("unheard"),
  };
}

function refusedOf(legs: readonly Leg[]): RefusedTotals {
  const last = legs.findLast(({ tally }) => tally.refusedPort !== 0)?.tally;
  return {
    packets: sum(legs, "refused"),
    last: last && { ip: last.refusedIp, port: last.refusedPort },
  };
}

function sum(legs: readonly Leg[], name: "relayed" | "refused" | "unsent"): number {
  return legs.reduce((total, { tally }) => total + tally[name], 0);
}
