/** What must be at the end as it was at the beginning. */
export type Tables = ReadonlyMap<string, number>;

/** Pins are looked through when the next one is noted, so that old ones are no leak. */
const LAZY = new Set(["core tables pins"]);

/** Reads the last statistics in a log: sizes of tables and lists, spare and taken pairs of ports. */
export function readTables(log: string): Tables {
  const tables = new Map<string, number>();
  const lines = log.split("\n").map((line) => /^\S+ info {2}(.*)$/.exec(line)?.[1] ?? "");
  let section = "";
  for (const line of lines.slice(lines.lastIndexOf("core network"))) {
    if (!line.startsWith(" ")) section = line.replace(/ \(\d+\)$/, "");
    const rows = /^(core (?:phones|calls|media sessions)) \((\d+)\)$/.exec(line);
    if (rows !== null) tables.set(rows[1]!, Number(rows[2]));
    const size = /^ {2}(\S+) +(\d+)$/.exec(line);
    if (size !== null && (section === "core tables" || `${section} ${size[1]}` === "media pairs")) {
      tables.set(`${section} ${size[1]}`, Number(size[2]));
    }
    const pool = /^ {2}(\S+) +(\d+) +(\d+) +\d+$/.exec(line);
    if (pool !== null && section === "core media pools") {
      tables.set(`spare pairs on ${pool[1]}`, Number(pool[2]));
      tables.set(`taken pairs on ${pool[1]}`, Number(pool[3]));
    }
  }
  return tables;
}

/** Names what is not as it was. */
export function differences(before: Tables, after: Tables): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !LAZY.has(name) && before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name)} before, ${after.get(name)} after`);
}

/** What was reachable in memory at a time. */
export interface Sample {
  readonly atMs: number;
  readonly megabytes: number;
}

/** How memory went on while calls came and went. */
export interface Slope {
  /** The lowest of the first and of the last quarter, in megabytes. */
  readonly first: number;
  readonly last: number;
  readonly perHour: number;
}

/** Fewer samples say nothing. */
const SAMPLES_LEAST = 12;
/** How much more may be reachable at the end than at the beginning, in megabytes: code that runs gets warmer. */
const RISE_MOST = 0.75;

/**
 * How memory rose between the first and the last quarter of a time; undefined when it was too short to say. Of each
 * only the lowest counts: how many calls go on at a moment is chance, what is never given back is not.
 */
export function slope(samples: readonly Sample[]): Slope | undefined {
  if (samples.length < SAMPLES_LEAST) return undefined;
  const quarter = Math.floor(samples.length / 4);
  const first = lowest(samples.slice(0, quarter));
  const last = lowest(samples.slice(-quarter));
  const hours = (last.atMs - first.atMs) / 3_600_000;
  const perHour = (last.megabytes - first.megabytes) / hours;
  return { first: first.megabytes, last: last.megabytes, perHour };
}

/** What is wrong with how memory went on, in words. */
export function slopeFaults({ first, last, perHour }: Slope): string[] {
  const rise = last - first;
  if (rise <= RISE_MOST) return [];
  return [`${rise.toFixed(1)} MB are not given back, ${perHour.toFixed(0)} MB in an hour`];
}

function lowest(samples: readonly Sample[]): Sample {
  return samples.reduce((least, one) => one.megabytes < least.megabytes ? one : least);
}
