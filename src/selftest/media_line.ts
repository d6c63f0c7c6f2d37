import { type Address, formatAddress, makeAddress } from "../base/address.ts";
import { receiverReport, Recording, ToneSender } from "./rtp.ts";
import { listenUdp } from "./sip_socket.ts";

/** Time between two RTP packets. */
export const PACKET_MS = 20;

/** What one end of a line heard while it talked. */
export interface Talk {
  readonly recording: Recording;
  /** RTCP packets that came. */
  readonly reports: number;
  /** Sources of packets that are not the address agreed on. */
  readonly strangers: readonly string[];
}

interface Heard {
  recording: Recording;
  reports: number;
  strangers: Set<string>;
  from: Address;
}

/** A phone's pair of RTP and RTCP sockets, which sends a tone and records what comes back. */
export class MediaLine {
  readonly address: Address;
  readonly #rtp: Deno.DatagramConn;
  readonly #rtcp: Deno.DatagramConn;
  readonly #loops: Promise<void>[];
  #heard: Heard | undefined;
  #open = true;

  private constructor(pair: { rtp: Deno.DatagramConn; rtcp: Deno.DatagramConn; address: Address }) {
    this.#rtp = pair.rtp;
    this.#rtcp = pair.rtcp;
    this.address = pair.address;
    this.#loops = [
      this.#receive(pair.rtp, (bytes, from) => this.#hear(bytes, from)),
      this.#receive(pair.rtcp, (_bytes, from) => this.#report(from)),
    ];
  }

  /** Opens a pair on an IP: an even port that the kernel gives, and the one above it. */
  static open(ip: string): MediaLine {
    for (let attempt = 0; attempt < 100; attempt++) {
      const { socket: rtp, address } = listenUdp(ip);
      try {
        if (address.port % 2 === 0) {
          return new MediaLine({ rtp, rtcp: listenUdp(ip, address.port + 1).socket, address });
        }
      } catch {
        // Somebody else has the port above: another even one.
      }
      rtp.close();
    }
    throw new Error(`Cannot find two free neighbouring UDP ports on ${ip}: free some`);
  }

  /** Talks to `far` for a number of packets with a tone of `frequency` hertz, one RTCP report first, and listens meanwhile. */
  async talk(options: { far: Address; frequency: number; packets: number }): Promise<Talk> {
    const { far, frequency, packets } = options;
    const heard: Heard = {
      recording: new Recording(),
      reports: 0,
      strangers: new Set(),
      from: far,
    };
    this.#heard = heard;
    const ssrc = frequency;
    const sender = new ToneSender({ frequency, ssrc, sequence: 1000 });
    await this.#send(this.#rtcp, receiverReport(ssrc), { ...far, port: far.port + 1 });
    const start = performance.now();
    for (let index = 0; index < packets; index++) {
      await this.#send(this.#rtp, sender.next(), far);
      await sleep(start + (index + 1) * PACKET_MS - performance.now());
    }
    // What is on its way is still heard.
    await sleep(5 * PACKET_MS);
    this.#heard = undefined;
    const { recording, reports, strangers } = heard;
    return { recording, reports, strangers: [...strangers] };
  }

  /** Closes both sockets; resolves when the ports are free. */
  async close(): Promise<void> {
    this.#open = false;
    this.#rtp.close();
    this.#rtcp.close();
    await Promise.all(this.#loops);
  }

  async #send(socket: Deno.DatagramConn, bytes: Uint8Array, to: Address): Promise<void> {
    await socket.send(bytes, { transport: "udp", hostname: to.ip, port: to.port }).catch(() => {});
  }

  #hear(bytes: Uint8Array, from: Address): void {
    const heard = this.#heard;
    if (heard === undefined) return;
    if (from.ip === heard.from.ip && from.port === heard.from.port) heard.recording.add(bytes);
    else heard.strangers.add(formatAddress(from));
  }

  #report(from: Address): void {
    const heard = this.#heard;
    if (heard === undefined) return;
    if (from.ip === heard.from.ip && from.port === heard.from.port + 1) heard.reports++;
    else heard.strangers.add(formatAddress(from));
  }

  async #receive(
    socket: Deno.DatagramConn,
    take: (bytes: Uint8Array, from: Address) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(2048);
    while (this.#open) {
      try {
        const [bytes, addr] = await socket.receive(buffer);
        const { hostname, port } = addr as Deno.NetAddr;
        const from = makeAddress(hostname, port);
        if (from.ok) take(bytes, from.value);
      } catch (error) {
        if (this.#open) throw error;
      }
    }
  }
}

/** Resolves after some ms. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
