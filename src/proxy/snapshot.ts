import type { Shares } from "../base/shares.ts";
import { formatAddress } from "../base/address.ts";
import { leadsHere } from "./view.ts";
import type { World } from "./world.ts";

/** Every table of the core as plain data: what statistics and `status` print. */
export function snapshot(world: World): Record<string, unknown> {
  return {
    network: {
      advertised: world.network.advertised ?? "unknown",
      natInFront: world.natInFront ?? "none",
      listeners: world.network.listeners.map((listener) => ({
        sides: listener.sides.join(" and "),
        transport: listener.transport,
        address: formatAddress(listener.address),
      })),
    },
    phones: [...world.bindings.values()].map((binding) => ({
      aor: binding.aor,
      contact: binding.uri,
      phone: formatAddress(binding.flow.remote),
      registrar: formatAddress(binding.registrar),
      masked: binding.masked,
      // After a change of our address the registrar has the old one until the phone comes back (RULES R2).
      addressCurrent: leadsHere(world, binding.masked),
      expiresInMs: Math.max(0, Math.round(binding.expiresAt - world.now)),
    })),
    calls: [...world.calls.values()].map((call) => ({
      number: call.number,
      from: call.from,
      to: call.to,
      callId: call.callId,
      direction: call.callerSide === "inside" ? "out" : "in",
      state: call.answeredAt === undefined ? "ringing" : "answered",
      forMs: Math.round(world.now - (call.answeredAt ?? call.startedAt)),
      dialogs: call.dialogs.size,
    })),
    media: world.media.snapshot(),
    tables: passingTables(world),
    shares: shareRows(world).filter(({ held }) => held > 0),
    counters: Object.fromEntries([...world.counters].sort()),
    requestsAtWork: requestsAtWork(world),
    refused: refusals(world),
  };
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
function refusals(world: World): { source: string; kind: string; count: number }[] {
  const rows = [...world.refused.entries()].map(([key, count]) => {
    const [source = "", ...kind] = key.split(" ");
    return { source, kind: kind.join(" "), count };
  });
  return rows.sort((left, right) => right.count - left.count);
}

/** Transactions that are more than a memory for late copies: their requests and what was made of them are held. */
function requestsAtWork(world: World): number {
  let count = 0;
  for (const { context } of world.servers.values()) if (context?.settled !== true) count++;
  return count;
}
