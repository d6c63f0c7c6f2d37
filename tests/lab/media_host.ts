import { AskedProgram } from "./asked_program.ts";
import type { MediaCommand, Place, Sending, SocketReport } from "./media_program.ts";
import type { Network } from "./network.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A program on a host that sends media packets of its own and counts what it gets. */
export class MediaHost {
  readonly #program: AskedProgram<MediaCommand, readonly SocketReport[]>;

  private constructor(program: AskedProgram<MediaCommand, readonly SocketReport[]>) {
    this.#program = program;
  }

  /** Starts it. */
  static async start(network: Network, host: string): Promise<MediaHost> {
    const program = new URL("media_program.ts", import.meta.url).pathname;
    const command = [
      ...[Deno.execPath(), "run", "--no-prompt", "--config", `${ROOT}deno.json`],
      ...["--allow-net", program],
    ];
    const process = network.start(host, command, { name: `media ${host}`, input: true });
    const media = new MediaHost(new AskedProgram(process, "["));
    await media.report();
    return media;
  }

  /** Opens sockets that only receive. */
  async listen(at: readonly Place[]): Promise<void> {
    await this.#program.ask({ do: "listen", at });
  }

  /** Sends streams, each packet every so many ms, until {@linkcode MediaHost.stopSending}. */
  async send(
    streams: readonly Sending[],
    options: { everyMs: number; kind?: "rtp" | "udptl" },
  ): Promise<void> {
    await this.#program.ask({ do: "send", streams, kind: "rtp", ...options });
  }

  /** Stops all streams. */
  async stopSending(): Promise<void> {
    await this.#program.ask({ do: "stop" });
  }

  /** Ends the program. */
  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** What each socket has sent and got so far. */
  report(): Promise<readonly SocketReport[]> {
    return this.#program.ask({ do: "report" });
  }
}
