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
