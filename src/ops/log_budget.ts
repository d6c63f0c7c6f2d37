import { LOG_BUDGETS, SHELL_LIMITS } from "../base/limits.ts";
import { type LogShare, NOTE_KINDS, type NoteRule } from "../base/note_kinds.ts";
import { type Bucket, type Budget, refilled } from "../base/token_bucket.ts";
import type { Note } from "../proxy/events.ts";

/** A part of the log with bytes of its own: a share, and what it says at debug apart from the rest. */
export type Place = LogShare | `${LogShare} at debug`;

/** What is left out once a place has no bytes left. */
const ABOUT: Readonly<Record<LogShare, string>> = {
  ours: "about sipmasq itself",
  phones: "about phones, their calls and their providers",
  strangers: "about strangers and hosts that have not registered",
};

/** Bytes that notes may take of the log (RULES V7): by place, and in it by source. */
export class LogBudget {
  readonly #limit: number;
  readonly #all = new Map<Place, Bucket>();
  /** By place and IP, the longest silent first. */
  readonly #sources = new Map<string, Bucket>();
  readonly #leftOut = new Map<Place, number>();

  /** @param limit Sources that are counted one by one. */
  constructor(limit: number = SHELL_LIMITS.logSources) {
    this.#limit = limit;
  }

  /** Takes the bytes of a note; false when there are none left, and the note is counted as left out. */
  take(note: Note, bytes: number, now: number): boolean {
    const share = shareOf(note);
    const place = placeOf(note, share);
    const budgets = LOG_BUDGETS[share];
    const all = this.#bucketOf(place, note.level === "debug" ? budgets.debug : budgets.all, now);
    const own = this.#ownBucket(note, { place, budget: budgets.source, now });
    if (all.left < bytes || (own !== undefined && own.left < bytes)) {
      this.#leftOut.set(place, (this.#leftOut.get(place) ?? 0) + 1);
      return false;
    }
    all.left -= bytes;
    if (own !== undefined) own.left -= bytes;
    return true;
  }

  /** Sentences about what was left out since the last call. */
  report(): string[] {
    const sentences = [...this.#leftOut].map(([place, count]) => leftOutText(place, count));
    this.#leftOut.clear();
    return sentences;
  }

  #bucketOf(place: Place, budget: Budget, now: number): Bucket {
    const bucket = refilled(this.#all.get(place), budget, now);
    this.#all.set(place, bucket);
    return bucket;
  }

  /** What is asked for by debug has no bound for one source: whoever reads it looks at that source. */
  #ownBucket(
    { by, level }: Note,
    { place, budget, now }: { place: Place; budget: Budget; now: number },
  ): Bucket | undefined {
    if (by === undefined || level === "debug") return undefined;
    const key = `${place} ${by.ip}`;
    const bucket = refilled(this.#sources.get(key), budget, now);
    this.#sources.delete(key);
    if (this.#sources.size >= this.#limit) {
      for (const oldest of this.#sources.keys()) {
        this.#sources.delete(oldest);
        break;
      }
    }
    this.#sources.set(key, bucket);
    return bucket;
  }
}

/** A kind that the table lacks, whatever it is, takes the place of those that matter least. */
function shareOf({ kind, by }: Note): LogShare {
  const rule: NoteRule | undefined = NOTE_KINDS[kind];
  const share = rule?.share ?? "strangers";
  if (share === "ours" || by === undefined) return share;
  return by.known ? "phones" : "strangers";
}

function placeOf({ level }: Note, share: LogShare): Place {
  return level === "debug" ? `${share} at debug` : share;
}

function leftOutText(place: Place, count: number): string {
  const [share = "strangers"] = place.split(" ") as [LogShare];
  const budgets = LOG_BUDGETS[share];
  const { perSecond } = place === share ? budgets.all : budgets.debug;
  const what = `${count} sentence${count === 1 ? "" : "s"} ${ABOUT[share]}`;
  return `${what} left out: the log takes ${perSecond} bytes a second of them; ` +
    "kill -USR2 shows who sends how much";
}
