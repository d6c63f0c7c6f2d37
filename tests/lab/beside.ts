import { eventually } from "./command.ts";
import { LabProcess } from "./process.ts";
import type { Report } from "./report.ts";

const MOST_MS = 420_000;

/** A part of the lab that mostly waits: it runs in a process of its own, with its own namespaces, beside the others. */
export class Beside {
  readonly #name: string;
  readonly #process: LabProcess;

  private constructor(name: string) {
    const program = new URL("run.ts", import.meta.url).pathname;
    this.#name = name;
    this.#process = new LabProcess([Deno.execPath(), "run", "-A", program, name], { name });
  }

  /** Starts a part. */
  static start(name: string): Beside {
    return new Beside(name);
  }

  /** Waits for its end, prints what it has printed, and counts its steps with the others. */
  async finish(report: Report): Promise<void> {
    const ended = await eventually(() => this.#process.exitCode !== undefined, {
      timeoutMs: MOST_MS,
    });
    if (!ended) await this.stop();
    report.include(`beside the others: ${this.#name}`, this.#process.output);
  }

  /** Ends it; it takes what it has made with it. */
  async stop(): Promise<void> {
    await this.#process.stop("SIGTERM");
  }
}
