import { ok, refuse, type Result } from "../base/result.ts";
import { blamesFile, messageOf } from "./faults.ts";
import { closeToOthers } from "./folder.ts";
import { lockState, type StateLock } from "./lock.ts";
import { openFile } from "./open.ts";
import { inspectState, type Ownership } from "./ownership.ts";
import {
  batchesOf,
  type Change,
  encodeChange,
  type EncodedChange,
  keyText,
  type StoredRecord,
} from "./records.ts";
import { type Migration, MIGRATIONS } from "./schema.ts";
import { lostText, openSecret, passingSecret, type SecretOptions, secretPath } from "./secret.ts";

/** What {@linkcode Store.open} found. */
export interface StoreOpenReport {
  readonly records: readonly StoredRecord[];
  /** Sentences for the log. */
  readonly problems: readonly string[];
  /** Sentences of what needs nothing to be done. */
  readonly warnings: readonly string[];
  /** Path of the damaged copy. */
  readonly setAside?: string;
  /** False when the file could not be used: this run works, and nothing outlives it. */
  readonly persistent: boolean;
}

/** What opening a store takes beside the path. */
export interface StoreOptions {
  /** Wall time in ms, for the names of damaged copies only. */
  readonly now: () => number;
  /** Random bytes for the secret. */
  readonly random?: (length: number) => Uint8Array;
  readonly migrations?: readonly Migration[];
  /** The schema to end with, for tests of migrations. */
  readonly schema?: number;
  /** The user who runs the program; owners of files are not compared when it is not known. */
  readonly uid?: number | undefined;
}

/** Key → JSON text over Deno KV (DESIGN §5). */
export class Store {
  readonly #kv: Deno.Kv;
  readonly #secret: string;
  readonly #lock: StateLock;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(parts: { kv: Deno.Kv; secret: string; lock: StateLock }) {
    this.#kv = parts.kv;
    this.#secret = parts.secret;
    this.#lock = parts.lock;
  }

  /**
   * Opens the store at `path` and reads every record. It always opens, and what is wrong stands in the report; only of
   * a file that another program uses it throws a `StateInUseError`, and of one that is not ours a `StateRefusedError`.
   */
  static async open(
    path: string,
    options: StoreOptions,
  ): Promise<{ store: Store; report: StoreOpenReport }> {
    const { now, random = randomBytes } = options;
    const ownership = inspectState(path, options);
    const lock = lockState(path);
    const { secret, ...found } = prepare(path, ownership, { now, random });
    const opened = await openFile(path, { migrations: MIGRATIONS, ...options, ...found, secret });
    const store = new Store({ kv: opened.kv, secret: secret.text, lock });
    const problems = [...found.opened, ...opened.problems];
    // Where nothing is kept, the secret is not either: that has been said.
    if (secret.problem !== undefined && opened.persistent) problems.push(secret.problem);
    const written = await store.commit(opened.changes);
    problems.push(...(written.ok ? written.value : [written.reason]));
    return {
      store,
      report: {
        records: opened.records,
        problems,
        warnings: ownership.secretLost && secret.file === "kept" ? [lostText(path)] : [],
        persistent: opened.persistent,
        ...(opened.setAside === undefined ? {} : { setAside: opened.setAside }),
      },
    };
  }

  /** The secret that branches and tokens are derived with (RULES V2, C1). */
  secret(): string {
    return this.#secret;
  }

  /**
   * Writes changes, in order and after all earlier ones; on disk when it settles. Up to 100 changes are one atomic
   * commit. The value names what no attempt could store, since it is too large; what could not be written this time
   * is named in the reason. All else is written. It never rejects.
   */
  commit(changes: readonly Change[]): Promise<Result<readonly string[]>> {
    const done = this.#tail.then(() => this.#write(changes));
    this.#tail = done;
    return done;
  }

  /** Waits for what is being written and closes the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#tail;
    this.#closed = true;
    this.#kv.close();
    this.#lock.release();
  }

  async #write(changes: readonly Change[]): Promise<Result<readonly string[]>> {
    if (this.#closed) return refuse("Cannot store records: the store is closed");
    const reasons: string[] = [];
    const refused: string[] = [];
    const encoded: EncodedChange[] = [];
    for (const change of changes) {
      const one = encodeChange(change);
      if (one.ok) encoded.push(one.value);
      else refused.push(one.reason);
    }
    for (const batch of batchesOf(encoded)) reasons.push(...await this.#writeBatch(batch));
    const [first, ...others] = reasons;
    if (first === undefined) return ok(refused);
    return refuse(others.length === 0 ? first : `${first} (and ${others.length} more)`);
  }

  async #writeBatch(batch: readonly EncodedChange[]): Promise<string[]> {
    try {
      const atomic = this.#kv.atomic();
      for (const { key, bytes } of batch) {
        if (bytes === undefined) atomic.delete(key);
        else atomic.set(key, bytes);
      }
      await atomic.commit();
      return [];
    } catch (error) {
      // One bad record must not take the others with it; a full disk fails them all alike.
      if (batch.length > 1 && blamesFile(error)) return await this.#writeSingly(batch);
      const more = batch.length > 1 ? ` and ${batch.length - 1} more` : "";
      return [`Cannot store record ${keyText(batch[0]!.key)}${more}: ${messageOf(error)}`];
    }
  }

  async #writeSingly(batch: readonly EncodedChange[]): Promise<string[]> {
    const reasons: string[] = [];
    for (const change of batch) reasons.push(...await this.#writeBatch([change]));
    return reasons;
  }
}

/** What has to be known, and to be put right, before the file is opened. */
function prepare(path: string, { proven, doubt }: Ownership, options: SecretOptions) {
  if (doubt !== undefined) return { proven, doubt, secret: passingSecret(options), opened: [] };
  const opened = closeToOthers(path).includes(secretPath(path)) ? [openedText(path)] : [];
  const secret = openSecret(path, options);
  // A file without its secret could not be told from somebody else's at the next start.
  const lost = secret.file === "unwritable" ? secret.problem : undefined;
  return { proven, doubt: lost, secret, opened };
}

function openedText(path: string): string {
  return `Secret ${secretPath(path)} could be used by other users of this host and is closed to ` +
    "them now; phones keep their tokens, remove it before a start to get new ones";
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
