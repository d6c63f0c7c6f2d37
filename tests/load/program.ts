import type { Address } from "../../src/base/address.ts";
import { freePort } from "../bench/subject.ts";
import { INSIDE, OURS, OUTSIDE } from "./places.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** The last words of statistics. */
const REPORTED = "names being asked for";

/** sipmasq as a process of its own, its log kept. */
export class Program {
  readonly inside: Address;
  readonly outside: Address;
  log = "";
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;

  private constructor(parts: {
    child: Deno.ChildProcess;
    folder: string;
    inside: Address;
    outside: Address;
  }) {
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.inside = parts.inside;
    this.outside = parts.outside;
  }

  /** Its process number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Starts it; resolves once it listens. */
  static async start(): Promise<Program> {
    const folder = await Deno.makeTempDir({ prefix: "sipmasq-flood-" });
    const inside = freePort(`${INSIDE}.${OURS}`);
    const outside = freePort(`${OUTSIDE}.${OURS}`);
    await Deno.writeTextFile(`${folder}/config.toml`, configuration(folder, inside, outside));
    const make = await new Deno.Command("make", { args: ["-s", "permissions"], cwd: ROOT })
      .output();
    const permissions = new TextDecoder().decode(make.stdout).trim().split(" ");
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--inspect=127.0.0.1:0",
        ...permissions,
        "main.ts",
        "run",
        "--config",
        `${folder}/config.toml`,
      ],
      cwd: ROOT,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const program = new Program({ child, folder, inside, outside });
    void program.#collect();
    await program.until("calls with audio");
    return program;
  }

  /** Waits until the log says something after `from`. */
  async until(text: string, from = 0): Promise<void> {
    for (let wait = 0; wait < 200; wait++) {
      if (this.log.indexOf(text, from) >= 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Expected "${text}" in the log:\n${this.log.slice(-2_000)}`);
  }

  /** Its statistics in words. */
  async statistics(): Promise<string> {
    const from = this.log.length;
    this.#child.kill("SIGUSR2");
    await this.until(REPORTED, from);
    return this.log.slice(from);
  }

  /** Ends it. */
  async end(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #collect(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.log += text;
    }
  }
}

function configuration(folder: string, inside: Address, outside: Address): string {
  return `[inside]
interface = "${inside.ip}/24"
listen = ["udp:${inside.port}"]
[outside]
interface = "${outside.ip}/24"
listen = ["udp:${outside.port}"]
advertise = "${outside.ip}"
[media]
ports = "10000-19999"
[state]
path = "${folder}/state.kv"
`;
}
