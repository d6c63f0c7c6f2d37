/** What a datagram on a media port is, as far as its first bytes tell (RFC 7983). */
export type PacketKind = "rtp" | "rtcp" | "stun" | "dtls" | "other";

/** Bytes of a fixed RTP header (RFC 3550 §5.1). */
export const RTP_HEADER_BYTES = 12;

/** The longest forward jump of sequence numbers that still continues a stream (RFC 3550 §A.1). */
export const MAX_DROPOUT = 3000;

/** Tells a packet's kind; UDPTL begins with a sequence number and is therefore anything. */
export function packetKind(bytes: Uint8Array): PacketKind {
  const first = bytes[0];
  if (first === undefined) return "other";
  if (first >> 6 === 2) return isRtcp(bytes) ? "rtcp" : isRtpLength(bytes) ? "rtp" : "other";
  if (first <= 3 && hasStunCookie(bytes)) return "stun";
  if (first >= 20 && first <= 63 && bytes.length >= 13) return "dtls";
  return "other";
}

/** True for a packet with a complete RTP header, which is no RTCP. */
export function isRtpPacket(bytes: Uint8Array): boolean {
  return packetKind(bytes) === "rtp";
}

/** Payload type of an RTP packet. */
export function payloadTypeOf(bytes: Uint8Array): number {
  return bytes[1]! & 0x7f;
}

/** Sequence number of an RTP packet. */
export function sequenceOf(bytes: Uint8Array): number {
  return (bytes[2]! << 8) | bytes[3]!;
}

/** Synchronization source of an RTP packet, as a signed 32-bit number. */
export function ssrcOf(bytes: Uint8Array): number {
  return (bytes[8]! << 24) | (bytes[9]! << 16) | (bytes[10]! << 8) | bytes[11]!;
}

/** True when `next` follows `last` within the usual loss, across the wrap at 65536. */
export function continues(last: number, next: number): boolean {
  const step = (next - last) & 0xffff;
  return step > 0 && step < MAX_DROPOUT;
}

// RFC 5761 §4: packet types 192–223 are RTCP, which keeps them apart from RTP with marker bit.
function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[1]! >= 192 && bytes[1]! <= 223;
}

function isRtpLength(bytes: Uint8Array): boolean {
  return bytes.length >= RTP_HEADER_BYTES + 4 * (bytes[0]! & 0x0f);
}

function hasStunCookie(bytes: Uint8Array): boolean {
  return bytes.length >= 20 && bytes[4] === 0x21 && bytes[5] === 0x12 && bytes[6] === 0xa4 &&
    bytes[7] === 0x42;
}
