import { assert, assertEquals } from "@std/assert";
import { decodePcmu, encodePcmu } from "../../../src/selftest/pcmu.ts";

// ITU-T G.711 table 2: decision values at the ends of the segments.
const KNOWN: [byte: number, sample: number][] = [
  [0xff, 0],
  [0x80, 32124],
  [0x00, -32124],
  [0xfe, 8],
  [0x7e, -8],
  [0xef, 132],
];

Deno.test("a PCMU byte and its sample are each other's", () => {
  for (const [byte, sample] of KNOWN) {
    assertEquals(decodePcmu(byte), sample);
    assertEquals(encodePcmu(sample), byte);
  }
});

Deno.test("every byte survives decoding and encoding, the negative zero aside", () => {
  for (let byte = 0; byte < 256; byte++) {
    if (byte !== 0x7f) assertEquals(encodePcmu(decodePcmu(byte)), byte);
  }
});

Deno.test("a sample out of range is clipped and no sample is off by more than a step", () => {
  assertEquals(encodePcmu(40000), 0x80);
  assertEquals(encodePcmu(-40000), 0x00);
  for (let sample = -32000; sample <= 32000; sample += 123) {
    const off = Math.abs(decodePcmu(encodePcmu(sample)) - sample);
    assert(off <= Math.max(4, Math.abs(sample) / 16), `${sample} is off by ${off}`);
  }
});
