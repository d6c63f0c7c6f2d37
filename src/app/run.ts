import { loadConfiguration, type LoadedConfiguration } from "../config/load.ts";
import { type LineStart, lineStart, logLines, report, setUpLog } from "../ops/log.ts";
import type { Log } from "../ops/repeats.ts";
import type { LogLevel, Settings } from "../proxy/settings.ts";
import type { Command } from "./arguments.ts";
import { giveUpPermissions } from "./give_up.ts";
import { installGuards, stackOf } from "./guard.ts";
import { inspectNetwork } from "./inspect.ts";
import type { AppOptions } from "./ports.ts";
import { readByCat } from "./read_by_cat.ts";
import { type Signals, SYSTEM_SIGNALS } from "./signals.ts";
import { type RunningApp, startApp, StartError } from "./start.ts";
import { VERSION } from "./version.ts";

/** What {@linkcode run} uses; tests hand in parts of their own. */
export interface RunWorld {
  readonly start: (settings: Settings, options: AppOptions) => Promise<RunningApp>;
  readonly load: typeof loadConfiguration;
  readonly inspect: typeof inspectNetwork;
  readonly signals: Signals;
  /** Where log lines and problems go. */
  readonly write: (line: string) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  readonly guards: (log: Log) => void;
  /** How lines begin; asked once, since the environment is out of reach later. */
  readonly lineStart: () => LineStart;
  /** Gives up what the running program does not need. */
  readonly giveUp: () => Promise<void>;
}

/** Sets the log up at a level; the log that is in use follows. */
type OpenLog = (level: LogLevel) => Log;

const WORLD: RunWorld = {
  start: startApp,
  load: loadConfiguration,
  inspect: inspectNetwork,
  signals: SYSTEM_SIGNALS,
  write: (line) => console.error(line),
  exit: (code) => Deno.exit(code),
  guards: installGuards,
  lineStart,
  giveUp: giveUpPermissions,
};

/** `sipmasq run`: starts, serves until a signal ends it, and returns the exit code. */
export async function run(
  command: Pick<Command, "config" | "logLevel">,
  world: RunWorld = WORLD,
): Promise<number> {
  const start = world.lineStart();
  const openLog: OpenLog = (level) => setUpLog({ level, start, write: world.write });
  const loaded = await world.load({ file: command.config });
  if (!loaded.ok) {
    const log = openLog(command.logLevel ?? "info");
    logProblems(log, loaded.reason);
    return 2;
  }
  const settings = withLevel(loaded.value.settings, command);
  const log = openLog(settings.log.level);
  world.guards(log);
  log("info", loaded.value.sentence);
  const session = new Session(command, world, { log, openLog, start });
  try {
    return await session.serve({ ...loaded.value, settings });
  } finally {
    session.close();
  }
}

/** The log of a session. */
interface SessionLog {
  readonly log: Log;
  readonly openLog: OpenLog;
  readonly start: LineStart;
}

/** One run from start to end: signals are caught before anything is opened. */
class Session {
  #command: Pick<Command, "config" | "logLevel">;
  #world: RunWorld;
  #log: Log;
  #openLog: OpenLog;
  #start: LineStart;
  #app: RunningApp | undefined;
  #asked = 0;
  #end: () => void = () => {};
  #ended: Promise<void>;
  #close: readonly (() => void)[];

  constructor(
    command: Pick<Command, "config" | "logLevel">,
    world: RunWorld,
    { log, openLog, start }: SessionLog,
  ) {
    this.#command = command;
    this.#world = world;
    this.#log = log;
    this.#openLog = openLog;
    this.#start = start;
    this.#ended = new Promise((resolve) => this.#end = resolve);
    const { signals } = world;
    this.#close = [
      signals.on("SIGTERM", () => this.#terminate()),
      signals.on("SIGINT", () => this.#terminate()),
      signals.on("SIGHUP", () => void this.#reload()),
      signals.on("SIGUSR2", () => this.#statistics()),
    ];
  }

  async serve(loaded: LoadedConfiguration): Promise<number> {
    const { errors } = await this.#world.inspect(loaded);
    logProblems(this.#log, errors);
    if (errors.length > 0) return 2;
    try {
      this.#app = await this.#world.start(loaded.settings, {
        log: this.#log,
        build: { version: VERSION },
      });
    } catch (error) {
      this.#log("error", error instanceof StartError ? error.message : stackOf(error));
      return 1;
    }
    await this.#world.giveUp();
    await this.#ended;
    await this.#app.stop();
    this.#log("info", "Ended in order");
    return 0;
  }

  close(): void {
    for (const close of this.#close) close();
  }

  #terminate(): void {
    this.#asked++;
    if (this.#asked > 1) return this.#world.exit(1);
    this.#log("info", "Asked to end; a second signal ends at once");
    this.#end();
  }

  async #reload(): Promise<void> {
    const { load, inspect } = this.#world;
    const loaded = await load({ file: this.#command.config, read: readByCat });
    const problems = loaded.ok ? (await inspect(loaded.value)).errors : loaded.reason;
    if (!loaded.ok || problems.length > 0) {
      this.#log("error", "Configuration not reloaded, the former one stays in force");
      logProblems(this.#log, problems);
      return;
    }
    const settings = withLevel(loaded.value.settings, this.#command);
    this.#openLog(settings.log.level);
    this.#log("info", `Reloaded: ${loaded.value.sentence}`);
    await this.#app?.reload(settings);
  }

  #statistics(): void {
    const lines = this.#app?.statistics() ?? ["Not started yet"];
    report("Statistics", lines, { start: this.#start, write: this.#world.write });
  }
}

/** The level of the command line counts, whatever the configuration says. */
function withLevel(settings: Settings, { logLevel }: Pick<Command, "logLevel">): Settings {
  return logLevel === undefined ? settings : { ...settings, log: { level: logLevel } };
}

/** Problems one by one; the text of a line, and its caret, stand below the problem that is in it. */
function logProblems(log: Log, lines: readonly string[]): void {
  const problems = lines.length === 0 ? [] : lines.join("\n").split(/\n(?! )/);
  for (const problem of problems) logLines(log, "error", problem);
}
