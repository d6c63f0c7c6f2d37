import type { Address } from "../../src/base/address.ts";
import { listenUdp } from "../../src/selftest/sip_socket.ts";
import { readTables, type Tables } from "./measure.ts";
import type { Outage } from "./silence.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** The last words of a start, and of statistics. */
const STARTED = "calls with audio";
const REPORTED = "names being asked for";

/** sipmasq itself on loopback, started again and again on the same ports and state. */
export class Program {
  readonly inside: Address;
  readonly #args: readonly string[];
  /** When it was not there though it should have been. */
  readonly outages: Outage[] = [];
  #child: Deno.ChildProcess | undefined;
  #log = "";

  private constructor(inside: Address, args: readonly string[]) {
    this.inside = inside;
    this.#args = args;
  }

  /** Writes a configuration into a folder; `permissions` are those of the program. */
  static async at(folder: string, options: {
    readonly inside: string;
    readonly outside: string;
    readonly permissions: readonly string[];
  }): Promise<Program> {
    const inside = freePort(options.inside);
    const outside = freePort(options.outside);
    const file = `${folder}/config.toml`;
    await Deno.writeTextFile(
      file,
      `[inside]
interface = "${inside.ip}/24"
listen = ["udp:${inside.port}"]
[outside]
interface = "${outside.ip}/24"
listen = ["udp:${outside.port}"]
advertise = "${outside.ip}"
[media]
ports = "22000-22999"
idle = "20s"
[state]
path = "${folder}/state.kv"
`,
    );
    const inspected = ["run", "--inspect=127.0.0.1:0", ...options.permissions];
    const args = [...inspected, "main.ts", "run", "--config", file];
    return new Program(inside, args);
  }

  /** All it has written, in all its lives. */
  get log(): string {
    return this.#log;
  }

  /** Resident memory in megabytes. */
  get megabytes(): number {
    const status = Deno.readTextFileSync(`/proc/${this.#pid}/status`);
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  }

  /** How many sockets it has open. */
  get sockets(): number {
    const folder = `/proc/${this.#pid}/fd`;
    return [...Deno.readDirSync(folder)].filter(({ name }) => isSocket(`${folder}/${name}`)).length;
  }

  get #pid(): number {
    if (this.#child === undefined) throw new Error("Nothing has been started");
    return this.#child.pid;
  }

  /** Starts it; resolves once it serves. */
  async start(): Promise<void> {
    const from = this.#log.length;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...this.#args],
      cwd: ROOT,
      stdin: "null",
      stdout: "inherit",
      stderr: "piped",
    }).spawn();
    void this.#follow(this.#child.stderr);
    await this.#says(STARTED, from);
  }

  /** Ends it, in order or as a power cut would. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill(signal);
    await child.status;
    this.#child = undefined;
  }

  /** Ends it and starts it again. */
  async restart(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const outage: Outage = { from: performance.now(), until: Infinity };
    this.outages.push(outage);
    await this.end(signal);
    await this.start();
    outage.until = performance.now();
  }

  /** What its tables hold now. */
  async tables(): Promise<Tables> {
    const from = this.#log.length;
    Deno.kill(this.#pid, "SIGUSR2");
    await this.#says(REPORTED, from);
    return readTables(this.#log.slice(from));
  }

  async #follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#log += text;
  }

  async #says(text: string, from: number): Promise<void> {
    for (let wait = 0; wait < 600; wait++) {
      if (this.#log.indexOf(text, from) >= 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Expected "${text}" within 30 s, came:\n${this.#log.slice(from)}`);
  }
}

function isSocket(path: string): boolean {
  try {
    return Deno.readLinkSync(path).startsWith("socket:");
  } catch {
    // Closed between listing and looking.
    return false;
  }
}

function freePort(ip: string): Address {
  const { socket, address } = listenUdp(ip);
  socket.close();
  return address;
}
