import type { DeadlineHeap } from "../base/deadline_heap.ts";
import type { PortRange } from "./local_pool.ts";
import type { MediaEffect } from "./port_pool.ts";

/** What the sessions need from outside. */
export interface MediaOptions {
  readonly ports: PortRange;
  /** RULES X2. */
  readonly idleMs: number;
  /** The same while every stream is on hold. */
  readonly holdMs: number;
  readonly heap: DeadlineHeap;
  readonly random: () => number;
  readonly effect: (effect: MediaEffect) => void;
  /** Called once for a session whose media has been silent for too long. */
  readonly idle: (session: string, now: number) => void;
  /** Pairs kept bound ahead on each local IP. */
  readonly spare?: number;
  /** Pairs that the limit of open files allows, on all local IPs together. */
  readonly openPairs?: number;
}
