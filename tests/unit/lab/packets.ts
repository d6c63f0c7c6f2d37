import type { Packet } from "../../lab/pcap.ts";

/** An RTP packet as captured. */
export function rtp(
  from: string,
  to: string,
  options: { sequence: number; ssrc?: number; timeMs?: number; type?: number },
): Packet {
  const payload = new Uint8Array(172);
  const view = new DataView(payload.buffer);
  payload[0] = 0x80;
  payload[1] = options.type ?? 0;
  view.setUint16(2, options.sequence);
  view.setUint32(8, options.ssrc ?? 1);
  return { timeMs: options.timeMs ?? 0, from, to, payload };
}

/** A SIP message as captured. */
export function sip(from: string, to: string, lines: readonly string[]): Packet {
  return { timeMs: 0, from, to, payload: new TextEncoder().encode(lines.join("\r\n")) };
}
