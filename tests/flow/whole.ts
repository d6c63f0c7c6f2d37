import type { Stage } from "./stage.ts";

/** Longer than anything lives without being refreshed: calls on hold, subscriptions, bindings. */
const LONG_MS = 6 * 3_600_000;

interface Tables {
  readonly calls: readonly unknown[];
  readonly phones: readonly unknown[];
  readonly media: { readonly pools: readonly { readonly ip: string; readonly taken: number }[] };
  readonly tables: Readonly<Record<string, number>>;
}

/** Tables that must be empty when everybody has been silent for hours; pins are memories without a timer. */
const EMPTY = [
  "serverTransactions",
  "clientTransactions",
  "dialogs",
  "insideParties",
  "branches",
  "parked",
  "owedByes",
];

/**
 * What is not whole at the end of a flow: ports taken though no call is left, and what is still there
 * after hours of silence in which everything expires.
 */
export function finalProblems(stage: Stage): string[] {
  const now = stage.core.snapshot() as Tables;
  const problems: string[] = [];
  if (now.calls.length === 0) problems.push(...portProblems(now, "although no call is left"));
  stage.settings.outside.keepaliveMs = LONG_MS * 10;
  stage.names.set("provider.example", { fails: "the flow is over" });
  stage.answerNames();
  stage.wait(LONG_MS);
  const later = stage.core.snapshot() as Tables;
  problems.push(...portProblems(later, "hours after the end"));
  for (const name of EMPTY) {
    const left = later.tables[name];
    if (left !== 0) problems.push(`${left} ${name} hours after the end`);
  }
  if (later.calls.length > 0) problems.push(`${later.calls.length} calls hours after the end`);
  if (later.phones.length > 0) problems.push(`${later.phones.length} phones hours after the end`);
  // The keep-alive's timer goes on, and the one that looks providers up.
  const timers = stage.settings.providers.length > 0 ? 2 : 1;
  if (later.tables["timers"] !== timers) {
    problems.push(`${later.tables["timers"]} timers instead of ${timers}`);
  }
  if (stage.store.size > 0) {
    problems.push(`left in the store: ${[...stage.store.keys()].join(", ").replaceAll("\n", "/")}`);
  }
  return problems;
}

function portProblems(tables: Tables, when: string): string[] {
  return tables.media.pools.filter((pool) => pool.taken > 0)
    .map((pool) => `${pool.taken} port pairs of ${pool.ip} are taken ${when}`);
}
