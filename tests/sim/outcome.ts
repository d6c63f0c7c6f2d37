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

/** What a seed led to. */
export interface Outcome {
  readonly seed: number;
  /** The check that failed, and how; undefined when all is well. */
  readonly violation: Violation | undefined;
  /** What happened last, one line each. */
  readonly steps: readonly string[];
  readonly counts: {
    calls: number;
    answered: number;
    restarts: number;
    /** Calls on their way at a restart that had to come to the same end on both sides. */
    judged: number;
    sent: number;
    media: number;
  };
  /** How often each table came to its limit. */
  readonly filled: ReadonlyMap<string, number>;
}
