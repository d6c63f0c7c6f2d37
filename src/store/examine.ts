import { DatabaseSync } from "node:sqlite";
import { ok, refuse, type Result } from "../base/result.ts";
import { blamesFile, messageOf } from "./faults.ts";

/** Why a state file cannot be used; only a damaged one is set aside, never another program's. */
export interface FileFault {
  readonly damaged: boolean;
  readonly text: string;
}

/** How long another program may hold the file, in ms. */
const LOCK_WAIT_MS = 1000;

/**
 * Checks a state file with SQLite before Deno KV opens it: a damaged page would end the process from a thread that no
 * `catch` sees.
 */
export function examine(path: string): Result<void, FileFault> {
  try {
    const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
    try {
      // KV waits without end, and without a word, for a lock that another program holds: better to hear of it here.
      database.exec("BEGIN IMMEDIATE; ROLLBACK");
      return verdict(database);
    } finally {
      database.close();
    }
  } catch (error) {
    return refuse({ damaged: blamesFile(error), text: messageOf(error) });
  }
}

/** What Deno KV takes for granted in a file that says it is one: without it a background thread ends the process. */
const EXPECTED: readonly string[] = [
  "SELECT k, v, v_encoding, version, seq, expiration_ms FROM kv",
  "SELECT k, version, seq FROM data_version",
  "SELECT k, version FROM migration_state",
  "SELECT ts, id, data, backoff_schedule, keys_if_undelivered FROM queue",
  "SELECT deadline, id, data, backoff_schedule, keys_if_undelivered FROM queue_running",
];

function verdict(database: DatabaseSync): Result<void, FileFault> {
  const row = database.prepare("PRAGMA integrity_check(1)").get();
  const found = String(row?.["integrity_check"] ?? "no answer");
  if (found !== "ok") return refuse({ damaged: true, text: found.replaceAll("\n", " ") });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const names = tables.map((table) => table["name"]);
  // An empty file is a new one.
  if (names.length === 0) return ok(undefined);
  if (!names.includes("kv")) {
    return refuse({
      damaged: false,
      text: "it is a database of another program and is left alone",
    });
  }
  for (const statement of EXPECTED) database.prepare(statement);
  return ok(undefined);
}

/** The keys of a KV file as SQLite has them: how to go around a record that ends Deno's own listing. */
export function rawKeys(path: string): Uint8Array[] {
  const database = new DatabaseSync(path);
  try {
    const rows = database.prepare("SELECT k FROM kv ORDER BY k").all();
    return rows.map((row) => row["k"]).filter((key) => key instanceof Uint8Array);
  } finally {
    database.close();
  }
}
