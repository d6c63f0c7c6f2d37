import { PACKET_SAMPLES, payloadSamples, tonePayload } from "./tone.ts";

const HEADER = 12;

/** Writes the RTP packets of one tone (RFC 3550 §5.1): PCMU, 20 ms each. */
export class ToneSender {
  #next = 0;

  /** `sequence` and `ssrc` are what the first packet carries; frequency in hertz. */
  constructor(
    readonly options: {
      readonly frequency: number;
      readonly ssrc: number;
      readonly sequence: number;
    },
  ) {}

  /** The next packet. */
  next(): Uint8Array<ArrayBuffer> {
    const { frequency, ssrc, sequence } = this.options;
    const packet = new Uint8Array(HEADER + PACKET_SAMPLES);
    const view = new DataView(packet.buffer);
    view.setUint8(0, 0x80);
    view.setUint16(2, (sequence + this.#next) & 0xffff);
    view.setUint32(4, this.#next * PACKET_SAMPLES);
    view.setUint32(8, ssrc);
    packet.set(tonePayload(frequency, this.#next), HEADER);
    this.#next++;
    return packet;
  }
}

/** An empty receiver report (RFC 3550 §6.4.2). */
export function receiverReport(ssrc: number): Uint8Array<ArrayBuffer> {
  const packet = new Uint8Array(8);
  const view = new DataView(packet.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, 201);
  view.setUint16(2, 1);
  view.setUint32(4, ssrc);
  return packet;
}

/** Puts received RTP packets of one sender back into their order; what is missing is silence. */
export class Recording {
  #payloads = new Map<number, Uint8Array>();
  #first: number | undefined;

  /** Different packets kept. */
  get packets(): number {
    return this.#payloads.size;
  }

  /** Packets from the first kept to the last, those missing between them counted too. */
  get span(): number {
    const offsets = this.#offsets();
    return offsets.length === 0 ? 0 : offsets.at(-1)! - offsets[0]! + 1;
  }

  /** The most packets missing in a row between two that were kept. */
  get hole(): number {
    const offsets = this.#offsets();
    return Math.max(0, ...offsets.slice(1).map((offset, index) => offset - offsets[index]! - 1));
  }

  /** Takes one datagram; what is not PCMU in RTP version 2 is ignored. */
  add(packet: Uint8Array): void {
    if (packet.length < HEADER || packet[0] !== 0x80 || (packet[1]! & 0x7f) !== 0) return;
    const sequence = packet[2]! << 8 | packet[3]!;
    this.#first ??= sequence;
    // Offset from the first one received, signed, so that numbers may wrap and packets overtake.
    const offset = (sequence - this.#first) << 16 >> 16;
    this.#payloads.set(offset, packet.slice(HEADER));
  }

  /** The samples as heard, padded with silence to the `expected` number of packets. */
  samples(expected: number): Int16Array {
    const offsets = [...this.#payloads.keys()];
    const lowest = Math.min(...offsets, 0);
    const span = Math.max(...offsets, 0) - lowest + 1;
    const samples = new Int16Array(Math.max(expected, span) * PACKET_SAMPLES);
    for (const [offset, payload] of this.#payloads) {
      const heard = payloadSamples(payload).subarray(0, PACKET_SAMPLES);
      samples.set(heard, (offset - lowest) * PACKET_SAMPLES);
    }
    return samples;
  }

  #offsets(): number[] {
    return [...this.#payloads.keys()].sort((left, right) => left - right);
  }
}
