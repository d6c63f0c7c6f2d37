import type { Address } from "../../src/base/address.ts";
import { listenUdp } from "../../src/selftest/sip_socket.ts";
import { atRate, sleep } from "./machine.ts";

/** What was sent and what came, and how long it was on its way, in µs. */
export interface PacketCounts {
  readonly sent: number;
  readonly received: number;
  readonly median: number;
  /** All but one of a hundred packets were quicker. */
  readonly slow: number;
}

const PACKET_BYTES = 172;
const SENT_AT = 12;

/** One side's socket: sends to many, counts what comes and notes how long it took. */
export class PacketSocket {
  readonly address: Address;
  /** One-way delays in ms of what came. */
  delays: number[] = [];
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
    const view = new DataView(buffer.buffer);
    while (this.#open) {
      try {
        await this.#socket.receive(buffer);
        this.delays.push(performance.now() - view.getFloat64(SENT_AT));
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

/** Ways that packets take, and all sockets at which they may come out. */
export interface PacketLoad {
  readonly paths: readonly PacketPath[];
  readonly sockets: readonly PacketSocket[];
}

/** Sends RTP packets of 172 bytes along all paths in turn, 50 a second on each unless `perSecond` says otherwise. */
export async function sendPackets(
  load: PacketLoad,
  seconds: number,
  perSecond = 50,
): Promise<PacketCounts> {
  const { paths, sockets } = load;
  for (const socket of sockets) socket.delays = [];
  const sent = await atRate({ perSecond: perSecond * paths.length, seconds }, (index) => {
    const number = index % paths.length;
    const { from, to } = paths[number]!;
    from.send(packet(number, Math.floor(index / paths.length)), to);
  });
  await arrived(sockets, sent);
  const delays = sockets.flatMap((socket) => socket.delays).sort((left, right) => left - right);
  const at = (part: number): number =>
    Math.round(1000 * (delays[Math.floor(delays.length * part)] ?? 0));
  return { sent, received: delays.length, median: at(0.5), slow: at(0.99) };
}

/** A PCMU packet that says when it was sent. */
function packet(ssrc: number, sequence: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PACKET_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80);
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, sequence * 160);
  view.setUint32(8, ssrc + 1);
  view.setFloat64(SENT_AT, performance.now());
  return bytes;
}

/** Waits until all has come, or nothing more does. */
async function arrived(sockets: readonly PacketSocket[], wanted: number): Promise<void> {
  const total = () => sockets.reduce((sum, socket) => sum + socket.delays.length, 0);
  for (let before = -1; before < total() && total() < wanted;) {
    before = total();
    await sleep(1_000);
  }
}
