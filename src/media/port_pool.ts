import type { DeadlineHeap } from "../base/deadline_heap.ts";
import type { Holder, Shares } from "../base/shares.ts";
import {
  type AskedPairs,
  FIRST_RETRY_MS,
  firstPort,
  isOwed,
  leave,
  type LocalPool,
  makeLocalPool,
  type MediaPair,
  NO_POOL,
  type NoPorts,
  pairsIn,
  type PortRange,
  refusalOf,
  type Slot,
} from "./local_pool.ts";
import type { PoolSnapshot } from "./snapshot.ts";

/** What the shell is asked to do with sockets. */
export type MediaEffect =
  | { readonly type: "media.bind"; readonly pair: MediaPair }
  | { readonly type: "media.close"; readonly pair: number };

/** What the pool needs from outside. */
export interface PortPoolOptions {
  readonly ports: PortRange;
  readonly heap: DeadlineHeap;
  readonly random: () => number;
  readonly effect: (effect: MediaEffect) => void;
  /** How many pairs are kept bound ahead on each local IP. */
  readonly spare: number;
  /** Pairs that the limit of open files allows, on all local IPs together. */
  readonly openPairs?: number;
  /** True for a local IP that faces one side: a stream takes one of its pairs. */
  readonly isOneSided?: (ip: string) => boolean;
}

/** After so many failed binds in a row the pool waits: the file limit is reached, or the address is gone. */
const FAILURES_BEFORE_PAUSE = 32;
const PAUSE_MS = 1_000;
/** A pair of a running session that could not be bound is tried again less and less often. */
const LAST_RETRY_MS = 8_000;

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

  /** Why a holder gets no so many pairs on a local IP; undefined when he does. */
  refusal(ip: string, asked: AskedPairs): NoPorts | undefined {
    const pool = this.#pools.get(ip);
    return pool === undefined ? NO_POOL : refusalOf(pool, asked);
  }

  /** Takes a pair that is already bound (RULES P4); undefined when there is none. */
  take(ip: string, holder: Holder): MediaPair | undefined {
    const pool = this.#pools.get(ip);
    const [slot] = pool?.spare ?? [];
    const seat = slot && pool!.shares.take(holder);
    if (pool === undefined || slot === undefined || seat === undefined) return undefined;
    pool.spare.shift();
    slot.state = "taken";
    slot.seat = seat;
    this.#refill(pool);
    return slot;
  }

  /** Takes exactly this port after a restart, bound or not; undefined when it is not ours to take. */
  claim(ip: string, port: number, holder: Holder): MediaPair | undefined {
    const pool = this.#pool(ip);
    const slot = pool.slots[(port - firstPort(this.#options.ports)) / 2];
    if (slot === undefined || slot.state === "taken" || slot.state === "closing") return undefined;
    const seat = pool.shares.take(holder, { restored: true });
    if (seat === undefined) return undefined;
    slot.seat = seat;
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
    leave(pool!, slot);
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

  /** How the pairs of each local IP are divided. */
  shares(): { ip: string; shares: Shares }[] {
    return [...this.#pools.values()].map(({ ip, shares }) => ({ ip, shares }));
  }

  /** Pairs by state for each local IP. */
  snapshot(): PoolSnapshot[] {
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
    const { ports, random, openPairs = Infinity, isOneSided = () => true } = this.#options;
    const oneSided = isOneSided(ip);
    const most = Math.max(0, oneSided ? Math.floor(openPairs / 2) : openPairs);
    const pool = makeLocalPool({ ip, base, ports, random, most, oneSided });
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
