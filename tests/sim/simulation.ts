import { type Address, type Flow, formatAddress } from "../../src/base/address.ts";
import { anyContains } from "../../src/base/cidr.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Core } from "../../src/proxy/core.ts";
import type { Owner } from "../../src/proxy/events.ts";
import { TIMES } from "../../src/proxy/times.ts";
import { leaks } from "../flow/invariant.ts";
import { sealed } from "../flow/sealed.ts";
import { Answers } from "./answers.ts";
import { CallBook, DISK_FAILED, isLive } from "./call_book.ts";
import {
  type Cast,
  hiddenAddress,
  isSomebody,
  makeCast,
  makeNetwork,
  makeSettings,
  resolver,
  SECRET_NETWORKS,
} from "./cast.ts";
import { Disk } from "./disk.ts";
import { planDay, type Trap } from "./day.ts";
import { countSent, type MakeCore, noCounts, type Outcome, type WorldKind } from "./outcome.ts";
import { Random } from "./random.ts";
import { checkRefusal } from "./refusals.ts";
import { Router, type Watch } from "./router.ts";
import { STRANGER, Stranger } from "./stranger.ts";
import { checkNotified, planMore, subscribe } from "./mid_day.ts";
import type { Subscription } from "./subscriptions.ts";
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
/** A failure is sent again for so long, unless it is acknowledged. */
const FAILURE_MS = 32_000;
/** Ports are counted after every so many turns. */
const LOOK_EVERY = 50;
/** Nothing that a core holds lives longer, but for calls without media. */
const ALL_OVER_MS = 3_600_000;
/** A look-up takes no longer. */
const LOOK_UP_MS = 5_000;
const ADVERTISED = "203.0.113.5";
/** The outside address after a change of it. */
const OTHER_ADDRESS = "203.0.113.6";

/** What was thought of later is drawn from a second stream, so that worlds that once failed stay as they were. */
const FURTHER_DRAWS = 0x4000_0000;

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
  readonly random: Random;
  /** For what was thought of later. */
  readonly further: Random;
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
  readonly #nat: boolean;
  /** When a call's INVITE got its failure last: who lost that in the air and in a restart must help himself. */
  readonly #failedAt = new Map<string, number>();
  #traps: Trap[] = [];
  #happenings = 0;
  /** Turns of the router when its tables were looked at last. */
  #looked = 0;

  constructor(readonly seed: number, makeCore: MakeCore, readonly kind: WorldKind) {
    const further = this.further = new Random(seed + FURTHER_DRAWS);
    const drawn = drawLimits(further);
    const limits = kind.limits ?? drawn;
    this.#limits = new TableLimits(limits);
    const random = this.random = new Random(seed);
    const { timeline } = this;
    const weather = this.weather = new Weather(makeClimate(random), random, () => timeline.now);
    const wire = this.wire = new Wire(timeline, weather);
    this.disk = new Disk(timeline, weather);
    this.#nat = random.chance(0.3);
    if (this.#nat) wire.translate(hiddenAddress(), ADVERTISED);
    const settings = makeSettings(random);
    this.cast = makeCast({ timeline, wire, weather, random, further, book: this.book }, ADVERTISED);
    this.router = new Router({
      timeline,
      weather,
      wire,
      disk: this.disk,
      random,
      settings,
      resolve: resolver(this.cast),
      watch: this,
      limits,
      makeCore,
    }, makeNetwork(ADVERTISED, this.#nat));
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
    for (const { offers } of this.#phones) this.counts.changed += offers.accepted;
    const { seed, counts } = this;
    const { filled } = this.#limits;
    return { seed, violation, counts, filled, steps: violation === undefined ? [] : this.#story() };
  }

  /** Calls, and all that can go wrong. */
  #day(): void {
    this.router.start();
    this.#traps = planDay(this);
    if (this.kind.busy ?? true) this.#traps.push(...planMore(this));
    this.timeline.run(this.random.between(60_000, 200_000));
  }

  /** The weather is fine; everybody hangs up, and that must end every call on both sides. */
  #evening(): void {
    this.#traps = [];
    this.weather.calm(1e12);
    // A restart may be on its way.
    this.timeline.run(AGREEMENT_MS + 5_000);
    const subscriptions = this.#subscribeAll();
    for (let round = 0; round < 3; round++) {
      for (const phone of this.#phones) phone.hangUpAll();
      this.timeline.run(36_000);
    }
    for (const one of subscriptions) checkNotified(one);
    this.book.checkAgreement(this.book.values(), "after everybody hung up");
    for (const entry of this.book.values()) {
      if (isLive(entry) && entry.excuse === undefined) {
        throw new Violation("agreement", `call ${entry.id} cannot be ended`);
      }
    }
  }

  /** Each phone subscribes once more while nothing can go wrong, unless tables are small. */
  #subscribeAll(): (Subscription | undefined)[] {
    if (!(this.kind.busy ?? true) || this.#limits.limits !== LIMITS) return [];
    return this.cast.inside.map((phone) =>
      phone.handset.subscription(subscribe(this, phone) ?? "")
    );
  }

  /** Nobody registers again; when all time has run out, nothing is left. */
  #night(): void {
    for (const phone of this.#phones) {
      if (this.cast.inside.includes(phone)) phone.retire(this.random.chance(0.5));
    }
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

  get #phones() {
    return [...this.cast.inside, ...this.cast.outside];
  }

  /** Stops the program and starts it again; calls on their way must come to the same end on both sides. */
  restart(): void {
    const { disk, random, timeline, weather } = this;
    if (this.router.core === undefined || timeline.now < weather.calmUntil) return;
    const affected = this.book.settingUp();
    const diskFailed = timeline.now - disk.failedAt < 70_000;
    if (diskFailed) this.excuse(DISK_FAILED);
    for (const entry of affected) {
      const failedAt = this.#failedAt.get(entry.id) ?? -Infinity;
      if (timeline.now - failedAt < FAILURE_MS) entry.excuse ??= "its failure or ACK was under way";
    }
    const downMs = random.between(50, 2_500);
    weather.calm(downMs + AGREEMENT_MS + 500);
    this.router.stop(random.chance(0.2));
    this.counts.restarts++;
    this.#answers.restarted(diskFailed);
    timeline.in(downMs, () => this.router.start());
    timeline.in(downMs + AGREEMENT_MS, () => {
      this.book.checkAgreement(affected, "32 s after a restart");
      this.counts.judged += affected.filter(({ excuse }) => excuse === undefined).length;
    });
  }

  /** The router gets another address outside: nobody promises that calls outlive this. */
  changeAddress(): void {
    if (this.timeline.now < this.weather.calmUntil) return;
    this.excuse("the outside address changed");
    if (this.#nat) this.wire.translate(hiddenAddress(), OTHER_ADDRESS);
    this.router.changeNetwork(makeNetwork(OTHER_ADDRESS, this.#nat));
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
    this.#noteFailure(text);
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

  #noteFailure(text: string): void {
    if (!/\r\nCSeq: *\d+ INVITE\r\n/i.test(text)) return;
    const id = /^Call-ID: *(\S+)\r$/im.exec(text)?.[1] ?? "";
    // An INVITE, or its success, tells that an earlier challenge has arrived.
    if (/^(INVITE|SIP\/2\.0 [12])/.test(text)) this.#failedAt.delete(id);
    else this.#failedAt.set(id, this.timeline.now);
  }

  /** A trap waits for one kind of message: the restart comes right behind it. */
  #spring(text: string): void {
    const trap = this.#traps.find((one) => one.pattern.test(text));
    if (trap === undefined || trap.skip-- > 0) return;
    this.#traps.splice(this.#traps.indexOf(trap), 1);
    this.timeline.in(this.random.between(0, 40), () => this.restart());
  }

  #afterEach(): void {
    const { core, turns } = this.router;
    // Only a turn changes what a core holds.
    if (core === undefined || turns === this.#looked) return;
    this.#looked = turns;
    this.#limits.check(core.sizes());
    if (++this.#happenings % LOOK_EVERY !== 0) return;
    checkPools(core.snapshot() as Tables, this.router.options.settings);
  }

  #tables(): Tables | undefined {
    return this.router.core?.snapshot() as Tables | undefined;
  }

  #story(): string[] {
    return this.#steps.map(({ at, text }) => `${(at / 1000).toFixed(3).padStart(9)} ${text()}`);
  }
}
