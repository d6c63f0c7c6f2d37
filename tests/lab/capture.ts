import { decodePcmu } from "../../src/selftest/pcmu.ts";
import { pause } from "./command.ts";
import type { Network } from "./network.ts";
import { type Packet, readPcap } from "./pcap.ts";
import type { LabProcess } from "./process.ts";
import type { Recording } from "./tone.ts";

const PACKET_MS = 20;
/** Longer than this without a packet is a pause of the sender. */
const PAUSE_MS = 200;

/** Everything that passes one switch, kept in a file. */
export class Capture {
  readonly file: string;
  readonly #tcpdump: LabProcess;

  private constructor(file: string, tcpdump: LabProcess) {
    this.file = file;
    this.#tcpdump = tcpdump;
  }

  /** Starts a capture on a switch and returns once it listens. */
  static async start(
    network: Network,
    options: { switch: string; folder: string },
  ): Promise<Capture> {
    const file = `${options.folder}/${options.switch}.pcap`;
    const tcpdump = network.start(
      options.switch,
      // -Z root: tcpdump would otherwise give up the right to write into our folder.
      // -s and -B: without them the kernel keeps 32 packets for it, and a busy machine loses some.
      [
        "tcpdump",
        "-i",
        "switch",
        "-s",
        "2048",
        "-B",
        "16384",
        "-n",
        "-U",
        "--immediate-mode",
        "-Z",
        "root",
        "-w",
        file,
        "ip",
      ],
      { name: `tcpdump ${options.switch}` },
    );
    if (!await tcpdump.printed("listening on", { timeoutMs: 5_000 })) {
      throw new Error(`Could not capture on ${options.switch}: ${tcpdump.output}`);
    }
    return new Capture(file, tcpdump);
  }

  /** What has passed so far, from `sinceMs` (ms since 1970) on. */
  async packets(sinceMs = 0): Promise<Packet[]> {
    // The last packets are on their way from the kernel through tcpdump into the file.
    await pause(200);
    const packets = readPcap(await Deno.readFile(this.file));
    return packets.filter((packet) => packet.timeMs >= sinceMs);
  }

  /** Ends the capture; gives the number of packets that the kernel lost on the way to it. */
  async stop(): Promise<number> {
    await this.#tcpdump.stop("SIGINT");
    const lost = /(\d+) packets dropped by kernel/.exec(this.#tcpdump.output);
    return Number(lost?.[1] ?? NaN);
  }
}

/** True for a datagram that is not RTP or RTCP (RFC 7983: those begin with 128–191). */
export function isSignalling(packet: Packet): boolean {
  const first = packet.payload[0] ?? 0;
  return first < 128 && packet.payload.length > 4;
}

/** The text of a datagram, one character per byte. */
export function textOf(packet: Packet): string {
  return Array.from(packet.payload, (byte) => String.fromCharCode(byte)).join("");
}

/** For how many ms RTP leaves the IP: packet by packet, pauses (such as a hold) left out. */
export function sentAudioMs(packets: readonly Packet[], ip: string): number {
  let sentMs = 0;
  let lastMs = -Infinity;
  for (const { timeMs } of rtpFrom(packets, ip)) {
    const sinceMs = timeMs - lastMs;
    sentMs += sinceMs > PAUSE_MS ? PACKET_MS : sinceMs;
    lastMs = timeMs;
  }
  return Math.round(sentMs);
}

/** The RTP packets that leave the IP. */
export function rtpFrom(packets: readonly Packet[], ip: string): Packet[] {
  return packets.filter((packet) => packet.from.startsWith(`${ip}:`) && isRtp(packet));
}

/** What the RTP packets (PCMU, 8,000 Hz) that arrive at the IP sound like, in order of arrival. */
export function arrivedAudio(packets: readonly Packet[], ip: string): Recording {
  const arrived = packets.filter((packet) => packet.to.startsWith(`${ip}:`) && isRtp(packet));
  const samples = arrived.flatMap(({ payload }) => Array.from(payload.subarray(12), decodePcmu));
  return { sampleRate: 8_000, samples: Int16Array.from(samples) };
}

/** True for an RTP packet (RFC 3550, RFC 5761 §4). */
export function isRtp(packet: Packet): boolean {
  const [first, second] = packet.payload;
  if (first === undefined || second === undefined || packet.payload.length < 12) return false;
  return first >> 6 === 2 && (second < 192 || second > 223);
}
