import type { NetworkReading } from "../../../src/net/interfaces.ts";
import type { AppOptions, StoredEntry } from "../../../src/app/ports.ts";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import type { Change } from "../../../src/app/store_writer.ts";
import type { Settings } from "../../../src/proxy/settings.ts";
import { host } from "../net/hosts.ts";
import { FakeCore } from "./fake_core.ts";

/** Settings of two loopback addresses with ports that the kernel gives. */
export function loopbackSettings(more: Partial<Settings["outside"]> = {}): Settings {
  const listen = [{ transport: "udp", port: 0 }] as const;
  return {
    inside: { interface: "127.0.1.1/24", listen, networks: [], refreshMaxMs: 300_000 },
    outside: {
      interface: "127.0.2.1/24",
      listen,
      advertise: { kind: "auto" },
      keepaliveMs: 25_000,
      ...more,
    },
    media: { ports: { low: 41_000, high: 41_099 }, idleMs: 300_000, holdMs: 7_200_000 },
    state: { path: "auto" },
    providers: [],
    log: { level: "info" },
  };
}

/** A world of fakes around an app: core, store, host and DNS answer as the test says; sockets are real. */
export class SmallWorld {
  readonly core = new FakeCore();
  readonly log: string[] = [];
  /** What the store holds, by key. */
  readonly stored = new Map<string, unknown>();
  commits = 0;
  closed = 0;
  records: StoredEntry[] = [];
  reading: NetworkReading = host([]);
  /** Addresses that names have. */
  names: Record<string, string> = {};
  commitAnswer: Result<readonly string[]> = ok([]);

  /** Options for an app in this world. */
  options(): AppOptions & Required<Pick<AppOptions, "world">> {
    return {
      log: (level, text) => void this.log.push(`${level} ${text}`),
      statePath: "/nowhere/state.kv",
      world: {
        makeCore: () => this.core,
        openStore: () =>
          Promise.resolve({
            store: {
              commit: (changes: readonly Change[]) => Promise.resolve(this.#commit(changes)),
              secret: () => "secret",
              close: () => void this.closed++,
            },
            report: { records: this.records, problems: [], warnings: [], persistent: true },
          }),
        network: {
          addresses: () => this.reading,
          routes: () => Promise.resolve({ routes: this.reading.routes }),
        },
        dns: {
          a: (name) => {
            const ip = this.names[name];
            const found = ip === undefined
              ? refuse("No such name")
              : ok({ values: [ip], ttlMs: 1 });
            return Promise.resolve(found);
          },
          srv: () => Promise.resolve(refuse("No records")),
          naptr: () => Promise.resolve(refuse("No records")),
        },
        pollMs: 5,
      },
    };
  }

  #commit(changes: readonly Change[]): Result<readonly string[]> {
    this.commits++;
    if (!this.commitAnswer.ok) return this.commitAnswer;
    for (const { key, value } of changes) this.stored.set(key.join("/"), value);
    return this.commitAnswer;
  }
}

/** Waits until `ready` holds. */
export async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 1));
}
