import { runCommand, tryCommand } from "./command.ts";
import { LabProcess } from "./process.ts";

/** Every namespace and folder of every lab run begins with this; nothing else is ever touched. */
const PREFIX = "smlab-";
const OURS = /^smlab-(\d+)-/;
const FOLDERS = "/tmp";

/** One connection of a host: the switch it is plugged into and its address with prefix length. */
export interface Plug {
  readonly network: string;
  readonly address: string;
  readonly interface?: string;
}

/**
 * Hosts and switches in network namespaces of their own, named `smlab-<pid>-<name>`.
 * Switches are bridges in namespaces too, so that the machine's own network sees nothing of it.
 */
export class Network {
  readonly #prefix = `${PREFIX}${Deno.pid}-`;
  readonly #namespaces = new Set<string>();
  readonly #processes: LabProcess[] = [];

  /** Makes a switch that hosts are plugged into. */
  async addSwitch(name: string): Promise<void> {
    await this.#addNamespace(name);
    await this.#ip(name, "link add switch type bridge");
    await this.#ip(name, "link set switch up");
  }

  /** Makes a host with one interface per plug (`eth0`, `eth1` unless named) and, if given, a default route. */
  async addHost(name: string, options: { plugs: readonly Plug[]; gateway?: string }) {
    await this.#addNamespace(name);
    for (const [index, plug] of options.plugs.entries()) {
      const device = plug.interface ?? `eth${index}`;
      await this.#plugIn(name, { device, plug });
    }
    if (options.gateway !== undefined) {
      await this.#ip(name, `route add default via ${options.gateway}`);
    }
  }

  /** Takes the cable of a host's interface out, or puts it back. */
  async setLink(host: string, options: { device?: string; up: boolean }): Promise<void> {
    await this.#ip(host, `link set ${options.device ?? "eth0"} ${options.up ? "up" : "down"}`);
  }

  /** Takes an address from an interface, and with it the routes over its network. */
  async takeAddress(host: string, options: { device: string; address: string }): Promise<void> {
    await this.#ip(host, `address delete ${options.address} dev ${options.device}`);
  }

  /** Gives an interface an address and the host its default route, as a new lease would. */
  async giveAddress(
    host: string,
    options: { device: string; address: string; gateway: string },
  ): Promise<void> {
    await this.#ip(host, `address add ${options.address} dev ${options.device}`);
    await this.#ip(host, `route add default via ${options.gateway}`);
  }

  /** Lets the programs of a host ask this name server. */
  async setNameServer(host: string, ip: string): Promise<void> {
    // What `ip netns exec` shows the programs of a namespace as /etc/resolv.conf.
    const folder = nameServerFolder(this.#prefix + host);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/resolv.conf`, `nameserver ${ip}\noptions timeout:2\n`);
  }

  /** Runs a command on a host to its end; it has to succeed. */
  run(host: string, command: readonly string[], input?: string): Promise<string> {
    return runCommand(this.#inside(host, command), input === undefined ? {} : { input });
  }

  /** Starts a program on a host; it is ended with the network at the latest. */
  start(
    host: string,
    command: readonly string[],
    options: { name: string; input?: boolean },
  ): LabProcess {
    const process = new LabProcess(this.#inside(host, command), options);
    this.#processes.push(process);
    return process;
  }

  /** Ends every program and removes every namespace. */
  async remove(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((process) => process.stop()));
    for (const name of this.#namespaces) await removeNamespace(this.#prefix + name);
    this.#namespaces.clear();
  }

  async #addNamespace(name: string): Promise<void> {
    this.#namespaces.add(name);
    await runCommand(["ip", "netns", "add", this.#prefix + name]);
    await this.#ip(name, "link set lo up");
    // Router solicitations and duplicate address detection would only be noise in the captures.
    const off = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6";
    await tryCommand(this.#inside(name, ["/bin/sh", "-c", off]));
  }

  async #plugIn(host: string, options: { device: string; plug: Plug }): Promise<void> {
    const { device, plug } = options;
    const port = `p-${host}`.slice(0, 15);
    const peer = `peer name ${port} netns ${this.#prefix}${plug.network}`;
    await this.#ip(host, `link add ${device} type veth ${peer}`);
    await this.#ip(plug.network, `link set ${port} master switch up`);
    await this.#ip(host, `address add ${plug.address} dev ${device}`);
    await this.#ip(host, `link set ${device} up`);
  }

  #ip(name: string, words: string): Promise<string> {
    return runCommand(["ip", "-n", this.#prefix + name, ...words.split(" ")]);
  }

  #inside(host: string, command: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.#prefix + host, ...command];
  }
}

/** Removes what runs that ended without cleaning up have left, and gives its names; runs that still live keep theirs. */
export async function removeLeftovers(): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await namespaces()) {
    if (await runsStill(name)) continue;
    await removeNamespace(name);
    removed.push(name);
  }
  for (const name of await folders()) {
    if (await runsStill(name)) continue;
    await Deno.remove(`${FOLDERS}/${name}`, { recursive: true });
    removed.push(name);
  }
  return removed;
}

/** Makes a folder for one part of this run. */
export function makeFolder(): Promise<string> {
  return Deno.makeTempDir({ dir: FOLDERS, prefix: `${PREFIX}${Deno.pid}-` });
}

/** Namespaces and folders of this run that are still there. */
export async function ownRemains(): Promise<string[]> {
  const all = [...await namespaces(), ...await folders()];
  return all.filter((name) => pidOf(name) === Deno.pid);
}

/** Removes everything of this run at once, for a run that is cut short. */
export async function removeOwn(): Promise<void> {
  for (const name of await namespaces()) {
    if (pidOf(name) === Deno.pid) await removeNamespace(name);
  }
  for (const name of await folders()) {
    if (pidOf(name) === Deno.pid) await Deno.remove(`${FOLDERS}/${name}`, { recursive: true });
  }
}

async function folders(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(FOLDERS)) names.push(entry.name);
  return names.filter((name) => OURS.test(name));
}

async function namespaces(): Promise<string[]> {
  const text = await runCommand(["ip", "netns", "list"]);
  const names = text.split("\n").map((line) => line.split(" ")[0] ?? "");
  return names.filter((name) => OURS.test(name));
}

async function removeNamespace(name: string): Promise<void> {
  const pids = (await tryCommand(["ip", "netns", "pids", name])).stdout.split("\n");
  for (const pid of pids.map(Number).filter((pid) => pid > 1)) kill(pid);
  await tryCommand(["ip", "netns", "delete", name]);
  await Deno.remove(nameServerFolder(name), { recursive: true }).catch(() => {});
}

function nameServerFolder(namespace: string): string {
  return `/etc/netns/${namespace}`;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function pidOf(name: string): number {
  return Number(OURS.exec(name)?.[1]);
}

async function runsStill(name: string): Promise<boolean> {
  const pid = pidOf(name);
  if (pid === Deno.pid) return false;
  const commandLine = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  return commandLine.includes("lab/run.ts");
}
