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
