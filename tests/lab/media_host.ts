import { eventually } from "./command.ts";
import type { MediaCommand, Place, Sending, SocketReport } from "./media_program.ts";
import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A program on a host that sends media packets of its own and counts what it gets. */
export class MediaHost {
  readonly #process: LabProcess;
  #reports: SocketReport[][] = [];
  #asked = 0;
  #unread = "";

  private constructor(process: LabProcess) {
    this.#process = process;
    process.onOutput((text) => this.#take(text));
  }

  /** Starts it. */
  static async start(network: Network, host: string): Promise<MediaHost> {
    const program = new URL("media_program.ts", import.meta.url).pathname;
    const command = [
      ...[Deno.execPath(), "run", "--no-prompt", "--config", `${ROOT}deno.json`],
      ...["--allow-net", program],
    ];
    const media = new MediaHost(
      network.start(host, command, { name: `media ${host}`, input: true }),
    );
    await media.report();
    return media;
  }

  /** Opens sockets that only receive. */
  async listen(at: readonly Place[]): Promise<void> {
    await this.#perform({ do: "listen", at });
  }

  /** Sends streams, each packet every so many ms, until {@linkcode MediaHost.stopSending}. */
  async send(
    streams: readonly Sending[],
    options: { everyMs: number; kind?: "rtp" | "udptl" },
  ): Promise<void> {
    await this.#perform({ do: "send", streams, kind: "rtp", ...options });
  }

  /** Stops all streams. */
  async stopSending(): Promise<void> {
    await this.#perform({ do: "stop" });
  }

  /** What each socket has sent and got so far. */
  report(): Promise<readonly SocketReport[]> {
    return this.#perform({ do: "report" });
  }

  async #perform(command: MediaCommand): Promise<readonly SocketReport[]> {
    const number = ++this.#asked;
    await this.#process.write(`${JSON.stringify(command)}\n`);
    const answered = () => this.#reports.length >= number;
    if (!await eventually(answered, { timeoutMs: 10_000 })) {
      throw new Error(
        `${this.#process.name} did not answer: ${this.#process.output.slice(-1_500)}`,
      );
    }
    return this.#reports[number - 1]!;
  }

  #take(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop()!;
    for (const line of lines) if (line.startsWith("[")) this.#reports.push(JSON.parse(line));
  }
}
