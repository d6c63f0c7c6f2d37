import { MEDIA_LIMITS } from "../base/limits.ts";
import { Queue } from "../base/queue.ts";
import { type Holder, type NoPlace, type Seat, Shares } from "../base/shares.ts";

/** A pair of media sockets that the shell binds: RTP on the even `port`, RTCP on `port + 1`. */
export interface MediaPair {
  readonly pair: number;
  readonly ip: string;
  readonly port: number;
}

/** Inclusive port range; pairs begin on even ports. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** Life of a pair: `free` → `binding` → `spare` → `taken` → `closing` → `free`; `abandoned`: its session ended while it was being bound. */
type State = "free" | "binding" | "spare" | "taken" | "closing" | "abandoned";

/** A pair with what becomes of it. */
export interface Slot extends MediaPair {
  state: State;
  /** True while its sockets are open. */
  bound: boolean;
  /** True while the shell owes us `bound` or `gone`. */
  asked: boolean;
  retryMs: number;
  /** Its place, while it is taken. */
  seat: Seat | undefined;
}

/** The pairs of one local IP. */
export interface LocalPool {
  readonly ip: string;
  readonly base: number;
  readonly shares: Shares;
  readonly slots: readonly Slot[];
  /** Free slots, oldest release first (RULES X4): the longest rested is used next. */
  readonly free: Queue<Slot>;
  /** Bound slots ready to be handed out, oldest first. */
  spare: Slot[];
  /** Slots of running sessions for which a spare one is being closed. */
  heirs: Slot[];
  binding: number;
  /** Failed binds since the last success. */
  failures: number;
  paused: boolean;
  /** False for an address that is no longer ours: nothing is bound ahead there. */
  wanted: boolean;
}

/** Why no pair is to be had: as RULES V7 has it, or since none is bound at the moment. */
export interface NoPorts {
  readonly why: NoPlace | "unbound";
  /** What the holder has of them, and how many there are. */
  readonly held: number;
  readonly limit: number;
}

/** How pairs are asked for. */
export interface AskedPairs {
  readonly holder: Holder;
  /** So many at once, or none. */
  readonly count: number;
}

/** What is answered where there is no pool. */
export const NO_POOL: NoPorts = { why: "unbound", held: 0, limit: 0 };

/** A pair of a running session that could not be bound is tried again so soon. */
export const FIRST_RETRY_MS = 250;

/** How many pairs a port range holds: one for each stream on each local address. */
export function pairsIn(ports: PortRange): number {
  return Math.max(0, Math.floor((ports.high - firstPort(ports) + 1) / 2));
}

/** The first even port of a range. */
export function firstPort(ports: PortRange): number {
  return ports.low + (ports.low % 2);
}

/** What a pool is made of. */
export interface LocalPoolOptions {
  readonly ip: string;
  /** The number of its first pair. */
  readonly base: number;
  readonly ports: PortRange;
  readonly random: () => number;
  /** How many pairs may be open at once. */
  readonly most: number;
  /** False for an address that faces both sides: a stream takes two of its pairs. */
  readonly oneSided: boolean;
}

/** The pool of an IP: nothing is bound yet. */
export function makeLocalPool(
  { ip, base, ports, random, most, oneSided }: LocalPoolOptions,
): LocalPool {
  const size = pairsIn(ports);
  const slots = Array.from({ length: size }, (_, index): Slot => ({
    pair: base + index,
    ip,
    port: firstPort(ports) + 2 * index,
    state: "free",
    bound: false,
    asked: false,
    retryMs: FIRST_RETRY_MS,
    seat: undefined,
  }));
  const usable = Math.min(size, most);
  const reserve = Math.min(MEDIA_LIMITS.emergencyPairs, usable >> 3);
  const least = MEDIA_LIMITS.leastPairs * (oneSided ? 1 : 2);
  const shares = new Shares({ limit: usable - reserve, reserve, least });
  const free = new Queue(shuffled(slots, random));
  const counters = { binding: 0, failures: 0, paused: false, wanted: false };
  return { ip, base, shares, slots, free, spare: [], heirs: [], ...counters };
}

/** Why a holder gets no so many pairs of a pool; undefined when he does. */
export function refusalOf(
  { shares, spare }: LocalPool,
  { holder, count }: AskedPairs,
): NoPorts | undefined {
  const held = shares.heldBy(holder.name);
  // Who has some leaves half of those that are bound ahead: others need not wait until further ones are.
  const ahead = held > 0 && !holder.urgent ? Math.ceil(spare.length / 2) : spare.length;
  const why = shares.refusal(holder, { count }) ?? (count > ahead ? "unbound" : undefined);
  return why && { why, held, limit: shares.places };
}

/** True for a pair of a running session that is not bound, nor being bound. */
export function isOwed(slot: Slot): boolean {
  return slot.state === "taken" && !slot.bound && !slot.asked;
}

/** The holder of a pair lets go of it. */
export function leave({ shares }: LocalPool, slot: Slot): void {
  if (slot.seat !== undefined) shares.give(slot.seat);
  slot.seat = undefined;
}

function shuffled(slots: readonly Slot[], random: () => number): Slot[] {
  const result = [...slots];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}
