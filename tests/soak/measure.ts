/** What must be at the end as it was at the beginning. */
export type Tables = ReadonlyMap<string, number>;

/** Pins are looked through when the next one is noted, so that old ones are no leak. */
const LAZY = new Set(["entries of pins"]);

/** Memories of sources and servers: what is in them after a time is none of a call's. */
const MEMORIES = new Set([
  "challenged",
  "servers that failed lately",
  "budget sources",
  "refused sources",
]);

/** Reads the last statistics in a log: sizes of tables and lists, spare and taken pairs of ports. */
export function readTables(log: string): Tables {
  const tables = new Map<string, number>();
  let section = "";
  for (const indented of log.slice(log.lastIndexOf(" Statistics\n")).split("\n").slice(1)) {
    const line = indented.slice(4);
    if (!indented.startsWith("    ")) break;
    const list = /^(Phones|Calls|Streams): (\d+)$/.exec(line);
    if (list !== null) tables.set(list[1]!, Number(list[2]));
    if (!line.startsWith(" ")) section = line;
    const [name = "", ...numbers] = line.trim().split(/ {2,}/);
    const [first = NaN, second = NaN] = numbers.map((text) => Number(text.replaceAll(",", "")));
    if (section === "Tables" && first >= 0 && !MEMORIES.has(name)) {
      tables.set(`entries of ${name}`, first);
    }
    if (section === "Counters" && name.startsWith("pairs of media sockets")) {
      tables.set(name, first);
    }
    if (section === "Pairs of media ports" && first >= 0) {
      tables.set(`taken pairs on ${name}`, first);
      tables.set(`spare pairs on ${name}`, second);
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
