/** Round-trip time estimate in ms (RFC 3261 §17.1.1.1). */
export const T1 = 500;
/** Longest interval between retransmissions other than the INVITE's, in ms (§17.1.2.1). */
export const T2 = 4000;
/** How long a message may linger in the network, in ms (§17.1.2.1). */
export const T4 = 5000;

/** RFC 3261 table 4 and RFC 6026 §8.4 by letter, and our own by word. */
export type TimerName =
  | "A"
  | "B"
  | "D"
  | "E"
  | "F"
  | "G"
  | "H"
  | "I"
  | "J"
  | "K"
  | "L"
  | "M"
  | "trying"
  | "lifetime"
  | "abandoned";

interface Timer {
  /** First interval in ms. */
  readonly ms: number;
  /** The same over TCP and TLS; undefined: it does not run there. */
  readonly reliableMs: number | undefined;
  /** Set for retransmissions: each interval is twice the one before, up to this many ms. */
  readonly doublesTo?: number;
}

/** Every timer of the transaction layer. */
export const TIMERS: Readonly<Record<TimerName, Timer>> = {
  /** INVITE again (§17.1.1.2). */
  A: { ms: T1, reliableMs: undefined, doublesTo: Infinity },
  /** No answer to the INVITE (§17.1.1.2). */
  B: { ms: 64 * T1, reliableMs: 64 * T1 },
  /** Late copies of the final answer to the INVITE (§17.1.1.2). */
  D: { ms: 64 * T1, reliableMs: 0 },
  /** Request other than INVITE again (§17.1.2.2). */
  E: { ms: T1, reliableMs: undefined, doublesTo: T2 },
  /** No final answer to a request other than INVITE (§17.1.2.2). */
  F: { ms: 64 * T1, reliableMs: 64 * T1 },
  /** 300–699 to the INVITE again (§17.2.1). */
  G: { ms: T1, reliableMs: undefined, doublesTo: T2 },
  /** No ACK (§17.2.1). */
  H: { ms: 64 * T1, reliableMs: 64 * T1 },
  /** Late copies of the ACK (§17.2.1). */
  I: { ms: T4, reliableMs: 0 },
  /** Late copies of a request other than INVITE (§17.2.2). */
  J: { ms: 64 * T1, reliableMs: 0 },
  /** Late copies of the final answer to a request other than INVITE (§17.1.2.2). */
  K: { ms: T4, reliableMs: 0 },
  /** Late copies of an accepted INVITE (RFC 6026 §7.1). */
  L: { ms: 64 * T1, reliableMs: 64 * T1 },
  /** Further 2xx to the INVITE (RFC 6026 §7.2). */
  M: { ms: 64 * T1, reliableMs: 64 * T1 },
  /** 100 to a request other than INVITE: when the peer's timer E has grown to T2 (RFC 4320 §4.1). */
  trying: { ms: 7 * T1, reliableMs: 7 * T1 },
  /** A request other than INVITE nobody answers: the peer's timer F has run out by then (RFC 4320 §4.2). */
  lifetime: { ms: 64 * T1 + T4, reliableMs: 64 * T1 },
  /** Late answers to what was given up for another target (RULES N4). */
  abandoned: { ms: 64 * T1, reliableMs: 64 * T1 },
};

/** The first interval in ms; undefined when the timer does not run on such a transport. */
export function firstInterval(name: TimerName, reliable: boolean): number | undefined {
  const timer = TIMERS[name];
  return reliable ? timer.reliableMs : timer.ms;
}

/** The interval in ms after one of `previous` ms. */
export function nextInterval(name: TimerName, previous: number): number {
  return Math.min(previous * 2, TIMERS[name].doublesTo ?? previous);
}
