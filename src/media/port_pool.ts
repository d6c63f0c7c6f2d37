import type { DeadlineHeap } from "../base/deadline_heap.ts";
import { Queue } from "../base/queue.ts";

/** A pair of media sockets that the shell binds: RTP on the even `port`, RTCP on `port + 1`. */
export interface MediaPair {
  readonly pair: number;
  readonly ip: string;
  readonly port: number;
}

/** What the shell is asked to do with sockets. */
export type MediaEffect =
  | { readonly type: "media.bind"; readonly pair: MediaPair }
  | { readonly type: "media.close"; readonly pair: number };

/** Inclusive port range; pairs begin on even ports. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** What the pool needs from outside. */
export interface PortPoolOptions {
  readonly ports: PortRange;
  readonly heap: DeadlineHeap;
  readonly random: () => number;
  readonly effect: (effect: MediaEffect) => void;
  /** How many pairs are kept bound ahead on each local IP. */
  readonly spare: number;
}

/** Life of a pair: `free` → `binding` → `spare` → `taken` → `closing` → `free`; `abandoned`: its session ended while it was being bound. */
type State = "free" | "binding" | "spare" | "taken" | "closing" | "abandoned";

interface Slot extends MediaPair {
  state: State;
  /** True while its sockets are open. */
  bound: boolean;
  /** True while the shell owes us `bound` or `gone`. */
  asked: boolean;
  retryMs: number;
}

interface LocalPool {
  readonly ip: string;
  readonly base: number;
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

/** After so many failed binds in a row the pool waits: the file limit is reached, or the address is gone. */
const FAILURES_BEFORE_PAUSE = 32;
const PAUSE_MS = 1_000;
/** A pair of a running session that could not be bound is tried again so soon, then less and less often. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8_000;

/** How many pairs a port range holds: one for each stream on each local address. */
export function pairsIn(ports: PortRange): number {
  return Math.max(0, Math.floor((ports.high - firstPort(ports) + 1) / 2));
}

function firstPort(ports: PortRange): number {
  return ports.low + (ports.low % 2);
}

/**
 * The port pairs of every local IP (RULES P4, X4). Free ones queue by time of release, so that a port
 * rests as long as the range allows, and never longer than a call can wait.
 * A pair's number stands for one address and port as long as its pool lives; `pair * 2` is its RTP socket.
 */
export class PortPool {
  readonly #options: PortPoolOptions;
  readonly #pools = new Map<string, LocalPool>();
  readonly #byBase = new Map<number, LocalPool>();
  readonly #size: number;
  #freeBases: number[] = [];
  #nextBase = 0;

  constructor(options: PortPoolOptions) {
    this.#options = options;
    this.#size = pairsIn(options.ports);
  }

  /** Says which local IPs spare pairs are kept on; other pools are wound up as their pairs come back. */
  setLocals(ips: readonly string[]): void {
    for (const ip of ips) this.#pool(ip).wanted = true;
    for (const pool of [...this.#pools.values()]) {
      if (!ips.includes(pool.ip)) this.#retire(pool);
      this.#refill(pool);
    }
  }

  /** Takes a pair that is already bound (RULES P4); undefined when there is none. */
  take(ip: string): MediaPair | undefined {
    const pool = this.#pools.get(ip);
    const slot = pool?.spare.shift();
    if (pool === undefined || slot === undefined) return undefined;
    slot.state = "taken";
    this.#refill(pool);
    return slot;
  }

  /** Gives back a pair that was taken and never shown to anybody: it is spare again at once. */
  untake(pair: number): void {
    const { pool, slot } = this.#find(pair);
    if (slot?.state !== "taken") return;
    slot.state = "spare";
    pool!.spare.unshift(slot);
  }

  /** Takes exactly this port after a restart, bound or not; undefined when it is not ours to take. */
  claim(ip: string, port: number): MediaPair | undefined {
    const pool = this.#pool(ip);
    const slot = pool.slots[(port - firstPort(this.#options.ports)) / 2];
    if (slot === undefined || slot.state === "taken" || slot.state === "closing") return undefined;
    if (slot.state === "free") pool.free.remove(slot);
    pool.spare = pool.spare.filter((other) => other !== slot);
    if (slot.state === "binding") pool.binding--;
    slot.state = "taken";
    if (!slot.bound && !slot.asked) this.#bind(slot);
    return slot;
  }

  /** Gives back a pair whose session is over; it is free when the shell has closed it. */
  release(pair: number): void {
    const { pool, slot } = this.#find(pair);
    if (slot?.state !== "taken") return;
    if (slot.bound) return this.#close(slot);
    if (slot.asked) slot.state = "abandoned";
    else this.#free(pool!, slot);
  }

  /** The shell has bound a pair. */
  bound(pair: number): void {
    const { pool, slot } = this.#find(pair);
    if (pool === undefined || slot === undefined || !slot.asked) return;
    pool.failures = 0;
    slot.asked = false;
    slot.bound = true;
    slot.retryMs = FIRST_RETRY_MS;
    if (slot.state === "abandoned") return this.#close(slot);
    if (slot.state !== "binding") return;
    pool.binding--;
    slot.state = "spare";
    pool.spare.push(slot);
    if (!pool.wanted) this.#retire(pool);
  }

  /** A pair could not be bound, since its port is `inUse` by others or for another reason, or its sockets broke; the next number is tried. */
  gone(pair: number, now: number, inUse = false): void {
    const { pool, slot } = this.#find(pair);
    if (pool === undefined || slot === undefined) return;
    slot.asked = false;
    slot.bound = false;
    if (slot.state === "taken") return this.#bindLater(pool, slot, { now, inUse });
    if (slot.state === "free") return;
    if (slot.state === "binding") pool.binding--;
    pool.spare = pool.spare.filter((other) => other !== slot);
    if (++pool.failures >= FAILURES_BEFORE_PAUSE) this.#pause(pool, now);
    this.#free(pool, slot);
  }

  /** The shell has closed a pair and both its receive loops have ended: where files were short there are some again. */
  closed(pair: number): void {
    const { pool, slot } = this.#find(pair);
    if (pool === undefined || slot?.state !== "closing") return;
    pool.paused = false;
    const heir = pool.heirs.shift();
    if (heir !== undefined && isOwed(heir)) this.#bind(heir);
    this.#free(pool, slot);
  }

  /** Pairs by state for each local IP. */
  snapshot(): { ip: string; spare: number; taken: number; free: number }[] {
    return [...this.#pools.values()].map((pool) => ({
      ip: pool.ip,
      spare: pool.spare.length,
      taken: pool.slots.filter((slot) => slot.state === "taken").length,
      free: pool.free.size,
    }));
  }

  #pool(ip: string): LocalPool {
    const known = this.#pools.get(ip);
    if (known !== undefined) return known;
    const base = this.#freeBases.pop() ?? this.#nextBase;
    if (base === this.#nextBase) this.#nextBase += Math.max(1, this.#size);
    const slots = Array.from({ length: this.#size }, (_, index): Slot => ({
      pair: base + index,
      ip,
      port: firstPort(this.#options.ports) + 2 * index,
      state: "free",
      bound: false,
      asked: false,
      retryMs: FIRST_RETRY_MS,
    }));
    const free = new Queue(shuffled(slots, this.#options.random));
    const counters = { binding: 0, failures: 0, paused: false, wanted: false };
    const pool: LocalPool = { ip, base, slots, free, spare: [], heirs: [], ...counters };
    this.#pools.set(ip, pool);
    this.#byBase.set(base, pool);
    return pool;
  }

  #find(pair: number): { pool: LocalPool | undefined; slot: Slot | undefined } {
    const base = pair - pair % Math.max(1, this.#size);
    const pool = this.#byBase.get(base);
    return { pool, slot: pool?.slots[pair - base] };
  }

  #refill(pool: LocalPool): void {
    if (!pool.wanted || pool.paused) return;
    while (pool.spare.length + pool.binding < this.#options.spare) {
      const slot = pool.free.shift();
      if (slot === undefined) return;
      slot.state = "binding";
      pool.binding++;
      this.#bind(slot);
    }
  }

  #bind(slot: Slot): void {
    slot.asked = true;
    const pair = { pair: slot.pair, ip: slot.ip, port: slot.port };
    this.#options.effect({ type: "media.bind", pair });
  }

  #free(pool: LocalPool, slot: Slot): void {
    slot.state = "free";
    slot.bound = false;
    slot.retryMs = FIRST_RETRY_MS;
    pool.free.push(slot);
    if (pool.wanted) this.#refill(pool);
    else this.#drop(pool);
  }

  #close(slot: Slot): void {
    slot.state = "closing";
    this.#options.effect({ type: "media.close", pair: slot.pair });
  }

  #bindLater(pool: LocalPool, slot: Slot, { now, inUse }: { now: number; inUse: boolean }): void {
    this.#options.heap.schedule(now + slot.retryMs, () => {
      if (!isOwed(slot)) return;
      // At the file limit the spare pairs may hold what a call lacks that outlived a restart: one gives way.
      const spare = inUse ? undefined : pool.spare.pop();
      if (spare === undefined) return this.#bind(slot);
      pool.heirs.push(slot);
      this.#close(spare);
    });
    slot.retryMs = Math.min(slot.retryMs * 2, LAST_RETRY_MS);
  }

  #pause(pool: LocalPool, now: number): void {
    pool.failures = 0;
    pool.paused = true;
    this.#options.heap.schedule(now + PAUSE_MS, () => {
      pool.paused = false;
      this.#refill(pool);
    });
  }

  #retire(pool: LocalPool): void {
    pool.wanted = false;
    for (const slot of pool.spare.splice(0)) this.#close(slot);
    this.#drop(pool);
  }

  #drop(pool: LocalPool): void {
    if (pool.free.size < pool.slots.length || !this.#pools.delete(pool.ip)) return;
    this.#byBase.delete(pool.base);
    this.#freeBases.push(pool.base);
  }
}

/** True for a pair of a running session that is not bound, nor being bound. */
function isOwed(slot: Slot): boolean {
  return slot.state === "taken" && !slot.bound && !slot.asked;
}

function shuffled(slots: readonly Slot[], random: () => number): Slot[] {
  const result = [...slots];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}
