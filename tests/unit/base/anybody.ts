import type { Holder } from "../../../src/base/shares.ts";

/** A holder that may have all there is, where a test is not about shares. */
export const ANYBODY: Holder = { name: "anybody", part: 1_000_000, guest: false };
