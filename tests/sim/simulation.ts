import { type Address, type Flow, formatAddress } from "../../src/base/address.ts";
import { anyContains } from "../../src/base/cidr.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Core } from "../../src/proxy/core.ts";
import type { Owner } from "../../src/proxy/events.ts";
import { TIMES } from "../../src/proxy/times.ts";
import { FarEnds } from "../flow/far_ends.ts";
import { leaks } from "../flow/invariant.ts";
import { sealed } from "../flow/sealed.ts";
import { Answers } from "./answers.ts";
import { CallBook, type CallEntry, isLive } from "./call_book.ts";
import { type Cast, homes, makeCast, makeSettings, resolver, SECRET_NETWORKS } from "./cast.ts";
import { Disk } from "./disk.ts";
import { planDay, type Trap } from "./day.ts";
import { Evening } from "./evening.ts";
import { Hearing } from "./hearing.ts";
import { Keepalives } from "./keepalives.ts";
import { countSent, type MakeCore, noCounts, type Outcome, type WorldKind } from "./outcome.ts";
import { ADVERTISED, OutsideAddress } from "./outside_address.ts";
import type { Phone } from "./phone.ts";
import { Streams } from "./random.ts";
import { checkRefusal } from "./refusals.ts";
import { Restarts } from "./restarts.ts";
import { Router, type Watch } from "./router.ts";
import { STRANGER, Stranger } from "./stranger.ts";
import { planMore } from "./mid_day.ts";
import { drawLimits, TableLimits } from "./table_limits.ts";
import { checkEmpty, checkPools, checkShares, type Tables } from "./tables.ts";
import { Timeline } from "./timeline.ts";
import { asViolation, Violation } from "./violation.ts";
import { makeClimate, Weather } from "./weather.ts";
import { Wire } from "./wire.ts";

/** Steps kept for the report of a failing seed. */
const STEPS_KEPT = 2_000;
/** Nothing that a core holds lives longer, but for calls without media. */
const ALL_OVER_MS = 3_600_000;
/** Turns between two looks at all port pairs. */
const POOLS_EVERY = 8;
/** A look-up takes no longer. */
const LOOK_UP_MS = 5_000;

/** Runs the world of a seed to its end, or to the first check that fails. */
export function simulate(
  seed: number,
  makeCore: MakeCore = (options) => new Core(options),
  kind: WorldKind = {},
): Outcome {
  return sealed(() => new Simulation(seed, makeCore, kind).run());
}

/** One world: a router with the core under test, phones, providers, strangers, and weather. */
export class Simulation implements Watch {
  readonly streams: Streams;
  readonly timeline = new Timeline(() => this.#afterEach());
  readonly weather: Weather;
  readonly wire: Wire;
  readonly disk: Disk;
  readonly book = new CallBook();
  readonly cast: Cast;
  readonly #homes: ReadonlySet<string>;
  readonly router: Router;
  readonly stranger: Stranger;
  readonly counts = noCounts();
  readonly answers = new Answers();
  readonly restarts: Restarts;
  readonly hearing: Hearing;
  readonly keepalives = new Keepalives(this);
  /** True when the wall clock has gone on by an hour at once: what is stored with less to live is over then. */
  lostAnHour = false;
  readonly #limits: TableLimits;
  readonly #farEnds = new FarEnds();
  readonly #steps: { at: number; text: () => string }[] = [];
  readonly address: OutsideAddress;
  #traps: Trap[] = [];
  /** Turns of the router when its tables were looked at last. */
  #looked = 0;

  constructor(readonly seed: number, makeCore: MakeCore, readonly kind: WorldKind) {
    const streams = this.streams = new Streams(seed);
    const limits = kind.limits ?? drawLimits(streams.of("limits"));
    this.#limits = new TableLimits(limits);
    const { timeline } = this;
    const weather = this.weather = new Weather(
      makeClimate(streams.of("climate")),
      () => timeline.now,
    );
    const wire = this.wire = new Wire(timeline, weather, streams);
    this.disk = new Disk(timeline, weather, streams.of("disk"));
    this.restarts = new Restarts(this);
    this.address = new OutsideAddress(this);
    const settings = makeSettings(streams.of("settings"));
    const { book, counts } = this;
    const running = () => this.router.core !== undefined;
    const hearing = this.hearing = new Hearing({ timeline, weather, counts, running });
    this.cast = makeCast({ timeline, wire, weather, streams, book, hearing }, ADVERTISED);
    this.#homes = homes(this.cast, wire);
    this.router = new Router({
      timeline,
      weather,
      wire,
      disk: this.disk,
      streams,
      settings,
      resolve: resolver(this.cast),
      watch: this,
      limits,
      makeCore,
    }, this.address.network);
    timeline.add(this.router);
    this.stranger = new Stranger(this);
  }

  /** Runs it. */
  run(): Outcome {
    let violation: Violation | undefined;
    try {
      this.#day();
      const endless = this.#evening();
      this.#night();
      if (endless !== undefined && isLive(endless)) {
        throw new Violation("agreement", `call ${endless.id} rings for ever`);
      }
    } catch (error) {
      violation = asViolation(error);
    }
    this.counts.calls = this.book.values().length;
    for (const { offers } of this.phones) this.counts.changed += offers.accepted;
    const { seed, counts } = this;
    const { filled } = this.#limits;
    const steps = violation === undefined ? [] : this.#story();
    return { seed, violation, counts, filled, excuses: this.book.excuses(), steps };
  }

  /** Calls, and all that can go wrong. */
  #day(): void {
    this.start();
    this.#traps = planDay(this);
    if (this.kind.busy ?? true) this.#traps.push(...planMore(this));
    this.timeline.run(this.streams.of("length").between(60_000, 200_000));
  }

  /** A call that still rings may come of it. */
  #evening(): CallEntry | undefined {
    this.#traps = [];
    const evening = new Evening(this, this.#limits.limits === LIMITS);
    evening.run();
    return evening.endless;
  }

  /** Nobody registers again; when all time has run out, nothing is left. */
  #night(): void {
    const random = this.streams.of("night");
    for (const phone of this.cast.inside) phone.retire(random.chance(0.5));
    this.timeline.run(ALL_OVER_MS);
    // A call of which a crash left no media ends when a day has brought nothing.
    if ((this.#tables()?.calls.length ?? 0) > 0) this.timeline.run(TIMES.quiet + 120_000);
    // Configured providers are looked up for ever, perhaps just now.
    if ((this.#tables()?.tables["parked"] ?? 0) > 0) this.timeline.run(LOOK_UP_MS);
    const tables = this.#tables();
    if (tables === undefined) throw new Violation("fault", "the router is down");
    checkEmpty(tables, {
      settings: this.router.options.settings,
      network: this.router.network,
      bound: this.router.bound.size,
      records: [...this.disk.records.keys()].map((key) => key.replaceAll("\n", "/")),
    });
  }

  /** Everybody who calls, inside and outside. */
  get phones(): readonly Phone[] {
    return [...this.cast.inside, ...this.cast.outside];
  }

  /** The router gets another address outside: nobody promises that calls outlive this. */
  changeAddress(): void {
    if (this.timeline.now < this.weather.calmUntil) return;
    this.excuse("the outside address changed");
    this.address.change();
  }

  /** Starts the program. */
  start(): void {
    this.address.starting();
    this.router.start();
  }

  /** Whatever becomes of the calls that live now, nobody is to blame. */
  excuse(why: string): void {
    for (const entry of this.book.values()) if (isLive(entry)) entry.excuse ??= why;
  }

  step(text: () => string): void {
    if (this.#steps.length >= 2 * STEPS_KEPT) this.#steps.splice(0, STEPS_KEPT);
    this.#steps.push({ at: this.timeline.now, text });
  }

  arriving(flow: Flow, text: string): void {
    const { ip } = flow.remote;
    if (!anyContains(this.router.network.insideNetworks, ip)) this.#farEnds.hear(ip, text);
  }

  sending(flow: Flow, text: string): void {
    const to = formatAddress(flow.remote);
    const { ip } = flow.remote;
    countSent(this.counts, text);
    this.keepalives.look(flow.remote, text);
    const branch = this.book.noteAttempt(text, this.timeline.now);
    // A re-INVITE may cross the end of its call, whose record is gone then.
    const begins = branch !== undefined && !/^To:[^\r]*;tag=/im.test(text);
    if (begins && !this.disk.knows(branch)) {
      throw new Violation("order", `no record knows what leaves:\n${text}`);
    }
    const failed = failedInvite(text);
    if (failed !== undefined && this.disk.believesPending(failed)) {
      throw new Violation("order", `no record knows that an INVITE has failed:\n${text}`);
    }
    this.book.noteEnd(text);
    if (ip === STRANGER) throw new Violation("stranger", `an answer goes to ${to}:\n${text}`);
    if (!this.#homes.has(to)) {
      throw new Violation("owner", `nobody lives at ${to}:\n${text}`);
    }
    const inside = anyContains(this.router.network.insideNetworks, ip);
    checkRefusal(inside ? "inside" : "outside", text);
    if (!inside) {
      const given = this.#farEnds.given(ip, text);
      const real = this.cast.inside.map(({ options }) => options.local.ip);
      const found = leaks(text, SECRET_NETWORKS, { given, real });
      if (found.length > 0) throw new Violation("leak", `to ${to}: ${found.join("; ")}\n${text}`);
      this.address.check(text);
    }
    this.answers.look(to, text);
    this.#spring(text);
  }

  homeless(owner: Owner, text: string): void {
    throw new Violation("owner", `${owner.kind} has no address for\n${text}`);
  }

  relaying(bytes: Uint8Array, to: Address): void {
    this.counts.media++;
    this.book.checkMedia(bytes, to);
  }

  /** A trap waits for one kind of message: the restart comes right behind it. */
  #spring(text: string): void {
    const trap = this.#traps.find((one) => one.pattern.test(text));
    if (trap === undefined || trap.skip-- > 0) return;
    this.#traps.splice(this.#traps.indexOf(trap), 1);
    this.restarts.soon();
  }

  #afterEach(): void {
    const { core, turns } = this.router;
    // Only a turn changes what a core holds.
    if (core === undefined || turns === this.#looked) return;
    this.#looked = turns;
    this.#limits.check(core.sizes());
    // A pair that is lost stays lost, and a snapshot costs as much as a turn.
    if (turns % POOLS_EVERY !== 0) return;
    const { options, closing } = this.router;
    const tables = core.snapshot() as Tables;
    checkPools(tables, options.settings, closing);
    checkShares(tables);
  }

  #tables(): Tables | undefined {
    return this.router.core?.snapshot() as Tables | undefined;
  }

  #story(): string[] {
    return this.#steps.map(({ at, text }) => `${(at / 1000).toFixed(3).padStart(9)} ${text()}`);
  }
}

/** The branch of the INVITE that a message says has failed. */
function failedInvite(text: string): string | undefined {
  if (!/^SIP\/2\.0 [3-6][^]*\r\nCSeq: *\d+ INVITE\r\n/i.test(text)) return undefined;
  return /^Via: *\S+ [^\r]*;branch=([^;,\s]*)/im.exec(text)?.[1];
}
