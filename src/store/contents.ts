import { DatabaseSync } from "node:sqlite";
import { decodeValue } from "./records.ts";
import { exists } from "./set_aside.ts";
import { idOf, META_KEY, statedSchema } from "./schema.ts";

/**
 * What a file holds, without a change to it or to what lies beside it: `empty` has nothing that could be lost,
 * `ours` has our meta record, `foreign` is a sound database that has nothing of ours in it, `other` is anything else, a
 * damaged file among it.
 */
export type Contents =
  | { readonly kind: "empty" | "foreign" | "other" }
  | { readonly kind: "ours"; readonly id: string | undefined; readonly schema: number };

/** A state of ours is smaller by far: a kilobyte or two for each phone and each call. */
const COPIED_BYTES_MAX = 64 * 1024 * 1024;
const MAGIC = "SQLite format 3\0";
const OTHER = { kind: "other" } as const;
const EMPTY = { kind: "empty" } as const;
const FOREIGN = { kind: "foreign" } as const;

/** Reads what a file holds; it may be anybody's, and what cannot be read is `other`. */
export function contentsOf(path: string): Contents {
  try {
    const begin = beginOf(path);
    if (begin === "") return EMPTY;
    return begin === MAGIC ? onCopy(path, askFile) ?? OTHER : OTHER;
  } catch {
    return OTHER;
  }
}

/** The first bytes: a file of another kind never meets SQLite. */
function beginOf(path: string): string {
  const file = Deno.openSync(path, { read: true });
  try {
    const bytes = new Uint8Array(MAGIC.length);
    const length = file.readSync(bytes) ?? 0;
    return String.fromCharCode(...bytes.subarray(0, length));
  } finally {
    file.close();
  }
}

/**
 * Asks a copy: SQLite makes files beside what it opens, and whoever owns this one may be using it. Undefined for one that
 * is too large to be copied.
 */
export function onCopy<T>(path: string, ask: (copy: string) => T): T | undefined {
  const files = ["", "-wal"].filter((ending) => exists(path + ending));
  const sizes = files.map((ending) => Deno.statSync(path + ending).size);
  if (sizes.some((size) => size > COPIED_BYTES_MAX)) return undefined;
  const folder = Deno.makeTempDirSync({ prefix: "sipmasq-state-" });
  try {
    for (const ending of files) Deno.copyFileSync(path + ending, `${folder}/copy${ending}`);
    return ask(`${folder}/copy`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function askFile(name: string): Contents {
  const database = new DatabaseSync(name, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    if (tables.length === 0) return EMPTY;
    if (!tables.some((table) => table["name"] === "kv")) return foreignIfSound(database);
    const meta = database.prepare("SELECT v FROM kv WHERE k = ?").get(encodedKey(META_KEY));
    if (meta !== undefined) return contentsBy(meta["v"]);
    if (database.prepare("SELECT 1 FROM kv LIMIT 1").get() === undefined) return EMPTY;
    return holdsOurKeys(database) ? OTHER : foreignIfSound(database);
  } finally {
    database.close();
  }
}

/** All keys of ours begin alike, whatever their version. */
function holdsOurKeys(database: DatabaseSync): boolean {
  const begin = encodedKey(META_KEY.slice(0, 1));
  const query = "SELECT 1 FROM kv WHERE substr(k, 1, ?) = ? LIMIT 1";
  return database.prepare(query).get(begin.length, begin) !== undefined;
}

/** In a damaged file our tables may be what is missing. */
function foreignIfSound(database: DatabaseSync): Contents {
  const row = database.prepare("PRAGMA integrity_check(1)").get();
  return row?.["integrity_check"] === "ok" ? FOREIGN : OTHER;
}

/** A key as Deno KV encodes it; ours have no zero byte in them. */
function encodedKey(key: readonly string[]): Uint8Array {
  return new TextEncoder().encode(key.map((part) => `\x02${part}\0`).join(""));
}

function contentsBy(stored: unknown): Contents {
  const value = decodeValue(stored);
  if (!value.ok) return OTHER;
  const meta = { key: META_KEY, value: value.value };
  const schema = statedSchema(meta);
  return schema === undefined ? OTHER : { kind: "ours", id: idOf(meta), schema };
}
