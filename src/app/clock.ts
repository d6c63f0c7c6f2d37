import type { Log } from "../ops/repeats.ts";
import { RELEASED_AT_WALL_MS } from "../proxy/release_date.ts";

/** A clock that moves by less than this is being adjusted, not set, in ms. */
const STEP_MS = 60_000;
/** How often it is looked at, in ms. */
const INTERVAL_MS = 5_000;

/** What {@linkcode ClockWatch} needs. */
export interface ClockWatchOptions {
  readonly log: Log;
  /** Wall time in ms. */
  readonly wall: () => number;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * Says when the clock is wrong, and when it is set. Nothing is decided by it but what a restart finds (DESIGN §5); whoever
 * reads the log has to know.
 */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  #offset: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#offset = options.wall() - options.now();
  }

  /** Judges the clock as it is now, and looks at it from now on. */
  start(): void {
    const wall = this.#options.wall();
    if (wall < RELEASED_AT_WALL_MS) {
      this.#options.log(
        "warn",
        `The clock says ${
          timeText(wall)
        }, which is before this program was made: the times in this log are wrong ` +
          "until it is set; registrations and calls do not depend on it",
      );
    }
    this.#timer = setInterval(() => this.look(), INTERVAL_MS);
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Says so if the clock was set since the last look. */
  look(): void {
    const { log, wall, now } = this.#options;
    const offset = wall() - now();
    const step = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(step) < STEP_MS) return;
    const way = step > 0 ? "forward" : "back";
    log(
      "info",
      `The clock was set ${way} by ${spanText(Math.abs(step))}, to ${timeText(wall())}; ` +
        "registrations and calls do not depend on it",
    );
  }
}

function timeText(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`;
}

/** `90 s`, `3 h`, `400 days`: in the unit that a reader would choose. */
function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 600) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86400)} days`;
}
