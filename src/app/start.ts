import { ok } from "../base/result.ts";
import { durationWords } from "../base/duration_words.ts";
import { readProc } from "../net/proc.ts";
import { SYSTEM_DNS } from "../net/system_dns.ts";
import type { Log } from "../ops/repeats.ts";
import { memoryLine } from "../ops/memory_line.ts";
import { statisticsText } from "../ops/statistics.ts";
import { Core } from "../proxy/core.ts";
import type { Listener } from "../proxy/events.ts";
import type { Settings } from "../proxy/settings.ts";
import { findStateHolder, secondText } from "../store/lock.ts";
import { Store } from "../store/store.ts";
import { App } from "./app.ts";
import { listenerWords } from "./listener_words.ts";
import { capacityText, openFileLimit } from "./capacity.ts";
import { ClockWatch } from "./clock.ts";
import { ownUid } from "./own_uid.ts";
import { SYSTEM_NETWORK } from "./inspect.ts";
import type { AppOptions, World } from "./ports.ts";
import { StartError } from "./start_error.ts";
import {
  fileSystemOf,
  findStatePath,
  isVolatile,
  plannedStatePath,
  stateCandidates,
  systemStateEnvironment,
} from "./state_path.ts";

export type { AppOptions } from "./ports.ts";
export { StartError } from "./start_error.ts";

/** The program while it runs. */
export interface RunningApp {
  /** The bound listeners, with the ports that the kernel gave. */
  readonly listeners: readonly Listener[];
  /** Every table as plain data. */
  snapshot(): unknown;
  /** The snapshot as lines to read. */
  statistics(): string[];
  /** Takes new settings as far as that is possible; the log says what a restart would change. */
  reload(settings: Settings): Promise<void>;
  /** Ends in order. */
  stop(): Promise<void>;
  /** Ends as a crash would, without storing what waits; the sockets are free then. */
  drop(): Promise<void>;
}

const WORLD: World = {
  makeCore: (options) => new Core(options),
  openStore: async (path) => Store.open(path, { now: () => Date.now(), uid: await ownUid() }),
  network: SYSTEM_NETWORK,
  dns: SYSTEM_DNS,
  pollMs: 1_000,
};

/** Starts sipmasq: `run` and the self-test begin here; throws a {@linkcode StartError} with the next step in words. */
export async function startApp(settings: Settings, options: AppOptions): Promise<RunningApp> {
  const app = new App(settings, options, { ...WORLD, ...options.world });
  const { log } = options;
  const clock = new ClockWatch({ log, wall: () => Date.now(), now: () => performance.now() });
  try {
    refuseSecond(options.statePath ?? settings.state.path);
    await app.bind();
    const statePath = options.statePath ?? await chooseStatePath(settings, log);
    // Read before media ports are bound: they may take all files that may be open, and then nothing can be read.
    const files = await readFileLimit();
    const { sharedAddress } = app;
    const capacity = capacityText(settings.media.ports, { sharedAddress, files });
    const kept = await app.run(statePath, files);
    if (kept && options.statePath === undefined) await sayStatePath(statePath, log);
    log("info", startLine(app, capacity, options));
    clock.start();
  } catch (error) {
    await app.drop();
    throw error;
  }
  const startedAt = performance.now();
  return {
    get listeners() {
      return app.listeners;
    },
    snapshot: () => app.snapshot(),
    statistics: () => [
      `Up: ${durationWords(performance.now() - startedAt)}`,
      memoryLine(Deno.memoryUsage()),
      ...statisticsText(app.snapshot()),
    ],
    reload: (next) => app.reload(next),
    stop: () => {
      clock.stop();
      return app.stop();
    },
    drop: () => {
      clock.stop();
      return app.drop();
    },
  };
}

/** Before any port is bound: that one of them is taken would be said instead, and says less. */
function refuseSecond(setting: string): void {
  const path = setting === "auto" ? plannedStatePath(setting) : ok(setting);
  const holder = path.ok ? findStateHolder(path.value) : undefined;
  if (path.ok && holder !== undefined) throw new StartError(secondText(path.value, holder));
}

/** What the port range and the limit of open files allow: for `check`. */
export async function capacityOf(
  settings: Settings,
  { sharedAddress }: { sharedAddress: boolean },
): Promise<string> {
  return capacityText(settings.media.ports, { sharedAddress, files: await readFileLimit() });
}

async function readFileLimit(): Promise<number | undefined> {
  const limits = await readProc("/proc/self/limits");
  return limits.ok ? openFileLimit(limits.value) : undefined;
}

function startLine(app: App, capacity: string, { build }: AppOptions): string {
  const version = build === undefined ? "" : ` ${build.version}`;
  return `sipmasq${version} listens on ${listenerWords(app)}; ${capacity}`;
}

async function chooseStatePath({ state }: Settings, log: Log): Promise<string> {
  return state.path === "auto" ? await automaticPath(log) : state.path;
}

/** Said once the file is open: a place that turned out to be unusable has been named already. */
async function sayStatePath(path: string, log: Log): Promise<void> {
  const mounts = await readProc("/proc/mounts");
  if (mounts.ok && isVolatile(fileSystemOf(path, mounts.value))) {
    log("warn", `State is kept in ${path}, which a reboot empties; set [state] path to a disk`);
  } else {
    log("info", `State is kept in ${path}`);
  }
}

/** A place that cannot be written is no reason not to start: the store then works without a file, and says so. */
async function automaticPath(log: Log): Promise<string> {
  const candidates = stateCandidates(systemStateEnvironment());
  const found = await findStatePath(candidates);
  if (!found.ok) log("warn", found.reason);
  return found.ok ? found.value : candidates[0]!;
}
