import { ok, refuse, type Result } from "../base/result.ts";
import { decodePcmu, encodePcmu, SAMPLE_RATE } from "./pcmu.ts";

/** Samples in one RTP packet: 20 ms. */
export const PACKET_SAMPLES = SAMPLE_RATE / 50;

const AMPLITUDE = 8000;

// A block counts as tone when it is louder than -46 dBFS and nearly nothing but the tone is in it;
// the own tone counts as heard when it is 17 dB below the block.
const AUDIBLE = 160;
const FILLED = 0.8;
const ECHOED = 0.02;

// The share of the time that the far end's tone has to fill.
const ENOUGH = 0.9;

/** The PCMU payload of packet number `index` of an endless tone, in `frequency` hertz; the phase runs on. */
export function tonePayload(frequency: number, index: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(PACKET_SAMPLES);
  const step = 2 * Math.PI * frequency / SAMPLE_RATE;
  for (let sample = 0; sample < PACKET_SAMPLES; sample++) {
    payload[sample] = encodePcmu(
      AMPLITUDE * Math.sin(step * (index * PACKET_SAMPLES + sample)),
    );
  }
  return payload;
}

/** The samples of a PCMU payload. */
export function payloadSamples(payload: Uint8Array): Int16Array {
  return Int16Array.from(payload, decodePcmu);
}

/** The share (0 to 1) of a block's energy at `frequency` hertz, by Goertzel's algorithm; 0 for silence. */
export function toneEnergy(block: ArrayLike<number>, frequency: number): number {
  const coefficient = 2 * Math.cos(2 * Math.PI * frequency / SAMPLE_RATE);
  let [last, beforeLast, energy] = [0, 0, 0];
  for (let index = 0; index < block.length; index++) {
    const sample = block[index]!;
    [last, beforeLast] = [sample + coefficient * last - beforeLast, last];
    energy += sample * sample;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return energy === 0 ? 0 : Math.min(1, 2 * power / (block.length * energy));
}

/** What was heard in a recording, as shares (0 to 1) of its 20 ms blocks. */
export interface Heard {
  /** Blocks with nothing but the expected tone. */
  readonly expected: number;
  /** Blocks in which the listener's own tone came back. */
  readonly own: number;
  /** Blocks of silence. */
  readonly silent: number;
}

/** Listens for the `expected` and the `own` tone (hertz) in every block of a recording. */
export function listen(
  samples: Int16Array,
  tones: { readonly expected: number; readonly own: number },
): Heard {
  const count = { expected: 0, own: 0, silent: 0 };
  const blocks = Math.floor(samples.length / PACKET_SAMPLES);
  for (let index = 0; index < blocks; index++) {
    const block = samples.subarray(index * PACKET_SAMPLES, (index + 1) * PACKET_SAMPLES);
    if (!isAudible(block)) {
      count.silent++;
      continue;
    }
    if (toneEnergy(block, tones.expected) >= FILLED) count.expected++;
    if (toneEnergy(block, tones.own) >= ECHOED) count.own++;
  }
  const share = (blocksOf: number) => blocks === 0 ? 0 : blocksOf / blocks;
  return { expected: share(count.expected), own: share(count.own), silent: share(count.silent) };
}

/** Passes a recording filled to 90 % by the expected tone and free of the own one; the reason says what was heard. */
export function judgeTone(
  samples: Int16Array,
  tones: { readonly expected: number; readonly own: number },
): Result<Heard> {
  const heard = listen(samples, tones);
  const found = `${tones.expected} Hz in ${percent(heard.expected)} of the time, ` +
    `own ${tones.own} Hz in ${percent(heard.own)}, silence in ${percent(heard.silent)}`;
  if (heard.expected < ENOUGH) return refuse(`expected ${percent(ENOUGH)} filled: ${found}`);
  if (heard.own > 0) return refuse(`the own tone came back: ${found}`);
  return ok(heard);
}

function isAudible(block: Int16Array): boolean {
  let energy = 0;
  for (const sample of block) energy += sample * sample;
  return energy >= AUDIBLE * AUDIBLE * block.length;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
