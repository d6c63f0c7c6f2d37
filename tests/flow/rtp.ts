/** What `rtp` steps may say of their packets. */
export interface RtpWords {
  readonly ssrc: number;
  readonly sequence: number;
  readonly type: number;
}

/** A packet of 20 ms PCMA. */
export function rtpPacket(words: RtpWords): Uint8Array {
  const bytes = new Uint8Array(172);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80;
  bytes[1] = words.type;
  view.setUint16(2, words.sequence & 0xffff);
  view.setUint32(4, words.sequence * 160);
  view.setUint32(8, words.ssrc);
  return bytes;
}

/** A receiver report of RTCP. */
export function rtcpPacket(ssrc: number): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.set([0x80, 201, 0, 1]);
  new DataView(bytes.buffer).setUint32(4, ssrc);
  return bytes;
}

/** A packet of T.38 over UDPTL: no RTP header. */
export function udptlPacket(sequence: number): Uint8Array {
  return new Uint8Array([sequence >> 8, sequence & 0xff, 1, 6, 0]);
}

/** A binding request of ICE, as it comes to media ports (RFC 8489 §5). */
export function stunPacket(): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
  return bytes;
}
