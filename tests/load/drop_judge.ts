import { BUDGETS } from "../../src/base/limits.ts";
import { FIRST_SOURCE, INSIDE, OUTSIDE } from "./places.ts";

/** What statistics say of messages that were beyond the budget of floods' sources. */
export interface Drops {
  /** All of them, whatever their source. */
  readonly total: number;
  /** By source, as far as statistics show sources: those with most come first, and some are left out. */
  readonly bySource: ReadonlyMap<string, number>;
  /** What a source may have that statistics do not show. */
  readonly unseenMost: number;
}

/** What reached us of a flood: messages that were sent to one side, less those that the kernel threw away. */
export interface Arrived {
  readonly inside: number;
  readonly outside: number;
  /** The longest that the flood of a side took. */
  readonly seconds: number;
  readonly sourcesPerSide: number;
}

/** What must have been counted at least, as a part of what budgets do not let through: clocks begin and end apart. */
const LEAST = 0.9;
/** Statistics show 50 rows; some are those of earlier floods, and of other refusals. */
const NAMED_LEAST = 40;

/** How statistics call what was beyond a budget. */
const BEYOND = "more messages than its budget";

/** Reads the statistics in a log. */
export function readDrops(log: string): Drops {
  const count = (text: string) => Number(text.replaceAll(",", ""));
  const total = count(/^ +refused, more messages than its budget +(\S+)$/m.exec(log)?.[1] ?? "0");
  const [, table = ""] = log.split(/^ +Refused: \d+$/m);
  const lines = table.split("\n").slice(1).map((line) => line.slice(4));
  const rows = lines.slice(0, lines.findIndex((line) => !line.startsWith("  ")));
  const bySource = new Map<string, number>();
  const counts: number[] = [];
  for (const row of rows) {
    const [source = "", kind, messages] = row.trim().split(/ {2,}/);
    const [, network = "", host] = /^(.*)\.(\d+)$/.exec(source) ?? [];
    if (messages === undefined || host === undefined) continue;
    counts.push(count(messages));
    const ofFlood = [INSIDE, OUTSIDE].includes(network) && Number(host) >= FIRST_SOURCE;
    if (ofFlood && kind === BEYOND) bySource.set(source, count(messages));
  }
  const cut = rows.some((row) => / … and \S+ more$/.test(row));
  return { total, bySource, unseenMost: cut ? Math.min(...counts) : 0 };
}

/** What is wrong with the counts of one flood, in words. */
export function dropProblems(before: Drops, after: Drops, arrived: Arrived): string[] {
  const { sourcesPerSide } = arrived;
  const due = {
    [INSIDE]: dueOf("inside", arrived.inside, arrived),
    [OUTSIDE]: dueOf("stranger", arrived.outside, arrived),
  };
  const problems: string[] = [];
  const grown = new Map([...after.bySource].map(([source, count]) => [
    source,
    count - (before.bySource.get(source) ?? before.unseenMost),
  ]));
  const total = after.total - before.total;
  const least = Math.floor(due[INSIDE]! + due[OUTSIDE]!);
  if (total < least) problems.push(`${total} drops were counted, not ${least} or more`);
  if (total > arrived.inside + arrived.outside) problems.push(`${total} drops are more than came`);
  if (sourcesPerSide > 1) {
    const each = Math.min(due[INSIDE]!, due[OUTSIDE]!) / sourcesPerSide;
    const named = [...grown.values()].filter((count) => count >= each).length;
    const wanted = Math.min(NAMED_LEAST, sourcesPerSide);
    if (named >= wanted) return problems;
    return [
      ...problems,
      `${named} sources are named with ${Math.floor(each)} drops, not ${wanted}`,
    ];
  }
  for (const [network, count] of Object.entries(due)) {
    const source = `${network}.${FIRST_SOURCE}`;
    const found = grown.get(source) ?? 0;
    if (found >= count) continue;
    problems.push(`${found} drops were counted of ${source}, not ${Math.floor(count)} or more`);
  }
  return problems;
}

/** Of so many messages these are beyond the budgets for sure. */
function dueOf(standing: "inside" | "stranger", messages: number, arrived: Arrived): number {
  const { own, shared } = BUDGETS[standing];
  const allowed = [own, shared].map((one, index) =>
    (one.burst + one.perSecond * arrived.seconds) * (index === 0 ? arrived.sourcesPerSide : 1)
  );
  return LEAST * Math.max(0, messages - Math.min(...allowed));
}
