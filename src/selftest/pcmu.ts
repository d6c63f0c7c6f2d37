/** Samples a second of PCMU (RFC 3551 §4.5.14). */
export const SAMPLE_RATE = 8000;

const BIAS = 0x84;
const CLIP = 32635;

/** One PCMU byte of a 16-bit sample (ITU-T G.711, µ-law). */
export function encodePcmu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(Math.round(sample)), CLIP) + BIAS;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** The 16-bit sample of one PCMU byte. */
export function decodePcmu(byte: number): number {
  const bits = ~byte & 0xff;
  const exponent = (bits >> 4) & 0x07;
  const magnitude = (((bits & 0x0f) << 3) + BIAS << exponent) - BIAS;
  return (bits & 0x80) !== 0 ? -magnitude : magnitude;
}
