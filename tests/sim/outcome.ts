import type { Limits } from "../../src/base/limits.ts";
import type { CoreOptions } from "../../src/proxy/core.ts";
import type { SimulatedCore } from "./router.ts";
import type { Violation } from "./violation.ts";

/** Makes the core under test: the true one, or one with a fault for the tests of the checks. */
export type MakeCore = (options: CoreOptions) => SimulatedCore;

/** How a world differs from what its seed draws: those that once failed do, so that they stay as they were. */
export interface WorldKind {
  readonly limits?: Limits;
  /** False when nothing happens within calls and beside them; true unless told. */
  readonly busy?: boolean;
}

/** How much happened in a world. */
export interface Counts {
  calls: number;
  answered: number;
  restarts: number;
  /** Calls on their way at a restart. */
  affected: number;
  /** Those of them that had to come to the same end on both sides. */
  judged: number;
  /** Offers within calls that were accepted, and that crossed another. */
  changed: number;
  crossed: number;
  notified: number;
  /** How often nobody knew our outside address any more. */
  addressLost: number;
  /** How often somebody had to be heard after a restart or a change of its call. */
  listened: number;
  /** How often a registered phone had to be reached after a restart. */
  reached: number;
  sent: number;
  media: number;
}

/** Nothing has happened yet. */
export function noCounts(): Counts {
  const calls = {
    calls: 0,
    answered: 0,
    restarts: 0,
    affected: 0,
    judged: 0,
    changed: 0,
    crossed: 0,
    addressLost: 0,
  };
  return { ...calls, notified: 0, listened: 0, reached: 0, sent: 0, media: 0 };
}

/** Counts a message that leaves. */
export function countSent(counts: Counts, text: string): void {
  counts.sent++;
  if (text.startsWith("NOTIFY ")) counts.notified++;
  const status = /^SIP\/2\.0 (200|491) [\s\S]*?\r\nCSeq: *\d+ INVITE\r\n/i.exec(text)?.[1];
  if (status === "200") counts.answered++;
  if (status === "491") counts.crossed++;
}

/** True when so many worlds judged fewer than half of the calls that were on their way at a restart. */
export function judgedTooFew({ judged, affected }: Counts, worlds: number): boolean {
  return worlds >= 100 && judged < affected / 2;
}

/** What a seed led to. */
export interface Outcome {
  readonly seed: number;
  /** The check that failed, and how; undefined when all is well. */
  readonly violation: Violation | undefined;
  /** What happened last, one line each. */
  readonly steps: readonly string[];
  readonly counts: Counts;
  /** Calls that nobody is to blame for, by the reason. */
  readonly excuses: ReadonlyMap<string, number>;
  /** How often each table came to its limit. */
  readonly filled: ReadonlyMap<string, number>;
}
