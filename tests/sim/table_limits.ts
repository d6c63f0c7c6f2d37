import { LIMITS, type Limits } from "../../src/base/limits.ts";
import type { Random } from "./random.ts";
import { Violation } from "./violation.ts";

/** How many entries each table of {@linkcode Core.sizes} may have. */
const MOST: Readonly<Record<string, (limits: Limits) => number>> = {
  serverTransactions: (limits) => limits.serverTransactions + limits.endingTransactions,
  clientTransactions: (limits) => limits.clientTransactions + limits.endingTransactions,
  bindings: (limits) => limits.bindings,
  pendingBindings: (limits) => limits.pendingBindings,
  dialogs: (limits) => limits.dialogs + limits.emergencies,
  insideParties: (limits) => limits.dialogs + limits.emergencies,
  calls: (limits) => limits.calls + limits.emergencies,
  branches: (limits) => (limits.clientTransactions + limits.endingTransactions) * 2,
  parked: (limits) => limits.parked + limits.emergencies,
  owedByes: (limits) => limits.endingTransactions,
  replies: (limits) => limits.replies,
  pins: (limits) => limits.pins,
  challenged: (limits) => limits.challenged,
  deadServers: (limits) => limits.deadServers,
  lostNames: (limits) => limits.lostNames,
  registerTroubles: (limits) => limits.registerTroubles,
  budgetSources: (limits) => limits.budgetSources,
  refusedSources: (limits) => limits.refusedSources,
};

/** Where tables are full for all but what ends calls. */
const FULL: typeof MOST = {
  serverTransactions: (limits) => limits.serverTransactions,
  clientTransactions: (limits) => limits.clientTransactions,
  dialogs: (limits) => limits.dialogs,
  insideParties: (limits) => limits.dialogs,
  calls: (limits) => limits.calls,
  parked: (limits) => limits.parked,
};

/** Names of the tables with a limit. */
export const TABLE_NAMES: readonly string[] = Object.keys(MOST);

/**
 * Tables that never come to their limits: no share leaves all server transactions to so few hosts (RULES V7),
 * replies go out at once, each branch has a client transaction, and few calls
 * end while our address is unknown.
 */
const NEVER_FILLED = new Set(["replies", "branches", "owedByes", "serverTransactions"]);

/** Tables that so many worlds should have filled, and did not. */
export function unfilled(filled: ReadonlyMap<string, number>, worlds: number): string[] {
  if (worlds < 1_000) return [];
  return TABLE_NAMES.filter((name) => !NEVER_FILLED.has(name) && (filled.get(name) ?? 0) === 0);
}

/** Limits of a world: the usual ones, or some of them far too small. */
export function drawLimits(random: Random): Limits {
  if (random.chance(0.4)) return LIMITS;
  const small = (low: number, high: number, usual: number) =>
    random.chance(0.5) ? random.whole(low, high) : usual;
  return {
    ...LIMITS,
    serverTransactions: small(4, 120, LIMITS.serverTransactions),
    clientTransactions: small(4, 120, LIMITS.clientTransactions),
    endingTransactions: small(1, 4, LIMITS.endingTransactions),
    bindings: small(2, 6, LIMITS.bindings),
    bindingsPerAor: small(1, 2, LIMITS.bindingsPerAor),
    pendingBindings: small(1, 3, LIMITS.pendingBindings),
    dialogs: small(2, 24, LIMITS.dialogs),
    calls: small(1, 10, LIMITS.calls),
    parked: small(1, 4, LIMITS.parked),
    replies: small(1, 4, LIMITS.replies),
    pins: small(1, 4, LIMITS.pins),
    challenged: small(1, 2, LIMITS.challenged),
    deadServers: small(1, 2, LIMITS.deadServers),
    lostNames: small(1, 2, LIMITS.lostNames),
    registerTroubles: small(1, 2, LIMITS.registerTroubles),
    budgetSources: small(1, 4, LIMITS.budgetSources),
    refusedSources: small(1, 2, LIMITS.refusedSources),
    attempts: small(1, 2, LIMITS.attempts),
    emergencies: small(1, 4, LIMITS.emergencies),
    forks: small(1, 4, LIMITS.forks),
  };
}

/** Looks at the sizes of all tables whenever something happened, and counts how often each was filled. */
export class TableLimits {
  /** How often a table came to its limit, by name. */
  readonly filled = new Map<string, number>();
  readonly #tables: readonly {
    readonly name: string;
    readonly full: number;
    readonly most: number;
  }[];
  readonly #full = new Set<string>();

  constructor(readonly limits: Limits) {
    this.#tables = Object.entries(MOST).map(([name, most]) => (
      { name, full: (FULL[name] ?? most)(limits), most: most(limits) }
    ));
  }

  /** Checks the sizes that a core tells. */
  check(sizes: Readonly<Record<string, number>>): void {
    for (const { name, full, most } of this.#tables) {
      const size = sizes[name];
      if (size === undefined || size > most) {
        throw new Violation("limits", `${name} holds ${size}, and ${most} is the limit`);
      }
      if (size < full) this.#full.delete(name);
      else if (!this.#full.has(name)) {
        this.#full.add(name);
        this.filled.set(name, (this.filled.get(name) ?? 0) + 1);
      }
    }
  }
}
