import { formatAddress } from "../base/address.ts";
import type { Shares } from "../base/shares.ts";
import type { MediaSnapshot } from "../media/snapshot.ts";
import type { Binding } from "./bindings.ts";
import type { Call } from "./calls.ts";
import { leadsHere } from "./view.ts";
import type { World } from "./world.ts";

/** A registered phone. */
export interface PhoneRow {
  readonly aor: string;
  readonly contact: string;
  readonly phone: string;
  readonly registrar: string;
  readonly masked: string;
  /** After a change of our address the registrar has the old one until the phone comes back (RULES R2). */
  readonly addressCurrent: boolean;
  readonly registeredForMs: number;
  readonly expiresInMs: number;
}

/** A call; `id` names its media session. */
export interface CallRow {
  readonly id: string;
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly direction: "in" | "out";
  readonly state: "ringing" | "answered";
  readonly forMs: number;
  readonly dialogs: number;
}

/** A source that was refused something. */
export interface RefusedRow {
  readonly source: string;
  readonly kind: string;
  readonly count: number;
  readonly lastMs: number;
}

/** Entries of one table, and how many it may have. */
export interface TableRow {
  readonly table: string;
  readonly entries: number;
  readonly limit: number;
}

/** Every table of the core as plain data. */
export type CoreSnapshot = {
  /** When it was taken, monotonic ms: ages are as of then. */
  readonly at: number;
  readonly network: {
    readonly advertised: string;
    readonly natInFront: string;
    readonly listeners: {
      readonly sides: string;
      readonly transport: string;
      readonly address: string;
    }[];
  };
  readonly phones: PhoneRow[];
  readonly calls: CallRow[];
  readonly media: MediaSnapshot;
  readonly tables: Record<string, number>;
  readonly limits: TableRow[];
  readonly shares: ShareRow[];
  readonly counters: Record<string, number>;
  readonly requestsAtWork: number;
  readonly refused: RefusedRow[];
};

/** What statistics and `status` print, with ages as of `now` (monotonic ms), whenever the last event was. */
export function snapshot(world: World, now: number): CoreSnapshot {
  return {
    at: now,
    network: {
      advertised: world.network.advertised ?? "unknown",
      natInFront: world.natInFront ?? "none",
      listeners: world.network.listeners.map((listener) => ({
        sides: listener.sides.join(" and "),
        transport: listener.transport,
        address: formatAddress(listener.address),
      })),
    },
    phones: [...world.bindings.values()].map((binding) => phoneRow(world, binding, now)),
    calls: [...world.calls.values()].map((call) => callRow(call, now)),
    media: world.media.snapshot(),
    tables: passingTables(world),
    limits: limitRows(world),
    shares: shareRows(world).filter(({ held }) => held > 0),
    counters: Object.fromEntries([...world.counters].sort()),
    requestsAtWork: requestsAtWork(world),
    refused: refusals(world, now),
  };
}

function phoneRow(world: World, binding: Binding, now: number): PhoneRow {
  return {
    aor: binding.aor,
    contact: binding.uri,
    phone: formatAddress(binding.flow.remote),
    registrar: formatAddress(binding.registrar),
    masked: binding.masked,
    addressCurrent: leadsHere(world, binding.masked),
    registeredForMs: Math.round(now - (world.registeredAt.get(binding.token) ?? now)),
    expiresInMs: Math.max(0, Math.round(binding.expiresAt - now)),
  };
}

function callRow(call: Call, now: number): CallRow {
  return {
    id: call.id,
    number: call.number,
    from: call.from,
    to: call.to,
    callId: call.callId,
    direction: call.callerSide === "inside" ? "out" : "in",
    state: call.answeredAt === undefined ? "ringing" : "answered",
    forMs: Math.round(now - (call.answeredAt ?? call.startedAt)),
    dialogs: call.dialogs.size,
  };
}

/** Tables with their limits, but for what is spent within one turn. */
function limitRows(world: World): TableRow[] {
  const { limits } = world;
  const ending = limits.endingTransactions;
  const held = sizes(world);
  const rows: Readonly<Record<string, number>> = {
    bindings: limits.bindings,
    pendingBindings: limits.pendingBindings,
    calls: limits.calls,
    dialogs: limits.dialogs,
    insideParties: limits.dialogs,
    serverTransactions: limits.serverTransactions + ending,
    clientTransactions: limits.clientTransactions + ending,
    parked: limits.parked,
    owedByes: ending,
    pins: limits.pins,
    challenged: limits.challenged,
    deadServers: limits.deadServers,
    budgetSources: limits.budgetSources,
    refusedSources: limits.refusedSources,
  };
  return Object.entries(rows).map(([table, limit]) => ({
    table,
    entries: held[table] ?? 0,
    limit,
  }));
}

/** Entries of every table that has a limit (`base/limits.ts`), and running timers: cheap, whatever they hold. */
export function sizes(world: World): Record<string, number> {
  return {
    ...passingTables(world),
    bindings: world.bindings.size,
    pendingBindings: world.bindings.pending,
    calls: world.calls.size,
    replies: world.replies.size,
    challenged: world.challenged.size,
    deadServers: world.serverOutages.size,
    lostNames: world.nameOutages.size,
    registerTroubles: world.registerTroubles.size,
    budgetSources: world.budgets.size,
    refusedSources: world.refused.size,
  };
}

/** How one table is divided (RULES V7). */
export interface ShareRow {
  readonly table: string;
  readonly held: number;
  /** Places, but for those that are kept for what is urgent. */
  readonly limit: number;
  /** Held by sources without a registration. */
  readonly guests: number;
  /** Who holds most, and how much; empty for nobody. */
  readonly most: string;
  readonly his: number;
}

/** How each table is divided that is shared. */
export function shareRows(world: World): ShareRow[] {
  const { dialogs, parties } = world.dialogs.shares;
  const tables: (readonly [table: string, shares: Shares])[] = [
    ["calls", world.calls.shares],
    ["dialogs", dialogs],
    ["insideParties", parties],
    ["bindings", world.bindings.shares],
    ["parked", world.tickets.shares],
    ["serverTransactions", world.servers.shares],
    ["clientTransactions", world.clients.shares],
    ...world.media.shares().map(({ ip, shares }) => [`ports of ${ip}`, shares] as const),
  ];
  return tables.map(([table, shares]) => {
    const { held, guests, most } = shares.state();
    const [name, his] = [most?.name ?? "", most?.held ?? 0];
    return { table, held, limit: shares.limit, guests, most: name, his };
  });
}

/** Those that are empty when nothing goes on, but for servers that are remembered. */
function passingTables(world: World): Record<string, number> {
  return {
    serverTransactions: world.servers.size,
    clientTransactions: world.clients.size,
    dialogs: world.dialogs.size,
    insideParties: world.dialogs.parties,
    branches: world.branches.size,
    parked: world.tickets.size,
    owedByes: world.owedByes.size,
    pins: world.pins.size,
    timers: world.heap.size,
  };
}

/** Who was refused most comes first: only some rows are shown. */
function refusals(world: World, now: number): RefusedRow[] {
  const rows = [...world.refused.entries()].map(([key, { count, at }]) => {
    const [source = "", ...kind] = key.split(" ");
    return { source, kind: kind.join(" "), count, lastMs: Math.max(0, Math.round(now - at)) };
  });
  return rows.sort((left, right) => right.count - left.count);
}

/** Transactions that are more than a memory for late copies: their requests and what was made of them are held. */
function requestsAtWork(world: World): number {
  let count = 0;
  for (const { context } of world.servers.values()) if (context?.settled !== true) count++;
  return count;
}
