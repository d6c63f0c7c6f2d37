import { eventually } from "./command.ts";

const MOST_KEPT = 4_000_000;

/** A program that runs beside the lab; its output is collected, its end is bounded. */
export class LabProcess {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #listeners: ((text: string) => void)[] = [];
  #output = "";
  #open = 2;
  #exitCode: number | undefined;

  constructor(command: readonly string[], options: { name: string; input?: boolean }) {
    const [program, ...args] = command;
    this.name = options.name;
    this.#child = new Deno.Command(program!, {
      args,
      stdin: options.input ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = options.input ? this.#child.stdin.getWriter() : undefined;
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#read(stream);
    this.#child.status.then((status) => this.#exitCode = status.code);
  }

  /** Everything it has printed so far, both streams in order of arrival. */
  get output(): string {
    return this.#output;
  }

  /** Undefined as long as it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Calls `listener` with each piece of output from now on. */
  onOutput(listener: (text: string) => void): void {
    this.#listeners.push(listener);
  }

  /** True when `text` has been printed within the time; false when not, or when the program ended without. */
  async printed(text: string, options: { timeoutMs: number }): Promise<boolean> {
    await eventually(() => this.#output.includes(text) || this.#exitCode !== undefined, options);
    return this.#output.includes(text);
  }

  /** Writes to its standard input; an input that is gone is not an error. */
  async write(text: string): Promise<void> {
    await this.#input?.write(new TextEncoder().encode(text)).catch(() => {});
  }

  /** Ends it with `signal`, after two seconds with SIGKILL, and waits until it is gone. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    this.#signal(signal);
    if (!await eventually(() => this.#exitCode !== undefined, { timeoutMs: 2_000 })) {
      this.#signal("SIGKILL");
    }
    await this.#child.status;
    await this.#input?.close().catch(() => {});
    // A grandchild may keep the pipes open: what it prints is not worth waiting for.
    await eventually(() => this.#open === 0, { timeoutMs: 500 });
  }

  #signal(signal: Deno.Signal): void {
    if (this.#exitCode !== undefined) return;
    try {
      this.#child.kill(signal);
    } catch {
      // It ended between the question and the signal.
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      if (this.#output.length < MOST_KEPT) this.#output += text;
      for (const listener of this.#listeners) listener(text);
    }
    this.#open--;
  }
}
