import { assert, assertEquals } from "@std/assert";
import { hearingProblems, makeTone, type Recording, toneMs } from "../../lab/tone.ts";
import { readWav, writeWav } from "../../lab/wav.ts";

const EXPECTED = { otherHz: 700, ownHz: 440, sentMs: 2_000 };
const OTHER = makeTone(700, { seconds: 2 });

function joined(...parts: Recording[]): Recording {
  const samples = Int16Array.from(parts.flatMap((part) => [...part.samples]));
  return { sampleRate: 8_000, samples };
}

function mixed(left: Recording, right: Recording): Recording {
  const samples = left.samples.map((sample, index) => sample + (right.samples[index] ?? 0));
  return { sampleRate: left.sampleRate, samples };
}

const silence = (seconds: number): Recording => ({
  sampleRate: 8_000,
  samples: new Int16Array(seconds * 8_000),
});

Deno.test("the other party's tone for the whole time is what has to be heard", () => {
  assertEquals(hearingProblems(OTHER, EXPECTED), []);
});

Deno.test("a tenth of the tone may be missing", () => {
  const recording = joined(makeTone(700, { seconds: 1.82 }), silence(0.18));
  assertEquals(hearingProblems(recording, EXPECTED), []);
});

const FAILING: Record<string, Recording> = {
  "nothing at all": silence(0),
  "silence": silence(2),
  "four fifths of the tone": makeTone(700, { seconds: 1.6 }),
  "the tone at a whisper": { sampleRate: 8_000, samples: OTHER.samples.map((one) => one / 100) },
  "the own tone": makeTone(440, { seconds: 2 }),
  "a third tone": makeTone(1_000, { seconds: 2 }),
  "the other's tone with the own one in it": mixed(OTHER, makeTone(440, { seconds: 2 })),
  "the other's tone, then a piece of the own one": joined(OTHER, makeTone(440, { seconds: 0.2 })),
};

for (const [name, recording] of Object.entries(FAILING)) {
  Deno.test(`${name} does not pass for the other party's tone`, () => {
    assert(hearingProblems(recording, EXPECTED).length > 0);
  });
}

Deno.test("a call in which the other party hardly sent proves nothing", () => {
  assertEquals(hearingProblems(OTHER, { ...EXPECTED, sentMs: 500 }).length, 1);
});

Deno.test("noise is no tone", () => {
  let state = 1;
  const noise = Int16Array.from({ length: 16_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 65_536 - 16_384;
  });
  assertEquals(toneMs({ sampleRate: 8_000, samples: noise }, 700).mainMs, 0);
});

Deno.test("a WAV file gives back the samples it was made of", () => {
  const recording = makeTone(440, { seconds: 0.1 });
  assertEquals(readWav(writeWav(recording)), recording);
});

Deno.test("a WAV file that was never closed is read to its end", () => {
  const recording = makeTone(440, { seconds: 0.1 });
  const bytes = writeWav(recording);
  new DataView(bytes.buffer).setUint32(40, 0, true);
  assertEquals(readWav(bytes), recording);
});

Deno.test("what is no WAV file is an empty recording", () => {
  assertEquals(readWav(new Uint8Array(100)).samples.length, 0);
  assertEquals(readWav(new Uint8Array(3)).samples.length, 0);
});
