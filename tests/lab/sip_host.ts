import { AskedProgram } from "./asked_program.ts";
import type { Network } from "./network.ts";
import type { SipCommand, SipReport } from "./sip_program.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A program on a host that sends SIP messages as they are given, and answers those that come. */
export class SipHost {
  readonly #program: AskedProgram<SipCommand, SipReport>;

  private constructor(program: AskedProgram<SipCommand, SipReport>) {
    this.#program = program;
  }

  /** Starts it on the host's SIP port. */
  static async start(network: Network, host: string, ip: string): Promise<SipHost> {
    const program = new URL("sip_program.ts", import.meta.url).pathname;
    const command = [
      ...[Deno.execPath(), "run", "--no-prompt", "--config", `${ROOT}deno.json`],
      ...["--allow-net", program, ip],
    ];
    const process = network.start(host, command, { name: `sip ${host}`, input: true });
    const sip = new SipHost(new AskedProgram(process, "{"));
    await sip.report();
    return sip;
  }

  /** Sends each text once; returns when all have left. */
  async send(
    texts: readonly string[],
    options: { to: string; everyMs?: number },
  ): Promise<SipReport> {
    const to = { ip: options.to, port: 5060 };
    return await this.#program.ask({ do: "send", to, texts, everyMs: options.everyMs ?? 0 });
  }

  /** What it has sent and got so far. */
  report(): Promise<SipReport> {
    return this.#program.ask({ do: "report" });
  }
}
