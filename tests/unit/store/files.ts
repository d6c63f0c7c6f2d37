import { DatabaseSync } from "node:sqlite";
import { Store, type StoreOpenReport, type StoreOptions } from "../../../src/store/store.ts";

/** 2001-09-09T01:46:40Z: what the tests' clock says. */
export const NOW = 1_000_000_000_000;

/** Runs `test` with a path in a fresh folder, which is removed afterwards. */
export async function withPath(test: (path: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await test(`${folder}/state.kv`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Opens a store for the time of `use` and returns its report. */
export async function visit(
  path: string,
  use: (store: Store) => Promise<unknown> = () => Promise.resolve(),
  options: Partial<StoreOptions> = {},
): Promise<StoreOpenReport> {
  const { store, report } = await Store.open(path, { now: () => NOW, ...options });
  try {
    await use(store);
  } finally {
    await store.close();
  }
  return report;
}

/** Makes a file with `count` bindings of 600 bytes and more. */
export async function fill(path: string, count: number): Promise<void> {
  await visit(path, async (store) => {
    for (let number = 0; number < count; number += 100) {
      await store.commit(Array.from({ length: Math.min(100, count - number) }, (_, index) => ({
        key: ["v1", "binding", String(number + index)],
        value: { number: number + index, text: "x".repeat(600) },
      })));
    }
  });
}

/** The last parts of the records' keys, sorted. */
export function names(report: StoreOpenReport): string[] {
  return report.records.map((record) => record.key.at(-1)!).sort();
}

/** Runs SQL on a file behind the store's back. */
export function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Names in the file's folder, sorted. */
export function beside(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

/** Copies a file and its log while it is open: what a power cut leaves. */
export function copyOpen(from: string, to: string): void {
  for (const suffix of ["", "-wal"]) Deno.copyFileSync(from + suffix, to + suffix);
}
