import type { Address } from "../../src/base/address.ts";
import { makeFolder, removeFolder, watchChild } from "./left_overs.ts";

/** Where the load comes from and goes to; both sides on loopback. */
export const INSIDE = { ours: "127.0.6.1", phones: "127.0.6.2" };
export const OUTSIDE = { ours: "127.0.7.1", parties: "127.0.7.2" };

const ROOT = new URL("../../", import.meta.url).pathname;

/** A process that is measured. */
export interface Subject {
  readonly pid: number;
  /** Ends it. */
  end(): Promise<void>;
}

/** sipmasq as a process of its own, between the two sides. */
export interface SipmasqSubject extends Subject {
  readonly inside: Address;
  readonly outside: Address;
}

/** Ports of the forwarder, pair by pair. */
export interface ForwarderSubject extends Subject {
  readonly ports: readonly (readonly [left: number, right: number])[];
}

/** Starts sipmasq with a state file in a fresh folder; resolves once it listens. */
export async function startSipmasq(): Promise<SipmasqSubject> {
  return await (await prepareSipmasq()).launch();
}

/** Does all that comes before the start: `launch` is the start itself. */
export async function prepareSipmasq(): Promise<{
  readonly inside: Address;
  readonly launch: () => Promise<SipmasqSubject>;
}> {
  const folder = await makeFolder();
  const [inside, outside] = [freePort(INSIDE.ours), freePort(OUTSIDE.ours)];
  await Deno.writeTextFile(
    `${folder}/config.toml`,
    `[inside]
interface = "${INSIDE.ours}/24"
listen = ["udp:${inside.port}"]
[outside]
interface = "${OUTSIDE.ours}/24"
listen = ["udp:${outside.port}"]
advertise = "${OUTSIDE.ours}"
[media]
ports = "10000-29999"
[state]
path = "${folder}/state.kv"
`,
  );
  const args = ["run", ...await permissions(), "main.ts", "run"];
  const launch = async (): Promise<SipmasqSubject> => {
    const child = spawn([...args, "--config", `${folder}/config.toml`], "stderr");
    await firstText(child.stderr, "calls with audio");
    const end = async (): Promise<void> => {
      await endChild(child);
      await removeFolder(folder);
    };
    return { pid: child.pid, inside, outside, end };
  };
  return { inside, launch };
}

/** Starts the bare forwarder with a number of pairs. */
export async function startForwarder(options: {
  readonly pairs: number;
  readonly phones: Address;
  readonly parties: Address;
}): Promise<ForwarderSubject> {
  const { pairs, phones, parties } = options;
  const child = spawn([
    "run",
    "--no-prompt",
    "--allow-net",
    "--unstable-net",
    "tests/bench/forwarder.ts",
    String(pairs),
    INSIDE.ours,
    OUTSIDE.ours,
    `${phones.ip}:${phones.port}`,
    `${parties.ip}:${parties.port}`,
  ], "stdout");
  const text = await firstText(child.stdout, "]]");
  return { pid: child.pid, ports: JSON.parse(text), end: () => endChild(child) };
}

/** What the program may do stands in the Makefile. */
async function permissions(): Promise<string[]> {
  const make = new Deno.Command("make", { args: ["-s", "permissions"], cwd: ROOT });
  return new TextDecoder().decode((await make.output()).stdout).trim().split(" ");
}

function spawn(args: readonly string[], read: "stdout" | "stderr"): Deno.ChildProcess {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: read === "stdout" ? "piped" : "null",
    stderr: read === "stderr" ? "piped" : "inherit",
  });
  return watchChild(command.spawn());
}

async function endChild(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

/** Reads up to a text, and goes on emptying the pipe. */
async function firstText(stream: ReadableStream<Uint8Array>, wanted: string): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read();
    if (done) {
      throw new Error(`Expected "${wanted}" of a measured process, it ended with:\n${text}`);
    }
    text += value;
  }
  const empty = async (): Promise<void> => {
    while (!(await reader.read()).done);
  };
  void empty();
  return text;
}

/** An address with a port that is free now. */
export function freePort(ip: string): Address {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: ip, port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return { family: 4, ip, port };
}
