import { eventually, runCommand } from "./command.ts";
import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";
import { ADDRESSES } from "./topology.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const SIP_PORT = 5060;

/** What may be different in its configuration: lines added to sections, and how much it logs. */
export interface SipmasqSetup {
  readonly inside?: string;
  readonly media?: string;
  readonly level?: "info" | "debug";
  /** The IPs on which it has to listen before it counts as started; both sides' unless said otherwise. */
  readonly ips?: readonly string[];
}

/** sipmasq on the router, as its user would start it: from the sources, or LAB_BINARY. */
export class Sipmasq {
  readonly #network: Network;
  readonly #process: LabProcess;

  private constructor(network: Network, process: LabProcess) {
    this.#network = network;
    this.#process = process;
  }

  /** Starts it with its state in `folder` and returns once it listens. */
  static async start(
    network: Network,
    folder: string,
    setup: SipmasqSetup = {},
  ): Promise<Sipmasq> {
    const file = `${folder}/sipmasq.toml`;
    await Deno.writeTextFile(file, configuration(folder, setup));
    const command = [...await executable(), "run", "--config", file];
    const sipmasq = new Sipmasq(network, network.start("router", command, { name: "sipmasq" }));
    const wanted = setup.ips ?? [ADDRESSES.routerInside, ADDRESSES.routerOutside];
    if (!await sipmasq.listens(wanted, { timeoutMs: 15_000 })) {
      await sipmasq.#process.stop();
      throw new Error(
        `sipmasq does not listen on ${wanted.join(" and ")}: ${sipmasq.log.slice(-2_000)}`,
      );
    }
    return sipmasq;
  }

  /** What it has logged so far. */
  get log(): string {
    return this.#process.output;
  }

  /** Undefined as long as it runs. */
  get exitCode(): number | undefined {
    return this.#process.exitCode;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.#process.stop("SIGTERM");
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#process.stop("SIGKILL");
  }

  /** True when it has its SIP port on all these IPs within the time. */
  async listens(ips: readonly string[], options: { timeoutMs: number }): Promise<boolean> {
    const wanted = ips.map(socketKey);
    const over = await eventually(async () => {
      if (this.exitCode !== undefined) return true;
      const sockets = await this.#network.run("router", ["cat", "/proc/net/udp"]);
      return wanted.every((key) => sockets.includes(key));
    }, options);
    return over && this.exitCode === undefined;
  }
}

function configuration(folder: string, setup: SipmasqSetup): string {
  return `[inside]
interface = "inside"
${setup.inside ?? ""}

[outside]
interface = "outside"

[media]
${setup.media ?? ""}

[state]
path = "${folder}/state.kv"

[log]
level = "${setup.level ?? "debug"}"
`;
}

let command: Promise<readonly string[]> | undefined;

/** Worked out once: a supervisor that starts it again does not ask either. */
function executable(): Promise<readonly string[]> {
  command ??= findExecutable();
  return command;
}

async function findExecutable(): Promise<readonly string[]> {
  const binary = Deno.env.get("LAB_BINARY");
  if (binary !== undefined) return [await Deno.realPath(binary)];
  const make = ["make", "--no-print-directory", "-s", "-C", ROOT, "permissions"];
  const permissions = (await runCommand(make)).trim().split(/\s+/);
  return [Deno.execPath(), "run", "--config", `${ROOT}deno.json`, ...permissions, `${ROOT}main.ts`];
}

/** How /proc/net/udp writes an address with the SIP port: bytes of the IP backwards, in hexadecimal. */
function socketKey(ip: string): string {
  const hex = (value: number, digits: number) =>
    value.toString(16).toUpperCase().padStart(digits, "0");
  const backwards = ip.split(".").reverse().map((part) => hex(Number(part), 2)).join("");
  return ` ${backwards}:${hex(SIP_PORT, 4)} `;
}
