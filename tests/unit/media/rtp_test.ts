import { assertEquals } from "@std/assert";
import {
  continues,
  isRtpPacket,
  packetKind,
  payloadTypeOf,
  sequenceOf,
  ssrcOf,
} from "../../../src/media/rtp.ts";
import { rtp } from "./stage.ts";

function packet(length: number, ...head: number[]): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(head.slice(0, length));
  return bytes;
}

const KINDS: [name: string, bytes: Uint8Array, kind: string][] = [
  ["nothing", packet(0), "other"],
  ["line end of a keep-alive", packet(4, 13, 10, 13, 10), "other"],
  ["RTP", packet(12, 0x80, 0), "rtp"],
  ["RTP with marker", packet(12, 0x80, 0x80 | 8), "rtp"],
  ["RTP cut short", packet(11, 0x80, 0), "other"],
  ["RTP with sources it has no room for", packet(12, 0x81, 0), "other"],
  ["RTP with one source", packet(16, 0x81, 0), "rtp"],
  ["sender report", packet(28, 0x80, 200), "rtcp"],
  ["lowest RTCP type", packet(8, 0x80, 192), "rtcp"],
  ["highest RTCP type", packet(8, 0x80, 223), "rtcp"],
  ["below RTCP", packet(12, 0x80, 191), "rtp"],
  ["above RTCP", packet(12, 0x80, 224), "rtp"],
  ["RTCP cut short", packet(7, 0x80, 200), "other"],
  ["STUN", packet(20, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42), "stun"],
  ["STUN without cookie", packet(20, 0, 1, 0, 0), "other"],
  ["STUN cut short", packet(19, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42), "other"],
  ["DTLS", packet(13, 22, 0xfe, 0xfd), "dtls"],
  ["DTLS cut short", packet(12, 22, 0xfe, 0xfd), "other"],
  ["UDPTL", packet(20, 0, 1, 6), "other"],
];

Deno.test("a packet's first bytes tell what it is", () => {
  for (const [name, bytes, kind] of KINDS) {
    assertEquals(packetKind(bytes), kind, name);
    assertEquals(isRtpPacket(bytes), kind === "rtp", name);
  }
});

Deno.test("an RTP header gives payload type, sequence and source", () => {
  const bytes = rtp({ type: 0x80 | 101, sequence: 0xfffe, ssrc: 0xdeadbeef });
  assertEquals(payloadTypeOf(bytes), 101);
  assertEquals(sequenceOf(bytes), 0xfffe);
  assertEquals(ssrcOf(bytes) >>> 0, 0xdeadbeef);
});

Deno.test("a sequence goes on forward within the usual loss, across the wrap", () => {
  const steps: [last: number, next: number, goesOn: boolean][] = [
    [1, 2, true],
    [1, 1, false],
    [2, 1, false],
    [0, 2999, true],
    [0, 3000, false],
    [65535, 0, true],
    [65000, 400, true],
    [0, 65535, false],
  ];
  for (const [last, next, goesOn] of steps) assertEquals(continues(last, next), goesOn);
});
