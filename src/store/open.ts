import { blamesFile, messageOf } from "./faults.ts";
import { examine } from "./examine.ts";
import { contentsOf } from "./contents.ts";
import { makeFolder, markerPath } from "./folder.ts";
import { load } from "./load.ts";
import type { Change, StoredRecord } from "./records.ts";
import { migrate, type Migration, SCHEMA } from "./schema.ts";
import { type Secret, stateId } from "./secret.ts";
import { exists, setAside } from "./set_aside.ts";
import { walFault } from "./wal.ts";

/** What a marker tells that lies beside a file at the start. */
export const DIED_READING = "the last start ended while reading it";

/** How a state file is opened; `now` is wall time in ms, for the names of damaged copies only. */
export interface OpenOptions {
  readonly now: () => number;
  readonly migrations: readonly Migration[];
  /** The schema to end with; today's unless told. */
  readonly schema?: number;
  readonly secret: Secret;
  /** False when no secret lay beside the file: it is not ours to set aside then. */
  readonly proven: boolean;
  /** Why the file may not be touched: memory serves then. */
  readonly doubt?: string | undefined;
}

/** An open KV and what was found in it. */
export interface OpenedFile {
  readonly kv: Deno.Kv;
  readonly records: readonly StoredRecord[];
  /** To be written at once: migrated records, and unreadable ones to be deleted. */
  readonly changes: readonly Change[];
  /** Sentences for the log. */
  readonly problems: readonly string[];
  /** Path of the damaged copy. */
  readonly setAside: string | undefined;
  /** False when nothing outlives the process: the file could not be used. */
  readonly persistent: boolean;
}

type Contents = Pick<OpenedFile, "kv" | "records" | "changes"> & { readonly problems: string[] };

/** Opens a state file, whatever became of it: a damaged one is set aside, without a usable one memory serves. */
export async function openFile(path: string, options: OpenOptions): Promise<OpenedFile> {
  const opening = new Opening(path, options);
  try {
    const contents = await opening.run();
    return { ...contents, ...opening.findings(contents.problems), persistent: true };
  } catch (error) {
    const reason = unusableText(path, whyUnusable(path, error));
    const kv = await Deno.openKv(":memory:");
    return { kv, records: [], changes: [], ...opening.findings([reason]), persistent: false };
  }
}

/** What is said of a state file that cannot be used. */
export function unusableText(path: string, why: string): string {
  return `Cannot use state file ${path}: ${why}; nothing will be kept over a restart; ` +
    "[state] path may name another file";
}

function whyUnusable(path: string, error: unknown): string {
  try {
    if (Deno.statSync(path).isDirectory) return "it is a folder";
  } catch {
    // Then the first error says it.
  }
  return messageOf(error);
}

/** One opening of one file, step by step (DESIGN §5 "Damage"). */
class Opening {
  readonly #path: string;
  readonly #options: OpenOptions;
  readonly #problems: string[] = [];
  #setAside: string | undefined;

  constructor(path: string, options: OpenOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** What was noticed, and then `more`. */
  findings(more: readonly string[]): Pick<OpenedFile, "problems" | "setAside"> {
    return { problems: [...this.#problems, ...more], setAside: this.#setAside };
  }

  async run(): Promise<Contents> {
    makeFolder(this.#path);
    const { doubt } = this.#options;
    if (doubt !== undefined) throw new Error(doubt);
    if (exists(this.#path)) this.#check();
    try {
      return await this.#read();
    } catch (error) {
      if (!blamesFile(error)) throw error;
      this.#discard(messageOf(error));
      return await this.#read();
    }
  }

  #check(): void {
    if (exists(markerPath(this.#path))) return this.#discard(DIED_READING);
    const fault = walText(this.#path);
    if (fault !== undefined) this.#problems.push(fault);
    const verdict = examine(this.#path);
    if (verdict.ok) return;
    if (!verdict.reason.damaged) throw new Error(verdict.reason.text);
    this.#discard(verdict.reason.text);
  }

  #discard(why: string): void {
    if (!isProven(this.#path, this.#options)) throw new Error(unprovenText(why));
    this.#setAside = setAside(this.#path, this.#options.now());
    this.#problems.push(
      `State file ${this.#path} cannot be read: ${why}; it is kept as ${this.#setAside}, ` +
        "registrations and running calls are lost until the phones register again",
    );
  }

  /** A marker lies beside the file meanwhile: if the process dies of it, the next start knows. */
  async #read(): Promise<Contents> {
    makePrivate(this.#path);
    mark(this.#path);
    try {
      const kv = await Deno.openKv(this.#path);
      return await this.#contents(kv).catch((error) => {
        kv.close();
        throw error;
      });
    } finally {
      unmark(this.#path);
    }
  }

  async #contents(kv: Deno.Kv): Promise<Contents> {
    const loaded = await load(kv, this.#path);
    const { migrations, schema: to = SCHEMA, secret } = this.#options;
    const id = secret.file === "kept" ? stateId(secret.text) : undefined;
    const migrated = migrate(loaded.records, { migrations, to, id });
    if (!migrated.ok) throw new Error(migrated.reason);
    const { records, changes } = migrated.value;
    for (const key of loaded.unreadable) await kv.delete(key).catch(() => {});
    return { kv, records, changes, problems: loaded.problems };
  }
}

/** By the secret beside it; where the file can still be read, what it says of itself must not contradict that. */
export function isProven(
  path: string,
  { proven, secret }: { readonly proven: boolean; readonly secret: Pick<Secret, "text"> },
): boolean {
  const contents = contentsOf(path);
  return proven && (contents.kind !== "ours" || contents.id === undefined ||
    contents.id === stateId(secret.text));
}

/** Why a damaged file is not set aside. */
export function unprovenText(why: string): string {
  return `${why}; nothing shows that it is ours, it is left alone`;
}

/** A disk too full for the marker is no reason not to start. */
function mark(path: string): void {
  try {
    Deno.writeTextFileSync(markerPath(path), "");
  } catch {
    return;
  }
}

function unmark(path: string): void {
  try {
    Deno.removeSync(markerPath(path));
  } catch {
    return;
  }
}

/** Made before KV makes it: it names phones and accounts, so nobody else reads it. */
function makePrivate(path: string): void {
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
}

/** What is said of a damaged log beside a file. */
export function walText(path: string): string | undefined {
  const wal = `${path}-wal`;
  const fault = exists(wal) ? walFault(Deno.readFileSync(wal)) : undefined;
  return fault && `The newest entries of state file ${path} may be lost: its log: ${fault}`;
}
