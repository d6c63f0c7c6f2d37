import { ok, refuse, type Result } from "../base/result.ts";

/** One record: a key of strings and plain data. */
export interface StoredRecord {
  readonly key: readonly string[];
  readonly value: unknown;
}

/** A change: `value` undefined deletes. */
export type Change = StoredRecord;

/** A change ready to be written. */
export interface EncodedChange {
  readonly key: readonly string[];
  /** JSON text in UTF-8, so that a damaged value never ends a listing; undefined deletes. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** The largest value in bytes: KV refuses the whole batch of one beyond 64 KiB. */
export const VALUE_BYTES_MAX = 60 * 1024;
/** The most keys in one atomic commit: KV's limit is 1000, and 100 take 1.8 ms. */
export const BATCH_KEYS_MAX = 100;
/** The most bytes in one atomic commit: KV's limit is 800 KiB. */
export const BATCH_BYTES_MAX = 512 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A key for log lines: `v1/call/7`. */
export function keyText(key: readonly unknown[]): string {
  return key.map(String).join("/").slice(0, 120);
}

/** Turns a change into bytes; refuses what is too large or no plain data. */
export function encodeChange(change: Change): Result<EncodedChange> {
  if (change.value === undefined) return ok({ key: change.key, bytes: undefined });
  const text = jsonOf(change.value);
  if (text === undefined) {
    return refuse(`Cannot store record ${keyText(change.key)}: it is no plain data`);
  }
  const bytes = encoder.encode(text);
  if (bytes.length <= VALUE_BYTES_MAX) return ok({ key: change.key, bytes });
  return refuse(
    `Cannot store record ${
      keyText(change.key)
    }: ${bytes.length} bytes, more than ${VALUE_BYTES_MAX}`,
  );
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Reads what stands in the file; refuses anything but JSON text. */
export function decodeValue(stored: unknown): Result<unknown> {
  try {
    if (stored instanceof Uint8Array) return ok(JSON.parse(decoder.decode(stored)));
    if (typeof stored === "string") return ok(JSON.parse(stored));
    return refuse("it is no text");
  } catch {
    return refuse("it is no JSON text");
  }
}

/** Cuts changes into atomic commits, in order. */
export function batchesOf(changes: readonly EncodedChange[]): EncodedChange[][] {
  const batches: EncodedChange[][] = [];
  let keys = BATCH_KEYS_MAX;
  let size = 0;
  for (const change of changes) {
    const bytes = change.bytes?.length ?? 0;
    if (keys >= BATCH_KEYS_MAX || size + bytes > BATCH_BYTES_MAX) {
      batches.push([]);
      keys = size = 0;
    }
    batches.at(-1)!.push(change);
    keys++;
    size += bytes;
  }
  return batches;
}
