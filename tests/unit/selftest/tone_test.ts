import { assert, assertEquals } from "@std/assert";
import {
  judgeTone,
  listen,
  PACKET_SAMPLES,
  payloadSamples,
  toneEnergy,
  tonePayload,
} from "../../../src/selftest/tone.ts";

const TONES = { expected: 700, own: 400 };

function record(frequencies: readonly number[]): Int16Array {
  const samples = new Int16Array(frequencies.length * PACKET_SAMPLES);
  for (const [index, frequency] of frequencies.entries()) {
    if (frequency === 0) continue;
    samples.set(payloadSamples(tonePayload(frequency, index)), index * PACKET_SAMPLES);
  }
  return samples;
}

function mix(left: Int16Array, right: Int16Array, gain: number): Int16Array {
  return left.map((sample, index) => sample + gain * right[index]!);
}

const fifty = (frequency: number) => new Array<number>(50).fill(frequency);

Deno.test("a tone through PCMU is heard at its frequency and at no other", () => {
  const samples = payloadSamples(tonePayload(700, 3));
  assert(toneEnergy(samples, 700) > 0.99);
  assert(toneEnergy(samples, 400) < 0.01);
  assertEquals(toneEnergy(new Int16Array(PACKET_SAMPLES), 700), 0);
});

Deno.test("the phase of a tone runs on from packet to packet", () => {
  const joined = record([700, 700]);
  assert(toneEnergy(joined, 700) > 0.99);
});

Deno.test("a recording filled by the expected tone passes, with a few packets lost", () => {
  assert(judgeTone(record(fifty(700)), TONES).ok);
  assert(judgeTone(record([...fifty(700).slice(5), 0, 0, 0, 0, 0]), TONES).ok);
});

const FAILING: [name: string, samples: Int16Array, reason: string][] = [
  ["nothing", new Int16Array(0), "700 Hz in 0 %"],
  ["silence", record(fifty(0)), "silence in 100 %"],
  ["the wrong frequency", record(fifty(650)), "700 Hz in 0 %"],
  ["the own tone", record(fifty(400)), "own 400 Hz in 100 %"],
  [
    "80 % filled",
    record(fifty(700).map((tone, index) => index % 5 === 0 ? 0 : tone)),
    "700 Hz in 80 %",
  ],
  [
    "an echo of the own tone",
    mix(record(fifty(700)), record(fifty(400)), 0.2),
    "the own tone came back",
  ],
  [
    "noise",
    Int16Array.from({ length: 8000 }, (_, index) => (index * 7919) % 9001),
    "700 Hz in 0 %",
  ],
  ["a whisper", record(fifty(700)).map((sample) => sample / 100), "silence in 100 %"],
];

Deno.test("a recording that is not filled by the expected tone alone fails and says what was heard", () => {
  for (const [name, samples, reason] of FAILING) {
    const verdict = judgeTone(samples, TONES);
    assert(!verdict.ok, name);
    assert(verdict.reason.includes(reason), `${name}: ${verdict.reason}`);
  }
});

Deno.test("listening counts the blocks of each kind", () => {
  const heard = listen(record([700, 700, 400, 0]), TONES);
  assertEquals(heard, { expected: 0.5, own: 0.25, silent: 0.25 });
});
