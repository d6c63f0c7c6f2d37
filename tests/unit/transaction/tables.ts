import type { Cell, Table } from "../../../src/transaction/machine.ts";

function target<S extends string>(cell: Cell<S, unknown>): S | "terminated" | undefined {
  return cell === "ignored" ? undefined : cell.next;
}

/** Every state that inputs and timers lead to from `first`, sorted. */
export function reachable<S extends string, I extends string>(
  table: Table<S, I, unknown>,
  first: S,
): string[] {
  const seen = new Set<S | "terminated">([first]);
  for (const state of seen) {
    if (state === "terminated") continue;
    const { on, timers } = table[state];
    const cells = [...Object.values(on), ...Object.values(timers)] as Cell<S, unknown>[];
    for (const next of cells.map(target)) if (next !== undefined) seen.add(next);
  }
  return [...seen].sort();
}

/** Per state its timers and where they lead: `A>calling B>terminated`. */
export function fates<S extends string, I extends string>(
  table: Table<S, I, unknown>,
): Record<string, string> {
  const rows = Object.entries(table) as [string, Table<S, I, unknown>[S]][];
  return Object.fromEntries(rows.map(([state, row]) => {
    const timers = Object.entries(row.timers) as [string, Cell<S, unknown>][];
    return [state, timers.map(([name, cell]) => `${name}>${target(cell)}`).join(" ")];
  }));
}
