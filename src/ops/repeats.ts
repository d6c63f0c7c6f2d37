import { SHELL_LIMITS } from "../base/limits.ts";
import { NOTE_KINDS } from "../base/note_kinds.ts";
import type { Note } from "../proxy/events.ts";
import type { LogLevel } from "../proxy/settings.ts";

/** Where log sentences go. */
export type Log = (level: LogLevel, sentence: string) => void;

/** What {@linkcode Repeats} needs. */
export interface RepeatsOptions {
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Different notes remembered at one time; beyond it notes pass unfiltered. */
  readonly limit?: number;
}

/** How long equal notes are held back, in ms. */
const WINDOW_MS = 60_000;

interface Held {
  readonly note: Note;
  /** End of the window that the last printed one opened. */
  until: number;
  /** Equal notes since then. */
  count: number;
}

/** Lets a note through at once, and equal ones after it as a number once a minute if their kind folds. */
export class Repeats {
  #log: Log;
  #now: () => number;
  #limit: number;
  #held = new Map<string, Held>();

  constructor({ log, now, limit = SHELL_LIMITS.sentences }: RepeatsOptions) {
    this.#log = log;
    this.#now = now;
    this.#limit = limit;
  }

  /** Logs the note, or counts it. */
  note(note: Note): void {
    if (!NOTE_KINDS[note.kind].folds) return this.#log(note.level, note.text);
    const key = `${note.level} ${note.kind} ${note.text}`;
    const held = this.#held.get(key);
    const now = this.#now();
    if (held !== undefined && now < held.until) {
      held.count++;
      return;
    }
    // One line a minute: the number stands for this note too.
    if (held !== undefined && held.count > 0) this.#say({ ...held, count: held.count + 1 });
    else this.#log(note.level, note.text);
    this.#held.delete(key);
    if (this.#held.size < this.#limit) {
      this.#held.set(key, { note, until: now + WINDOW_MS, count: 0 });
    }
  }

  /** Tells the numbers whose minute is over; to be called now and then. */
  flush(): void {
    this.#tell(this.#now());
  }

  /** Tells all numbers: at the end. */
  finish(): void {
    this.#tell(Infinity);
  }

  #tell(now: number): void {
    for (const [key, held] of this.#held) {
      // Entries stand in the order of their windows.
      if (held.until > now) return;
      this.#held.delete(key);
      this.#say(held);
      // A note that still repeats stays held back: one line a minute, not two.
      if (held.count > 0 && now !== Infinity) {
        this.#held.set(key, { note: held.note, until: now + WINDOW_MS, count: 0 });
      }
    }
  }

  #say({ note, count }: Held): void {
    if (count === 0) return;
    this.#log(note.level, `${note.text} (repeated ${count === 1 ? "once" : `${count} times`})`);
  }
}
