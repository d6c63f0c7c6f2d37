import { isSignalling, textOf } from "./capture.ts";
import type { Packet } from "./pcap.ts";

/** A session description as it passed a capture. */
export interface SeenDescription {
  readonly from: string;
  readonly to: string;
  /** `INVITE`, or the status of an answer to one. */
  readonly what: string;
  readonly callId: string;
  readonly ip: string;
  /** By kind of stream (`audio`, `video`, `image`): its port. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The descriptions in captured INVITEs and their answers, in order. */
export function seenDescriptions(packets: readonly Packet[]): SeenDescription[] {
  return packets.filter(isSignalling).flatMap((packet) => {
    const text = textOf(packet);
    const what = /^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? text.split(" ")[0]!;
    const callId = /\r\n(?:Call-ID|i): *(\S+)/i.exec(text)?.[1];
    const ip = /\r\nc=IN IP4 (\S+)/.exec(text)?.[1];
    if (callId === undefined || ip === undefined || !/\r\nCSeq: \d+ INVITE/i.test(text)) return [];
    const lines = [...text.matchAll(/\r\nm=(\w+) (\d+)/g)];
    const ports = Object.fromEntries(lines.map(([, kind, port]) => [kind!, Number(port)]));
    return [{ from: packet.from, to: packet.to, what, callId, ip, ports }];
  });
}
