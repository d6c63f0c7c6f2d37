import type { Address } from "../../src/base/address.ts";
import { listenUdp } from "../../src/selftest/sip_socket.ts";
import { ToneSender } from "../../src/selftest/rtp.ts";
import { atRate, sleep } from "./machine.ts";

/** What was sent and what came. */
export interface PacketCounts {
  readonly sent: number;
  readonly received: number;
}

/** One side's socket: sends to many, counts what comes. */
export class PacketSocket {
  readonly address: Address;
  received = 0;
  readonly #socket: Deno.DatagramConn;
  readonly #loop: Promise<void>;
  #open = true;

  /** Opens one on an IP, with a port that the kernel gives. */
  constructor(ip: string) {
    const { socket, address } = listenUdp(ip);
    this.address = address;
    this.#socket = socket;
    this.#loop = this.#count();
  }

  /** Sends without waiting. */
  send(bytes: Uint8Array, to: Address): void {
    const addr: Deno.NetAddr = { transport: "udp", hostname: to.ip, port: to.port };
    this.#socket.send(bytes, addr).catch(() => {});
  }

  /** Closes it. */
  async close(): Promise<void> {
    this.#open = false;
    this.#socket.close();
    await this.#loop;
  }

  async #count(): Promise<void> {
    const buffer = new Uint8Array(2048);
    while (this.#open) {
      try {
        await this.#socket.receive(buffer);
        this.received++;
      } catch (error) {
        if (this.#open) throw error;
      }
    }
  }
}

/** One way that packets take: from a socket of ours to a port of the measured process. */
export interface PacketPath {
  readonly from: PacketSocket;
  readonly to: Address;
}

/** Sends packets of 172 bytes along all paths in turn, 50 a second on each. */
export async function sendPackets(
  paths: readonly PacketPath[],
  seconds: number,
): Promise<PacketCounts> {
  const sockets = [...new Set(paths.map((path) => path.from))];
  const before = total(sockets);
  const senders = paths.map((_path, index) =>
    new ToneSender({ frequency: 400, ssrc: index + 1, sequence: 1 })
  );
  const sent = await atRate({ perSecond: 50 * paths.length, seconds }, (index) => {
    const number = index % paths.length;
    const { from, to } = paths[number]!;
    from.send(senders[number]!.next(), to);
  });
  await sleep(200);
  return { sent, received: total(sockets) - before };
}

function total(sockets: readonly PacketSocket[]): number {
  return sockets.reduce((sum, socket) => sum + socket.received, 0);
}
