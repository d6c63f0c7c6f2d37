import { isRtp } from "./capture.ts";
import type { Packet } from "./pcap.ts";

/** One RTP stream as it passed a capture: what came, and what its sequence numbers say is missing. */
export interface Stream {
  readonly from: string;
  readonly to: string;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly packets: number;
  /** Packets missing between the first and the last. */
  readonly missing: number;
  /** The most packets missing in a row. */
  readonly longestGap: number;
}

/** The RTP streams that arrive at an IP, by SSRC and addresses, in the order in which they begin. */
export function streamsTo(packets: readonly Packet[], ip: string): Stream[] {
  const groups = new Map<string, Packet[]>();
  for (const packet of packets) {
    if (!packet.to.startsWith(`${ip}:`) || !isRtp(packet)) continue;
    const key = `${packet.from} ${packet.to} ${ssrcOf(packet)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [packet]);
    else group.push(packet);
  }
  return [...groups.values()].map(streamOf);
}

/** The longest gap that any stream to an IP has, in ms of 20 ms packets; undefined when there is no stream. */
export function longestGapMs(packets: readonly Packet[], ip: string): number | undefined {
  const gaps = streamsTo(packets, ip).map(({ longestGap }) => longestGap * 20);
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}

function streamOf(packets: readonly Packet[]): Stream {
  const first = packets[0]!;
  // Sequence numbers wrap at 65536 and packets may overtake each other: offsets from the first one.
  const offsets = packets.map((packet) => (sequenceOf(packet) - sequenceOf(first)) << 16 >> 16);
  const sorted = [...new Set(offsets)].sort((left, right) => left - right);
  const gaps = sorted.slice(1).map((offset, index) => offset - sorted[index]! - 1);
  return {
    from: first.from,
    to: first.to,
    ssrc: ssrcOf(first),
    payloadType: first.payload[1]! & 0x7f,
    packets: packets.length,
    missing: gaps.reduce((sum, gap) => sum + gap, 0),
    longestGap: Math.max(0, ...gaps),
  };
}

function sequenceOf({ payload }: Packet): number {
  return payload[2]! << 8 | payload[3]!;
}

function ssrcOf({ payload }: Packet): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(8);
}
