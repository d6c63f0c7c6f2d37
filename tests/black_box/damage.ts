import { DatabaseSync } from "node:sqlite";

/** One way in which a state file is found damaged. */
export interface Damage {
  readonly name: string;
  /** What the program says of it, once. */
  readonly words: string;
  /** True when the write-ahead log stays beside the file, as a power cut leaves it. */
  readonly keepsLog?: boolean;
  /** Does it to the file. */
  readonly inflict: (path: string) => Promise<void>;
}

const PAGE = 4096;

/** All ways, each to a file that holds a registration. */
export const DAMAGES: readonly Damage[] = [
  {
    name: "garbage",
    words: "cannot be read",
    inflict: (path) => overwrite(path, { from: 0, length: 100_000 }),
  },
  {
    name: "cut short",
    words: "cannot be read",
    inflict: async (path) => await Deno.truncate(path, Math.floor(await sizeOf(path) * 0.6)),
  },
  {
    name: "40 pages overwritten",
    words: "cannot be read",
    inflict: (path) => overwrite(path, { from: 2 * PAGE, length: 40 * PAGE }),
  },
  {
    name: "a damaged record",
    words: "Stored record v1/binding/",
    inflict: (path) => {
      const database = new DatabaseSync(path);
      const changed = database.prepare(
        "UPDATE kv SET v = x'FF0F4E4F' WHERE instr(k, CAST('binding' AS BLOB)) > 0",
      ).run().changes;
      database.close();
      if (changed !== 1) throw new Error(`Expected 1 binding in ${path}, came ${changed}`);
      return Promise.resolve();
    },
  },
  {
    name: "a damaged write-ahead log",
    words: "may be lost: its log: it is damaged from byte",
    keepsLog: true,
    inflict: async (path) => {
      const log = `${path}-wal`;
      await overwrite(log, { from: Math.floor(await sizeOf(log) / 2), length: 200 });
    },
  },
];

/** Makes the file more than 100 pages long, with records that are nobody's, and folds its log into it. */
export async function fatten(path: string): Promise<void> {
  using kv = await Deno.openKv(path);
  for (let index = 0; index < 500; index++) await kv.set(["filler", index], "x".repeat(1000));
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).size;
}

async function overwrite(path: string, where: { from: number; length: number }): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(where.from, Deno.SeekMode.Start);
  await file.write(noise(where.length));
}

/** Bytes without any order, the same at each run. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state, 1103515245) + 12345 >>> 0;
    return state >>> 16;
  });
}
