/** A UDP datagram as captured: time in ms since 1970, addresses as `ip:port`. */
export interface Packet {
  readonly timeMs: number;
  readonly from: string;
  readonly to: string;
  readonly payload: Uint8Array;
}

interface IpPacket {
  readonly timeMs: number;
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly id: number;
  readonly offset: number;
  readonly more: boolean;
  readonly data: Uint8Array;
}

/** The UDP datagrams over IPv4 of a pcap file (Ethernet, microseconds), IP fragments put together. */
export function readPcap(bytes: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  const fragments = new Map<string, IpPacket[]>();
  for (const frame of frames(bytes)) {
    const ip = readIp(frame.bytes, frame.timeMs);
    if (ip === undefined || ip.protocol !== 17) continue;
    const data = assemble(ip, fragments);
    const packet = data === undefined ? undefined : readUdp(ip, data);
    if (packet !== undefined) packets.push(packet);
  }
  return packets;
}

function* frames(bytes: Uint8Array): Generator<{ timeMs: number; bytes: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) return;
  const little = view.getUint32(0, true) === 0xa1b2c3d4;
  if (!little && view.getUint32(0) !== 0xa1b2c3d4) throw new Error("Cannot read capture: no pcap");
  if (view.getUint32(20, little) !== 1) throw new Error("Cannot read capture: not Ethernet");
  for (let at = 24; at + 16 <= bytes.length;) {
    const seconds = view.getUint32(at, little);
    const size = view.getUint32(at + 8, little);
    // tcpdump that was killed leaves half a frame at the end.
    if (at + 16 + size > bytes.length) return;
    const timeMs = seconds * 1_000 + view.getUint32(at + 4, little) / 1_000;
    yield { timeMs, bytes: bytes.subarray(at + 16, at + 16 + size) };
    at += 16 + size;
  }
}

function readIp(frame: Uint8Array, timeMs: number): IpPacket | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 34 || view.getUint16(12) !== 0x0800) return undefined;
  const headerEnd = 14 + (frame[14]! & 0x0f) * 4;
  const flags = view.getUint16(20);
  return {
    timeMs,
    from: frame.subarray(26, 30).join("."),
    to: frame.subarray(30, 34).join("."),
    protocol: frame[23]!,
    id: view.getUint16(18),
    offset: (flags & 0x1fff) * 8,
    more: (flags & 0x2000) !== 0,
    data: frame.subarray(headerEnd, 14 + view.getUint16(16)),
  };
}

function assemble(ip: IpPacket, fragments: Map<string, IpPacket[]>): Uint8Array | undefined {
  if (!ip.more && ip.offset === 0) return ip.data;
  const key = `${ip.from} ${ip.to} ${ip.id}`;
  const parts = [...fragments.get(key) ?? [], ip].sort((left, right) => left.offset - right.offset);
  fragments.set(key, parts);
  let end = 0;
  for (const part of parts) {
    if (part.offset !== end) return undefined;
    end += part.data.length;
  }
  if (parts.at(-1)!.more) return undefined;
  fragments.delete(key);
  const whole = new Uint8Array(end);
  for (const part of parts) whole.set(part.data, part.offset);
  return whole;
}

function readUdp(ip: IpPacket, data: Uint8Array): Packet | undefined {
  if (data.length < 8) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    timeMs: ip.timeMs,
    from: `${ip.from}:${view.getUint16(0)}`,
    to: `${ip.to}:${view.getUint16(2)}`,
    payload: data.subarray(8, view.getUint16(4)),
  };
}
