import { pairsIn } from "../../src/media/local_pool.ts";
import type { Network } from "../../src/proxy/events.ts";
import type { CoreSettings } from "../../src/proxy/settings.ts";
import type { ShareRow } from "../../src/proxy/snapshot.ts";
import { Violation } from "./violation.ts";

/** What the checks read of a snapshot. */
export interface Tables {
  readonly phones: readonly { readonly aor: string }[];
  readonly calls: readonly { readonly callId: string }[];
  readonly media: {
    readonly sessions: readonly unknown[];
    readonly pools: readonly {
      readonly ip: string;
      readonly spare: number;
      readonly taken: number;
      readonly free: number;
    }[];
  };
  readonly tables: Readonly<Record<string, number>>;
  readonly shares: readonly ShareRow[];
}

/** No place is lost or held twice, and nobody has more than his share, nor have all guests together (RULES V7). */
export function checkShares(tables: Tables): void {
  const taken = new Map(tables.media.pools.map((pool) => [`ports of ${pool.ip}`, pool.taken]));
  for (const row of tables.shares) {
    const { table, held, limit, guests, his } = row;
    const size = sizeOf(tables, table) ?? taken.get(table);
    // Beside nobody he who may have most has half of all but the last eighth; phones that move take their places along.
    const least = table.startsWith("ports") ? LEAST_PORTS : 1;
    const most = Math.max(least, Math.ceil((limit - (limit >> 3)) / 2));
    const half = Math.ceil(limit / 2);
    if (held === size && guests <= half && (his <= most || table === "bindings")) continue;
    throw new Violation("limits", `${JSON.stringify(row)}, and the table holds ${size}`);
  }
}

/** Ports that each may have: four, or eight where both sides are one. */
const LEAST_PORTS = 8;

function sizeOf({ phones, calls, tables }: Tables, name: string): number | undefined {
  return name === "bindings" ? phones.length : name === "calls" ? calls.length : tables[name];
}

/** Every pair is in one state; after a turn none is being bound, and `closing` ones are being closed in all. */
export function checkPools(tables: Tables, settings: CoreSettings, closing: number): void {
  const { pools } = tables.media;
  const pairs = pairsIn(settings.media.ports);
  const known = pools.reduce((sum, { spare, taken, free }) => sum + spare + taken + free, 0);
  if (known + closing === pairs * pools.length) return;
  throw new Violation(
    "limits",
    `${JSON.stringify(pools)} and ${closing} closing, of ${pairs} pairs each`,
  );
}

/** What must hold when all virtual time has run out. */
export interface Empty {
  readonly settings: CoreSettings;
  readonly network: Network;
  /** Media pairs whose sockets are open. */
  readonly bound: number;
  /** Keys of records that the store still has. */
  readonly records: readonly string[];
}

/** Nothing is left: no phone, call, session, transaction or record, and every port is in its pool. */
export function checkEmpty(tables: Tables, expected: Empty): void {
  const { settings, network, bound, records } = expected;
  const left = (what: string) => new Violation("left over", what);
  if (tables.phones.length > 0) throw left(`phones ${JSON.stringify(tables.phones)}`);
  if (tables.calls.length > 0) throw left(`calls ${JSON.stringify(tables.calls)}`);
  if (tables.media.sessions.length > 0) {
    throw left(`media sessions ${JSON.stringify(tables.media.sessions)}`);
  }
  // Keep-alives and the look-up of configured providers go on for ever.
  const timers = settings.providers.length > 0 ? 2 : 1;
  for (const [name, size] of Object.entries(tables.tables)) {
    // Those that are over are swept when the next one comes.
    if (name === "pins") continue;
    if (size > (name === "timers" ? timers : 0)) throw left(`${size} in ${name}`);
  }
  if (records.length > 0) throw left(`records ${records.join(" ")}`);
  checkPorts(tables, { settings, network, bound });
}

function checkPorts(tables: Tables, expected: Omit<Empty, "records">): void {
  const pairs = pairsIn(expected.settings.media.ports);
  let spares = 0;
  for (const { ip, spare, taken, free } of tables.media.pools) {
    spares += spare;
    if (taken > 0 || spare + free !== pairs || !expected.network.ownIps.includes(ip)) {
      throw new Violation(
        "left over",
        `ports of ${ip}: ${spare} spare, ${taken} taken, ${free} free of ${pairs}`,
      );
    }
  }
  if (spares !== expected.bound) {
    throw new Violation("left over", `${expected.bound} pairs are bound, ${spares} are spare`);
  }
}
