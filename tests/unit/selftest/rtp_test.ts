import { assert, assertEquals } from "@std/assert";
import { receiverReport, Recording, ToneSender } from "../../../src/selftest/rtp.ts";
import { judgeTone, PACKET_SAMPLES } from "../../../src/selftest/tone.ts";

const TONES = { expected: 700, own: 400 };

function packets(count: number): Uint8Array[] {
  const sender = new ToneSender({ frequency: 700, ssrc: 0x01020304, sequence: 65530 });
  return Array.from({ length: count }, () => sender.next());
}

Deno.test("a tone packet has the header of RFC 3550 and 20 ms of PCMU", () => {
  const [first, second] = packets(2);
  assertEquals([...first!.subarray(0, 12)], [0x80, 0, 0xff, 0xfa, 0, 0, 0, 0, 1, 2, 3, 4]);
  assertEquals([...second!.subarray(0, 12)], [0x80, 0, 0xff, 0xfb, 0, 0, 0, 160, 1, 2, 3, 4]);
  assertEquals(first!.length, 172);
});

Deno.test("a receiver report without blocks has two words", () => {
  assertEquals([...receiverReport(0x01020304)], [0x80, 201, 0, 1, 1, 2, 3, 4]);
});

Deno.test("a recording orders packets over the wrap of their numbers and counts each once", () => {
  const sent = packets(20);
  const recording = new Recording();
  for (const packet of [sent[3]!, ...sent.toReversed(), sent[7]!]) recording.add(packet);
  assertEquals(recording.packets, 20);
  const samples = recording.samples(20);
  assertEquals(samples.length, 20 * PACKET_SAMPLES);
  assert(judgeTone(samples, TONES).ok);
});

Deno.test("lost packets are silence, within the recording and at its end", () => {
  const recording = new Recording();
  for (const [index, packet] of packets(10).entries()) if (index % 2 === 0) recording.add(packet);
  assertEquals(recording.samples(20).length, 20 * PACKET_SAMPLES);
  assertEquals(judgeTone(recording.samples(20), TONES).ok, false);
});

Deno.test("what is not PCMU in RTP is not recorded", () => {
  const recording = new Recording();
  recording.add(receiverReport(1));
  recording.add(new Uint8Array(11));
  recording.add(new Uint8Array([0x80, 8, ...new Uint8Array(170)]));
  recording.add(new Uint8Array([0x40, 0, ...new Uint8Array(170)]));
  assertEquals(recording.packets, 0);
});

Deno.test("a recording knows its span and its longest hole, also over the wrap and out of order", () => {
  const sent = packets(20);
  const kept = (numbers: readonly number[]): [span: number, hole: number] => {
    const recording = new Recording();
    for (const number of numbers) recording.add(sent[number]!);
    return [recording.span, recording.hole];
  };
  assertEquals(kept([]), [0, 0]);
  assertEquals(kept([4]), [1, 0]);
  assertEquals(kept([0, 1, 2]), [3, 0]);
  assertEquals(kept([2, 15, 3, 7, 8]), [14, 6]);
});
