/** Samples of one channel, 16 bit, as read from a WAV file. */
export interface Recording {
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

const WINDOW_MS = 20;
/** Below this mean power a window counts as silence: about −46 dB of full scale. */
const SILENCE_POWER = (0.005 * 32768) ** 2;
/** A tone is present when it carries this part of its window's power. */
const MAIN_PART = 0.5;
/** And a disturbance already when it carries this part. */
const SMALL_PART = 0.05;

/** A sine of `frequency` Hz at a quarter of full scale. */
export function makeTone(
  frequency: number,
  options: { seconds: number; sampleRate?: number },
): Recording {
  const sampleRate = options.sampleRate ?? 8_000;
  const step = 2 * Math.PI * frequency / sampleRate;
  const count = Math.round(options.seconds * sampleRate);
  const samples = Int16Array.from(
    { length: count },
    (_, index) => Math.round(8_192 * Math.sin(step * index)),
  );
  return { sampleRate, samples };
}

/** What part of a window's power (0…1) lies at `frequency`, by Goertzel's algorithm; 0 for silence. */
export function tonePart(
  window: Int16Array,
  options: { frequency: number; sampleRate: number },
): number {
  const factor = 2 * Math.cos(2 * Math.PI * options.frequency / options.sampleRate);
  let [last, beforeLast, power] = [0, 0, 0];
  for (const sample of window) {
    [last, beforeLast] = [sample + factor * last - beforeLast, last];
    power += sample * sample;
  }
  const length = window.length;
  if (length === 0 || power / length < SILENCE_POWER) return 0;
  const atFrequency = last * last + beforeLast * beforeLast - factor * last * beforeLast;
  return Math.min(1, 2 * atFrequency / length / power);
}

/** For how many ms of a recording, in windows of 20 ms, `frequency` is the main tone, and for how many it can be heard at all. */
export function toneMs(
  recording: Recording,
  frequency: number,
): { readonly mainMs: number; readonly audibleMs: number } {
  const { sampleRate, samples } = recording;
  const length = sampleRate * WINDOW_MS / 1_000;
  let [mainMs, audibleMs] = [0, 0];
  for (let start = 0; start + length <= samples.length; start += length) {
    const window = samples.subarray(start, start + length);
    const part = tonePart(window, { frequency, sampleRate });
    if (part >= MAIN_PART) mainMs += WINDOW_MS;
    if (part >= SMALL_PART) audibleMs += WINDOW_MS;
  }
  return { mainMs, audibleMs };
}

/**
 * What is wrong with what one party heard: the other's tone has to fill 90 % of the time in which the
 * other sent, its own must not be heard for more than 2 % (a click at the start has every frequency).
 */
export function hearingProblems(
  recording: Recording,
  expected: { otherHz: number; ownHz: number; sentMs: number },
): string[] {
  const problems: string[] = [];
  if (expected.sentMs < 1_000) problems.push(`The other party sent ${expected.sentMs} ms of audio`);
  const heardMs = toneMs(recording, expected.otherHz).mainMs;
  if (heardMs < 0.9 * expected.sentMs) {
    problems.push(`Heard ${expected.otherHz} Hz for ${heardMs} of ${expected.sentMs} ms`);
  }
  const ownMs = toneMs(recording, expected.ownHz).audibleMs;
  if (ownMs > 0.02 * expected.sentMs) {
    problems.push(`Heard its own ${expected.ownHz} Hz: ${ownMs} ms`);
  }
  return problems;
}
