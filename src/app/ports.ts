import type { Result } from "../base/result.ts";
import type { DnsFunctions } from "../net/system_dns.ts";
import type { NetworkReader } from "../net/reading.ts";
import type { Log } from "../ops/repeats.ts";
import type { CoreSettings } from "../proxy/settings.ts";
import type { CorePort } from "./core_port.ts";
import type { Change } from "./store_writer.ts";

/** What the core is made with. */
export interface CoreOptions {
  readonly settings: CoreSettings;
  readonly secret: string;
  readonly random: () => number;
  readonly wall: () => number;
  readonly records: readonly StoredEntry[];
  /** Port pairs that may be open at once on all addresses; undefined where files are no limit. */
  readonly openPairs: number | undefined;
  readonly now: number;
}

/** One entry of the store. */
export interface StoredEntry {
  readonly key: readonly string[];
  readonly value: unknown;
}

/** What the shell uses of the store. */
export interface StorePort {
  /** Its value names, in words, the changes that can never be stored; all others are on disk. */
  commit(changes: readonly Change[]): Promise<Result<readonly string[]>>;
  secret(): string;
  close(): void | Promise<void>;
}

/** A store that was opened, with what it held and what was wrong with it. */
export interface OpenedStore {
  readonly store: StorePort;
  readonly report: {
    readonly records: readonly StoredEntry[];
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
    /** False when nothing outlives the process. */
    readonly persistent: boolean;
  };
}

/** The world of an app; tests hand in parts of their own. */
export interface World {
  readonly makeCore: (options: CoreOptions) => CorePort;
  readonly openStore: (path: string) => Promise<OpenedStore>;
  readonly network: NetworkReader;
  readonly dns: DnsFunctions;
  /** Interval of network polls, in ms. */
  readonly pollMs: number;
}

/** What {@linkcode startApp} takes beside the settings. */
export interface AppOptions {
  readonly log: Log;
  /** Where the state lies; by default as `[state] path` says. */
  readonly statePath?: string;
  readonly build?: { readonly version: string };
  /** Parts of the world that differ from the real one. */
  readonly world?: Partial<World>;
}
