import { LIMITS } from "../../src/base/limits.ts";
import { type CallEntry, DISK_FAILED, isUp } from "./call_book.ts";
import { hiddenIn } from "./hearing.ts";
import type { Random } from "./random.ts";
import { Reach } from "./reach.ts";
import type { Simulation } from "./simulation.ts";

/** Time in which both sides of a call must agree after a restart: 32 s, and the way of the last message. */
const AGREEMENT_MS = 32_500;
/** What a call was told or has learned longer ago than this is on the disk (DESIGN §5: within 100 ms, and the commit). */
const WRITTEN_MS = 1_000;
/** Ports are open again, and those who call have not yet said anything. */
const OPEN_MS = 20;

/** The program stops and starts again, and what must outlive that. */
export class Restarts {
  readonly #random: Random;
  /** True when the weather stays bad after a restart, and another may follow: what is lost then nobody judges so soon. */
  readonly #stormy: boolean;
  readonly #reach: Reach;

  constructor(readonly simulation: Simulation) {
    const { streams } = simulation;
    this.#random = streams.of("restarts");
    this.#reach = new Reach(simulation);
    this.#stormy = streams.of("storms").chance(0.3);
  }

  /** A restart soon, behind a message. */
  soon(): void {
    // A commit takes up to 5 ms: half of them strike while what came behind the message is being written.
    const atOnce = this.#random.chance(0.5);
    const ms = this.#random.between(0, atOnce ? 5 : 40);
    this.simulation.timeline.in(ms, () => this.restart());
  }

  /** Stops the program and starts it again, unless one has just been; calls on their way must come to the same end on both sides. */
  restart(): void {
    const { timeline, weather, router, book, counts } = this.simulation;
    if (router.core === undefined || timeline.now < weather.calmUntil) return;
    const affected = book.settingUp();
    const downMs = this.#stop(this.#random.chance(0.2));
    weather.calm(this.#stormy ? downMs : downMs + AGREEMENT_MS + 500);
    if (this.#stormy) return;
    counts.affected += affected.length;
    timeline.in(downMs + AGREEMENT_MS, () => this.#judge(affected));
  }

  /** Stops the program in fine weather and starts it again, as somebody does who installs it anew. */
  inFineWeather(): void {
    this.simulation.timeline.run(this.#stop(this.#random.chance(0.5)) + OPEN_MS);
  }

  #stop(inOrder: boolean): number {
    const { simulation } = this;
    const { disk, timeline, router, book, counts, answers } = simulation;
    // An orderly end makes good what failed.
    const unsure = inOrder ? [] : book.values().filter(({ id }) => disk.unsure(id));
    for (const entry of unsure) entry.excuse ??= DISK_FAILED;
    const downMs = this.#random.between(50, 2_500);
    const settled = book.values().filter((entry) => isSettled(entry));
    const registered = this.#reach.registered();
    router.stop(inOrder);
    counts.restarts++;
    // A failure for which there is no place, or that is long ago as the clock has it, is forgotten.
    const keeps = router.options.limits.serverTransactions === LIMITS.serverTransactions &&
      !simulation.lostAnHour;
    answers.restarted(unsure.map(({ id }) => id), keeps ? disk.failures() : []);
    timeline.in(downMs, () => {
      simulation.start();
      timeline.in(OPEN_MS, () => {
        for (const entry of settled) simulation.hearing.demand(entry, hiddenIn(entry));
        this.#reach.demand(registered);
      });
    });
    return downMs;
  }

  /** An INVITE that went out after the restart, as a retry with credentials does, has 32 s of its own. */
  #judge(affected: readonly CallEntry[]): void {
    const { timeline, weather, book, counts } = this.simulation;
    const due: CallEntry[] = [];
    for (const entry of affected) {
      const left = entry.attemptAt + AGREEMENT_MS - timeline.now;
      if (left <= 0 || entry.caller.stateOf(entry.id) !== "calling") due.push(entry);
      else {
        weather.calm(left + 500);
        timeline.in(left, () => this.#judge([entry]));
      }
    }
    book.checkAgreement(due, "32 s after a restart");
    counts.judged += due.filter(({ excuse }) => excuse === undefined).length;
  }
}

/** True when a call is up, and both have spoken for a while. */
function isSettled(entry: CallEntry): boolean {
  return isUp(entry) &&
    [...entry.parties].every((party) =>
      party.stateOf(entry.id) !== "up" || party.voice.age(entry.id) > WRITTEN_MS
    );
}
