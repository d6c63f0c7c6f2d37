import { bytesToText } from "../base/bytes.ts";
import type { Flow } from "../base/address.ts";
import { explainProblem, type ListenerProblem, Listeners, problemText } from "../net/listeners.ts";
import type { NetworkPlan } from "../net/plan.ts";
import { Resolver } from "../net/resolver.ts";
import { reasonOf } from "../net/send.ts";
import { NetworkWatcher } from "../net/watch.ts";
import { isLogged } from "../ops/log.ts";
import type { ProgramSnapshot } from "../ops/statistics.ts";
import { Repeats } from "../ops/repeats.ts";
import type { Listener, Network } from "../proxy/events.ts";
import { LIMITS } from "../base/limits.ts";
import type { NoteKind } from "../base/note_kinds.ts";
import type { LogLevel, Settings } from "../proxy/settings.ts";
import { StateInUseError } from "../store/lock.ts";
import { StateRefusedError } from "../store/ownership.ts";
import { Advertised } from "./advertised.ts";
import type { AppOptions, OpenedStore, World } from "./ports.ts";
import { openPairs } from "./capacity.ts";
import { type Engine, makeEngine } from "./engine.ts";
import { randomNumber } from "./random.ts";
import { needsRestart, restartText } from "./reload.ts";
import { listenerWords } from "./listener_words.ts";
import { StartError } from "./start_error.ts";

/** How often held notes are told, in ms. */
const TICK_MS = 10_000;

/** The running program: sockets, core, store and watchers, wired to each other. */
export class App {
  #settings: Settings;
  #options: AppOptions;
  #world: World;
  #listeners: Listeners;
  #watcher: NetworkWatcher;
  #resolver: Resolver;
  #repeats: Repeats;
  #plan: NetworkPlan | undefined;
  #advertised: Advertised;
  #engine: Engine | undefined;
  #unbound: readonly ListenerProblem[] = [];
  /** Faults of the network that were told and hold on. */
  #faults: ReadonlySet<string> = new Set();
  /** What was last said of the listeners: only news are said again. */
  #said = "";
  #tick: ReturnType<typeof setInterval> | undefined;
  #ending: Promise<void> | undefined;

  constructor(settings: Settings, options: AppOptions, world: World) {
    this.#settings = settings;
    this.#options = options;
    this.#world = world;
    this.#repeats = new Repeats({
      log: options.log,
      now: monotonic,
      wants: (level) => isLogged(level, this.#settings.log.level),
    });
    this.#advertised = new Advertised({
      dns: world.dns,
      place: () => this.#plan?.advertisedPlace,
      changed: () => this.#tellNetwork(),
      say: (level, text) => this.#say(level, text),
      warn: (text) => this.#note("warn", "advertise", text),
    });
    this.#resolver = new Resolver({ dns: world.dns, now: monotonic });
    this.#listeners = new Listeners({
      maxBytes: LIMITS.messageBytes,
      received: (flow, bytes) => this.#received(flow, bytes),
    });
    this.#watcher = new NetworkWatcher({
      settings,
      reader: world.network,
      intervalMs: world.pollMs,
      changed: (plan) => this.#networkChanged(plan),
      steady: () => this.#bindAgain(),
    });
  }

  /** The listeners that are bound, with their actual ports. */
  get listeners(): readonly Listener[] {
    return this.#listeners.current;
  }

  /** What we say our outside address is now. */
  get advertised(): string | undefined {
    return this.#network()?.advertised;
  }

  /** True when one address serves both sides. */
  get sharedAddress(): boolean {
    return this.#plan?.kind === "one" || this.#plan?.kind === "loopback";
  }

  /** Binds the listeners: before the state is touched, so that a second instance ends here. */
  async bind(): Promise<void> {
    const plan = await this.#watcher.first();
    this.#plan = plan;
    if (this.#watcher.problem !== undefined) this.#say("warn", this.#watcher.problem);
    this.#sayPlan(plan);
    this.#unbound = await this.#listeners.apply(plan.listeners);
    const fatal = this.#unbound.filter((problem) => problem.failure !== "not-there");
    if (fatal.length > 0) {
      throw new StartError((await Promise.all(fatal.map(explainProblem))).join("; "));
    }
    for (const problem of this.#unbound) this.#say("warn", problemText(problem));
  }

  /**
   * Loads the state, starts the core, and only then reads the first packet; false when the state cannot be kept.
   * Of `files`, the limit of open ones, media ports leave some.
   */
  async run(statePath: string, files: number | undefined): Promise<boolean> {
    const { store, report } = await this.#openStore(statePath);
    for (const problem of report.problems) this.#say("error", problem);
    for (const warning of report.warnings) this.#say("warn", warning);
    const core = this.#world.makeCore({
      settings: this.#settings,
      secret: store.secret(),
      random: randomNumber,
      wall: () => Date.now(),
      records: report.records,
      openPairs: openPairs(files),
      now: monotonic(),
    });
    const engine = makeEngine({
      core,
      store,
      listeners: this.#listeners,
      resolver: this.#resolver,
      note: (note) => this.#repeats.note(note),
      files,
      now: monotonic,
    });
    this.#engine = engine;
    this.#tick = setInterval(() => this.#repeats.flush(), TICK_MS);
    engine.loop.runNow(
      (one, now) => one.handle({ type: "network.changed", network: this.#network()! }, now),
      "the first network.changed",
    );
    engine.loop.runNow((one, now) => one.start(now), "the start");
    this.#advertised.follow(this.#settings);
    this.#listeners.start();
    this.#watcher.start();
    return report.persistent;
  }

  /** Takes new settings; names the keys that only a restart changes. */
  async reload(settings: Settings): Promise<void> {
    const kept = needsRestart(this.#settings, settings);
    const { media, state } = this.#settings;
    this.#settings = { ...settings, media, state };
    this.#engine?.loop.push({ type: "settings.changed", settings: this.#settings });
    await this.#advertised.stop();
    this.#advertised.follow(this.#settings);
    await this.#watcher.reload(this.#settings);
    this.#tellNetwork();
    if (kept.length > 0) this.#say("warn", restartText(kept));
  }

  /** Every table as plain data. */
  snapshot(): ProgramSnapshot {
    const engine = this.#engine;
    return {
      core: engine?.core.snapshot(monotonic()),
      listeners: this.#listeners.counters(),
      loop: engine?.loop.counters,
      sends: engine?.performer.counters,
      media: { pairs: engine?.media.size, ...engine?.media.counters },
      store: { waiting: engine?.writer.size, ...engine?.writer.counters },
      dns: this.#resolver.counters,
    };
  }

  /** Ends in order: what waits is stored and sent first. */
  stop(): Promise<void> {
    this.#ending ??= this.#end(async (engine) => {
      await engine.writer.finish();
    });
    return this.#ending;
  }

  /** Ends as a crash would: nothing more is stored; the sockets are free when it settles. */
  drop(): Promise<void> {
    this.#ending ??= this.#end(async (engine) => {
      engine.writer.drop();
      await engine.writer.idle();
    });
    return this.#ending;
  }

  async #end(storeEnds: (engine: Engine) => Promise<void>): Promise<void> {
    const engine = this.#engine;
    clearInterval(this.#tick);
    engine?.loop.stop();
    if (engine !== undefined) await storeEnds(engine);
    await Promise.all([this.#watcher.stop(), this.#advertised.stop()]);
    await Promise.all([this.#listeners.close(), engine?.media.closeAll()]);
    await engine?.store.close();
    this.#repeats.finish();
  }

  async #openStore(path: string): Promise<OpenedStore> {
    try {
      return await this.#world.openStore(path);
    } catch (error) {
      if (error instanceof StateInUseError || error instanceof StateRefusedError) {
        throw new StartError(error.message);
      }
      const reason = reasonOf(error);
      throw new StartError(
        `Could not open the state ${path}: ${reason}; set [state] path to a file that can be written`,
      );
    }
  }

  async #networkChanged(plan: NetworkPlan): Promise<void> {
    this.#plan = plan;
    this.#sayPlan(plan);
    this.#unbound = await this.#listeners.apply(plan.listeners);
    for (const problem of this.#unbound) this.#warnUnbound(problem);
    this.#tellNetwork();
  }

  /** Tries again what could not be bound, at every poll. */
  async #bindAgain(): Promise<void> {
    if (this.#unbound.length === 0 || this.#plan === undefined) return;
    const before = this.#unbound.length;
    this.#unbound = await this.#listeners.apply(this.#plan.listeners);
    for (const problem of this.#unbound) this.#warnUnbound(problem);
    if (this.#unbound.length < before) this.#tellNetwork();
  }

  #received(flow: Flow, bytes: Uint8Array): void {
    const arrival = { now: monotonic(), bytes: bytes.length };
    if (this.#engine === undefined || !this.#engine.core.admits(flow, arrival)) return;
    this.#engine.loop.push({ type: "sip.received", flow, text: bytesToText(bytes) });
  }

  #tellNetwork(): void {
    const network = this.#network();
    if (network === undefined) return;
    this.#engine?.loop.push({ type: "network.changed", network });
    this.#sayListeners(`Listening on ${listenerWords(network)}`);
  }

  #sayPlan({ sentences, faults }: NetworkPlan): void {
    for (const { level, text } of sentences) this.#say(level, text);
    for (const { level, text } of faults) {
      if (!this.#faults.has(text)) this.#say(level, text);
    }
    this.#faults = new Set(faults.map(({ text }) => text));
  }

  #sayListeners(words: string): void {
    if (words !== this.#said) this.#say("info", words);
    this.#said = words;
  }

  #network(): Network | undefined {
    if (this.#plan === undefined) return undefined;
    const { insideNetworks, outsideRoutes, gateway, ownIps, prefixes } = this.#plan;
    const listeners = this.#listeners.current;
    const advertised = this.#advertised.by(this.#settings, this.#plan);
    return { listeners, advertised, insideNetworks, outsideRoutes, gateway, ownIps, prefixes };
  }

  #warnUnbound(problem: ListenerProblem): void {
    this.#note("warn", "listener", problemText(problem));
  }

  #note(level: LogLevel, kind: NoteKind, text: string): void {
    this.#repeats.note({ level, kind, text });
  }

  #say(level: LogLevel, text: string): void {
    this.#options.log(level, text);
  }
}

function monotonic(): number {
  return performance.now();
}
