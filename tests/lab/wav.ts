import type { Recording } from "./tone.ts";

const NOTHING: Recording = { sampleRate: 8_000, samples: new Int16Array() };

/** Writes a recording as a WAV file: PCM, 16 bit, one channel. */
export function writeWav(recording: Recording): Uint8Array {
  const { sampleRate, samples } = recording;
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  word(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples.length * 2, true);
  for (const [index, sample] of samples.entries()) view.setInt16(44 + index * 2, sample, true);
  return bytes;
}

/**
 * Reads a WAV file of 16 bit PCM, one channel. A file that was never closed says 0 or too much for its
 * length, so the data goes on to the file's end; what is no such file is an empty recording.
 */
export function readWav(bytes: Uint8Array): Recording {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sampleRate = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    if (name === "fmt ") {
      if (view.getUint16(at + 10, true) !== 1 || view.getUint16(at + 22, true) !== 16) {
        return NOTHING;
      }
      sampleRate = view.getUint32(at + 12, true);
    }
    if (name === "data" && sampleRate > 0) {
      return { sampleRate, samples: readSamples(view, { from: at + 8, size }) };
    }
    at += 8 + size + size % 2;
  }
  return NOTHING;
}

function readSamples(view: DataView, part: { from: number; size: number }): Int16Array {
  const there = view.byteLength - part.from;
  const size = part.size === 0 ? there : Math.min(part.size, there);
  return Int16Array.from(
    { length: Math.floor(size / 2) },
    (_, index) => view.getInt16(part.from + index * 2, true),
  );
}
