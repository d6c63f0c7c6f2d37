import type { Flow } from "../base/address.ts";
import { remoteKey } from "./bindings.ts";
import { BUDGETS, MESSAGE_BYTES } from "../base/limits.ts";
import { type Bucket, refilled } from "../base/token_bucket.ts";
import type { Branch } from "./contexts.ts";
import { TIMES } from "./times.ts";
import { isSomeProvider } from "./provider_sets.ts";
import { sideOf } from "./view.ts";
import { isMisplaced } from "./wrong_side.ts";
import type { World } from "./world.ts";

/** Who sends, as far as its budget goes: provider; phone or far end that calls have worked with; the rest of each side. */
export type Standing = "peer" | "known" | "inside" | "stranger";

/** Messages a source may send before they are even read (RULES S3): own buckets, and one for all unknown ones of a side. */
export class Budgets {
  /** By standing and IP, the longest unused first. */
  readonly #own = new Map<string, Bucket>();
  readonly #shared = new Map<Standing, Bucket>();
  /** Sources that calls or registrations have worked with, and until when that counts. */
  readonly #earned = new Map<string, number>();

  /** @param limit The most sources that are remembered, and the most that have earned a larger budget. */
  constructor(readonly limit: number) {}

  /** Sources that are remembered. */
  get size(): number {
    return this.#own.size;
  }

  /** Takes one message of a source into account, or a large one as `cost` messages; false when its budget is used up. */
  take(standing: Standing, ip: string, now: number, cost = 1): boolean {
    const { own, shared } = BUDGETS[standing];
    const key = `${standing} ${ip}`;
    const bucket = refilled(this.#own.get(key), own, now);
    this.#keep(this.#own, key, bucket);
    if (bucket.left < cost) return false;
    if (shared !== undefined) {
      const common = refilled(this.#shared.get(standing), shared, now);
      this.#shared.set(standing, common);
      if (common.left < cost) return false;
      common.left -= cost;
    }
    bucket.left -= cost;
    return true;
  }

  /** Notes that a registration or call of this source succeeded. */
  earn(ip: string, now: number): void {
    this.#keep(this.#earned, ip, now + TIMES.earned);
  }

  /** True while a success of this source is remembered. */
  hasEarned(ip: string, now: number): boolean {
    return (this.#earned.get(ip) ?? -Infinity) > now;
  }

  /** Sets a key as the latest used; the longest unused one goes when there are too many. */
  #keep<V>(map: Map<string, V>, key: string, value: V): void {
    map.delete(key);
    map.set(key, value);
    if (map.size <= this.limit) return;
    for (const oldest of map.keys()) return void map.delete(oldest);
  }
}

/** True when a datagram may be read; what is over its source's budget is counted by source. */
export function admits(
  world: World,
  flow: Flow,
  { now, bytes }: { now: number; bytes: number },
): boolean {
  const { ip } = flow.remote;
  const cost = Math.max(1, Math.ceil(bytes / MESSAGE_BYTES));
  if (world.budgets.take(standingOf(world, flow, now), ip, now, cost)) return true;
  world.refuse("budget", ip);
  return false;
}

/** What nobody succeeds with by himself: any host outside answers an OPTIONS or a MESSAGE. */
const EARNING: ReadonlySet<string> = new Set(["REGISTER", "INVITE"]);

/** Notes that the request of a branch succeeded: if it was a registration or a call, both its ends are known for a while. */
export function noteSuccess(world: World, { context, flow }: Branch): void {
  if (!EARNING.has(context.request.method)) return;
  for (const { remote } of [context.source, flow]) world.budgets.earn(remote.ip, world.now);
}

/** How a source stands with us, and so what it may take of what all share. */
export function standingOf(world: World, flow: Flow, now: number): Standing {
  const { ip } = flow.remote;
  if (isMisplaced(world, flow)) return "stranger";
  const inside = sideOf(world, flow) === "inside";
  if (!inside && isSomeProvider(world, flow, "servers")) return "peer";
  if (inside && world.bindings.ofRemote(remoteKey(flow)) !== undefined) return "known";
  if (world.budgets.hasEarned(ip, now)) return "known";
  return inside ? "inside" : "stranger";
}
