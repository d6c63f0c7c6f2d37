import { assertEquals, assertThrows } from "@std/assert";
import { type Packet, readPcap } from "../../lab/pcap.ts";
import { arrivedAudio, isSignalling, sentAudioMs, textOf } from "../../lab/capture.ts";

interface Piece {
  readonly offset: number;
  readonly more: boolean;
  readonly data: number[];
}

const UDP = (text: string): number[] => {
  const payload = [...new TextEncoder().encode(text)];
  return [0x13, 0xc4, 0x13, 0xc5, 0, payload.length + 8, 0, 0, ...payload];
};

function frame(piece: Piece): number[] {
  const fragment = piece.offset / 8 + (piece.more ? 0x2000 : 0);
  return [
    ...[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0],
    ...[0x45, 0, 0, 20 + piece.data.length, 0, 7, fragment >> 8, fragment & 255, 64, 17, 0, 0],
    ...[192, 168, 71, 11, 203, 0, 113, 10],
    ...piece.data,
  ];
}

function file(frames: number[][], options: { cut?: number } = {}): Uint8Array {
  const word = (value: number) => [value & 255, value >> 8 & 255, value >> 16 & 255, value >>> 24];
  const head = [0xa1b2c3d4, 0x00040002, 0, 0, 65_535, 1].flatMap(word);
  const body = frames.flatMap((
    one,
  ) => [...[10, 500_000, one.length, one.length].flatMap(word), ...one]);
  const bytes = [...head, ...body];
  return Uint8Array.from(bytes.slice(0, bytes.length - (options.cut ?? 0)));
}

const whole = (text: string): Piece => ({ offset: 0, more: false, data: UDP(text) });

Deno.test("a captured datagram has its time, both addresses and its payload", () => {
  const [packet] = readPcap(file([frame(whole("OPTIONS"))]));
  assertEquals(packet?.timeMs, 10_500);
  assertEquals(packet?.from, "192.168.71.11:5060");
  assertEquals(packet?.to, "203.0.113.10:5061");
  assertEquals(textOf(packet!), "OPTIONS");
});

Deno.test("fragments are put together in any order", () => {
  const data = UDP("a text that is longer than one frame");
  const first = frame({ offset: 0, more: true, data: data.slice(0, 24) });
  const second = frame({ offset: 24, more: false, data: data.slice(24) });
  for (const frames of [[first, second], [second, first]]) {
    assertEquals(readPcap(file(frames)).map(textOf), ["a text that is longer than one frame"]);
  }
});

Deno.test("a fragment whose rest is missing is no datagram", () => {
  const data = UDP("a text that is longer than one frame");
  assertEquals(readPcap(file([frame({ offset: 0, more: true, data: data.slice(0, 24) })])), []);
});

Deno.test("half a frame at the end is left out, what stands before it is not", () => {
  const bytes = file([frame(whole("first")), frame(whole("second"))], { cut: 5 });
  assertEquals(readPcap(bytes).map(textOf), ["first"]);
});

Deno.test("a file that is no capture is refused", () => {
  assertThrows(() => readPcap(new Uint8Array(30)), Error, "no pcap");
});

function packet(timeMs: number, payload: number[], from = "192.168.71.11:20000"): Packet {
  return { timeMs, from, to: "203.0.113.10:5060", payload: Uint8Array.from(payload) };
}

const rtp = (timeMs: number, from?: string) =>
  packet(timeMs, [0x80, 0, ...new Array<number>(170).fill(0)], from);

Deno.test("the time of audio counts RTP of that address only", () => {
  const rtcp = packet(1_060, [0x80, 200, ...new Array<number>(26).fill(0)]);
  const packets = [rtp(1_000), rtp(1_020), rtcp, rtp(1_040, "192.168.71.12:20000")];
  assertEquals(sentAudioMs(packets, "192.168.71.11"), 40);
  assertEquals(sentAudioMs(packets, "192.168.71.1"), 0);
});

Deno.test("the time of audio leaves the sender's pauses out, but not a packet that was late", () => {
  const times = [1_000, 1_020, 1_120, 5_000, 5_020];
  assertEquals(sentAudioMs(times.map((time) => rtp(time)), "192.168.71.11"), 180);
});

Deno.test("what arrived is heard by its payload, without RTCP and without what goes elsewhere", () => {
  const to = "203.0.113.20:30000";
  const audio = (byte: number, change: Partial<Packet> = {}): Packet => ({
    ...packet(0, [0x80, 0, ...new Array<number>(10).fill(0), byte]),
    to,
    ...change,
  });
  const rtcp = { ...packet(0, [0x80, 200, ...new Array<number>(26).fill(0)]), to };
  const packets = [audio(0xff), rtcp, audio(0x80), audio(0, { to: "203.0.113.21:30000" })];
  assertEquals([...arrivedAudio(packets, "203.0.113.20").samples], [0, 32_124]);
});

Deno.test("RTP and keep-alives are no signalling, SIP is", () => {
  assertEquals(isSignalling(rtp(0)), false);
  assertEquals(isSignalling(packet(0, [13, 10, 13, 10])), false);
  assertEquals(isSignalling(packet(0, [...new TextEncoder().encode("OPTIONS")])), true);
});
