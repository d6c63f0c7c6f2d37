import { SHELL_LIMITS } from "../base/limits.ts";
import { NOTE_KINDS, type NoteRule } from "../base/note_kinds.ts";
import type { Note } from "../proxy/events.ts";
import type { LogLevel } from "../proxy/settings.ts";
import { LogBudget } from "./log_budget.ts";

/** Where log sentences go; the lines of `detail` stand below the sentence, indented. */
export type Log = (level: LogLevel, sentence: string, detail?: string) => void;

/** What {@linkcode Repeats} needs. */
export interface RepeatsOptions {
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
  /** False for a level that is not logged: it takes nobody's place. All are by default. */
  readonly wants?: (level: LogLevel) => boolean;
  /** Different notes remembered at one time; beyond it notes pass without being folded. */
  readonly limit?: number;
  /** Bytes that notes may take. */
  readonly budget?: LogBudget;
}

/** How long equal notes are held back, in ms; what is left out is told as often. */
const WINDOW_MS = 60_000;
/** What a line has beside its sentence: time and level. */
const FRAME_BYTES = 36;

interface Held {
  readonly note: Note;
  /** When one of them was printed last. */
  since: number;
  /** Equal notes since then. */
  count: number;
}

/**
 * Lets a note through at once, and equal ones after it as a number once a minute if their kind folds; what would take
 * more bytes than its share of the log is left out and counted (RULES V7).
 */
export class Repeats {
  #log: Log;
  #now: () => number;
  #wants: (level: LogLevel) => boolean;
  #limit: number;
  #budget: LogBudget;
  #held = new Map<string, Held>();
  #reportedAt = -Infinity;

  constructor(options: RepeatsOptions) {
    this.#log = options.log;
    this.#now = options.now;
    this.#wants = options.wants ?? (() => true);
    this.#limit = options.limit ?? SHELL_LIMITS.sentences;
    this.#budget = options.budget ?? new LogBudget();
  }

  /** Logs the note, or counts it. */
  note(note: Note): void {
    if (!this.#wants(note.level)) return;
    if (!folds(note)) return this.#print(note, note.text);
    const key = `${note.level} ${note.kind} ${note.text}`;
    const held = this.#held.get(key);
    const now = this.#now();
    if (held !== undefined && now < held.since + WINDOW_MS) {
      held.count++;
      return;
    }
    // One line a minute: the number stands for this note too.
    if (held !== undefined && held.count > 0) this.#say({ ...held, count: held.count + 1 });
    else this.#print(note, note.text);
    this.#held.delete(key);
    if (this.#held.size < this.#limit) this.#held.set(key, { note, since: now, count: 0 });
  }

  /** Tells the numbers whose minute is over; to be called now and then. */
  flush(): void {
    const now = this.#now();
    this.#tell(now - WINDOW_MS);
    if (now - this.#reportedAt >= WINDOW_MS) this.#report(now);
  }

  /** Tells all numbers: at the end. */
  finish(): void {
    this.#tell(Infinity);
    this.#report(this.#now());
  }

  /** Tells the numbers of those that were printed last at `until` or before. */
  #tell(until: number): void {
    for (const [key, held] of this.#held) {
      // Entries stand in the order of their windows.
      if (held.since > until) return;
      this.#held.delete(key);
      this.#say(held);
      // A note that still repeats stays held back: one line a minute, not two.
      if (held.count > 0 && until !== Infinity) {
        this.#held.set(key, { note: held.note, since: this.#now(), count: 0 });
      }
    }
  }

  #say({ note, count, since }: Held): void {
    if (count === 0) return;
    const times = count === 1 ? "once more" : `${count} more times`;
    const seconds = Math.max(1, Math.round((this.#now() - since) / 1_000));
    this.#print(note, `${note.text} (${times} in ${seconds} s)`);
  }

  #print(note: Note, text: string): void {
    const bytes = FRAME_BYTES + text.length + (note.detail?.length ?? 0);
    if (this.#budget.take(note, bytes, this.#now())) this.#log(note.level, text, note.detail);
  }

  #report(now: number): void {
    for (const sentence of this.#budget.report()) {
      this.#reportedAt = now;
      this.#log("warn", sentence);
    }
  }
}

/** A kind that the table lacks folds: nobody knows how many there are of it. */
function folds({ kind }: Note): boolean {
  const rule: NoteRule | undefined = NOTE_KINDS[kind];
  return rule?.folds ?? true;
}
