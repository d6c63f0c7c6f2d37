import { type Address, type Flow, formatAddress } from "../../src/base/address.ts";
import { anyContains } from "../../src/base/cidr.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Core } from "../../src/proxy/core.ts";
import type { Owner } from "../../src/proxy/events.ts";
import { TIMES } from "../../src/proxy/times.ts";
import { leaks } from "../flow/invariant.ts";
import { sealed } from "../flow/sealed.ts";
import { Answers } from "./answers.ts";
import { CallBook, type CallEntry, DISK_FAILED, isLive } from "./call_book.ts";
import {
  type Cast,
  isSomebody,
  makeCast,
  makeSettings,
  resolver,
  SECRET_NETWORKS,
} from "./cast.ts";
import { Disk } from "./disk.ts";
import { planDay, type Trap } from "./day.ts";
import { Evening } from "./evening.ts";
import { countSent, type MakeCore, noCounts, type Outcome, type WorldKind } from "./outcome.ts";
import { ADVERTISED, OutsideAddress } from "./outside_address.ts";
import type { Phone } from "./phone.ts";
import { type Random, Streams } from "./random.ts";
import { checkRefusal } from "./refusals.ts";
import { Router, type Watch } from "./router.ts";
import { STRANGER, Stranger } from "./stranger.ts";
import { planMore } from "./mid_day.ts";
import { drawLimits, TableLimits } from "./table_limits.ts";
import { checkEmpty, checkPools, type Tables } from "./tables.ts";
import { Timeline } from "./timeline.ts";
import { asViolation, Violation } from "./violation.ts";
import { makeClimate, Weather } from "./weather.ts";
import { Wire } from "./wire.ts";

/** Steps kept for the report of a failing seed. */
const STEPS_KEPT = 2_000;
/** Time in which both sides of a call must agree after a restart: 32 s, and the way of the last message. */
const AGREEMENT_MS = 32_500;
/** Nothing that a core holds lives longer, but for calls without media. */
const ALL_OVER_MS = 3_600_000;
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
  readonly router: Router;
  readonly stranger: Stranger;
  readonly counts = noCounts();
  readonly #limits: TableLimits;
  readonly #answers = new Answers();
  readonly #steps: { at: number; text: () => string }[] = [];
  readonly address: OutsideAddress;
  readonly #restarts: Random;
  /** True when the weather stays bad after a restart, and another may follow: what is lost then nobody judges so soon. */
  readonly #stormy: boolean;
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
    this.#restarts = streams.of("restarts");
    this.#stormy = streams.of("storms").chance(0.3);
    this.address = new OutsideAddress(this);
    const settings = makeSettings(streams.of("settings"));
    this.cast = makeCast({ timeline, wire, weather, streams, book: this.book }, ADVERTISED);
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
      this.#evening();
      this.#night();
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
    this.#start();
    this.#traps = planDay(this);
    if (this.kind.busy ?? true) this.#traps.push(...planMore(this));
    this.timeline.run(this.streams.of("length").between(60_000, 200_000));
  }

  #evening(): void {
    this.#traps = [];
    new Evening(this, this.#limits.limits === LIMITS).run();
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

  /** Stops the program and starts it again; calls on their way must come to the same end on both sides. */
  restart(): void {
    const { disk, timeline, weather } = this;
    const random = this.#restarts;
    if (this.router.core === undefined || timeline.now < weather.calmUntil) return;
    const affected = this.book.settingUp();
    const inOrder = random.chance(0.2);
    // An orderly end makes good what failed.
    const unsure = inOrder ? [] : this.book.values().filter(({ id }) => disk.unsure(id));
    for (const entry of unsure) entry.excuse ??= DISK_FAILED;
    const downMs = random.between(50, 2_500);
    weather.calm(this.#stormy ? downMs : downMs + AGREEMENT_MS + 500);
    this.router.stop(inOrder);
    this.counts.restarts++;
    this.#answers.restarted(unsure.map(({ id }) => id));
    timeline.in(downMs, () => this.#start());
    if (this.#stormy) return;
    this.counts.affected += affected.length;
    timeline.in(downMs + AGREEMENT_MS, () => this.#judge(affected));
  }

  /** An INVITE that went out after the restart, as a retry with credentials does, has 32 s of its own. */
  #judge(affected: readonly CallEntry[]): void {
    const { timeline, weather } = this;
    const due: CallEntry[] = [];
    for (const entry of affected) {
      const left = entry.attemptAt + AGREEMENT_MS - timeline.now;
      if (left <= 0 || entry.caller.stateOf(entry.id) !== "calling") due.push(entry);
      else {
        weather.calm(left + 500);
        timeline.in(left, () => this.#judge([entry]));
      }
    }
    this.book.checkAgreement(due, "32 s after a restart");
    this.counts.judged += due.filter(({ excuse }) => excuse === undefined).length;
  }

  /** The router gets another address outside: nobody promises that calls outlive this. */
  changeAddress(): void {
    if (this.timeline.now < this.weather.calmUntil) return;
    this.excuse("the outside address changed");
    this.address.change();
  }

  #start(): void {
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

  sending(flow: Flow, text: string): void {
    const to = formatAddress(flow.remote);
    const { ip } = flow.remote;
    countSent(this.counts, text);
    const branch = this.book.noteAttempt(text, this.timeline.now);
    // A re-INVITE may cross the end of its call, whose record is gone then.
    const begins = branch !== undefined && !/^To:[^\r]*;tag=/im.test(text);
    if (begins && !this.disk.knows(branch)) {
      throw new Violation("order", `no record knows what leaves:\n${text}`);
    }
    this.book.noteEnd(text);
    if (ip === STRANGER) throw new Violation("stranger", `an answer goes to ${to}:\n${text}`);
    if (!isSomebody(this.cast, this.wire, flow.remote)) {
      throw new Violation("owner", `nobody lives at ${to}:\n${text}`);
    }
    const inside = anyContains(this.router.network.insideNetworks, ip);
    checkRefusal(inside ? "inside" : "outside", text);
    if (!inside) {
      const found = leaks(text, SECRET_NETWORKS);
      if (found.length > 0) throw new Violation("leak", `to ${to}: ${found.join("; ")}\n${text}`);
      this.address.check(text);
    }
    this.#answers.look(to, text);
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
    // A commit takes up to 5 ms: half of them strike while what came behind the message is being written.
    const soon = this.#restarts.chance(0.5);
    this.timeline.in(this.#restarts.between(0, soon ? 5 : 40), () => this.restart());
  }

  #afterEach(): void {
    const { core, turns } = this.router;
    // Only a turn changes what a core holds.
    if (core === undefined || turns === this.#looked) return;
    this.#looked = turns;
    this.#limits.check(core.sizes());
    const { options, closing } = this.router;
    checkPools(core.snapshot() as Tables, options.settings, closing);
  }

  #tables(): Tables | undefined {
    return this.router.core?.snapshot() as Tables | undefined;
  }

  #story(): string[] {
    return this.#steps.map(({ at, text }) => `${(at / 1000).toFixed(3).padStart(9)} ${text()}`);
  }
}
