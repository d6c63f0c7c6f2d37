/** One thing that the lab shows: gives the problems it found, none when all is well. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<readonly string[]>;
}

/** Prints one line per step, counts them and writes the closing line. */
export class Report {
  readonly #print: (line: string) => void;
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Runs a step; an exception is a problem like any other. True when it passed. */
  async step(name: string, run: Step["run"]): Promise<boolean> {
    const started = performance.now();
    const problems = await run().catch((
      error,
    ) => [String(error instanceof Error ? error.message : error)]);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    if (problems.length === 0) this.#passed++;
    else this.#failed++;
    const number = String(this.#passed + this.#failed).padStart(2);
    this.#print(`${problems.length === 0 ? "ok    " : "FAILED"} ${number}  ${name} (${seconds} s)`);
    for (const problem of problems) this.#indent(problem);
    return problems.length === 0;
  }

  /** Runs a control: the check has to find something, or it would pass for anything. */
  async control(name: string, run: Step["run"]): Promise<boolean> {
    let found: readonly string[] = [];
    const passed = await this.step(`control: ${name}`, async () => {
      found = await run();
      return found.length > 0 ? [] : ["The check found nothing wrong, so it proves nothing"];
    });
    for (const problem of found) this.#indent(`found as it should: ${problem}`);
    return passed;
  }

  /** Prints another run's report and counts its steps; one that was not closed is a failure. */
  include(name: string, text: string): void {
    const lines = text.trimEnd().split("\n");
    const closed = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(lines.at(-1) ?? "");
    this.#passed += Number(closed?.[1] ?? 0);
    this.#failed += closed === null ? 1 : Number(closed[2]);
    this.#skipped += Number(closed?.[3] ?? 0);
    this.#print(`${closed === null ? "FAILED     " : "           "}${name}`);
    for (const line of lines) this.#print(line);
  }

  /** Prints the end of a log under the last step. */
  note(log: string): void {
    for (const line of log.trimEnd().split("\n").slice(-15)) this.#indent(`| ${line}`);
  }

  /** Writes the closing line and gives the exit code. */
  close(): number {
    this.#print("");
    this.#print(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }

  #indent(text: string): void {
    for (const line of text.trimEnd().split("\n")) this.#print(`           ${line}`);
  }
}
