import { rawKeys } from "./examine.ts";
import { decodeKey } from "./key_bytes.ts";
import { decodeValue, keyText, type StoredRecord } from "./records.ts";

/** First part of every key of ours. */
export const PREFIX = "v1";

/** What a KV file holds: readable records, and those that are not. */
export interface Loaded {
  readonly records: StoredRecord[];
  /** Keys whose values cannot be read; they are to be deleted. */
  readonly unreadable: Deno.KvKey[];
  /** One sentence for each. */
  readonly problems: string[];
}

/** Reads all records. A damaged one is named and skipped; only a damaged file makes it throw. */
export async function load(kv: Deno.Kv, path: string): Promise<Loaded> {
  const loaded: Loaded = { records: [], unreadable: [], problems: [] };
  try {
    const entries = kv.list({ prefix: [PREFIX] }, { batchSize: 500 });
    for await (const entry of entries) take(loaded, entry.key, entry.value);
    return loaded;
  } catch {
    // One value that cannot be deserialized ends the listing: each key is asked for on its own then.
    return await loadOneByOne(kv, path);
  }
}

async function loadOneByOne(kv: Deno.Kv, path: string): Promise<Loaded> {
  const loaded: Loaded = { records: [], unreadable: [], problems: [] };
  for (const bytes of rawKeys(path)) {
    const key = decodeKey(bytes);
    if (key === undefined) loaded.problems.push("A stored record was skipped: its key is damaged");
    else if (key[0] === PREFIX) await loadOne(kv, key, loaded);
  }
  return loaded;
}

async function loadOne(kv: Deno.Kv, key: string[], loaded: Loaded): Promise<void> {
  try {
    const entry = await kv.get(key);
    if (entry.versionstamp !== null) take(loaded, entry.key, entry.value);
  } catch {
    skip(loaded, key, "it is damaged");
  }
}

function take(loaded: Loaded, key: Deno.KvKey, stored: unknown): void {
  const texts = key.filter((part) => typeof part === "string");
  const value = decodeValue(stored);
  if (texts.length < key.length) skip(loaded, key, "its key is not ours");
  else if (!value.ok) skip(loaded, key, value.reason);
  else loaded.records.push({ key: texts, value: value.value });
}

function skip(loaded: Loaded, key: Deno.KvKey, why: string): void {
  loaded.unreadable.push(key);
  loaded.problems.push(`Stored record ${keyText(key)} was skipped: ${why}`);
}
