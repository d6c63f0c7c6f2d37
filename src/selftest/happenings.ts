interface Waiting<T> {
  readonly wanted: (happening: T) => boolean;
  readonly resolve: (happening: T | undefined) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** What happened at an endpoint, to be waited for: a step takes what it expects, whether that came before or comes later. */
export class Happenings<T> {
  readonly #past: T[] = [];
  #waiting: Waiting<T>[] = [];

  /** Notes that something happened. */
  add(happening: T): void {
    const waiting = this.#waiting.find((candidate) => candidate.wanted(happening));
    if (waiting === undefined) {
      this.#past.push(happening);
      return;
    }
    this.#waiting = this.#waiting.filter((candidate) => candidate !== waiting);
    clearTimeout(waiting.timer);
    waiting.resolve(happening);
  }

  /** Takes the first happening that is wanted; undefined when none came in `withinMs`. */
  take<W extends T>(
    wanted: (happening: T) => happening is W,
    withinMs: number,
  ): Promise<W | undefined> {
    const index = this.#past.findIndex(wanted);
    if (index >= 0) return Promise.resolve(this.#past.splice(index, 1)[0] as W);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((candidate) => candidate.timer !== timer);
        resolve(undefined);
      }, withinMs);
      this.#waiting.push({ wanted, resolve: resolve as Waiting<T>["resolve"], timer });
    });
  }

  /** What happened and was not taken. */
  get rest(): readonly T[] {
    return this.#past;
  }

  /** Forgets what was not taken. */
  clear(): void {
    this.#past.length = 0;
  }
}
