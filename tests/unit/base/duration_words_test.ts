import { assertEquals } from "@std/assert";
import { durationWords } from "../../../src/base/duration_words.ts";

const CASES: [ms: number, words: string][] = [
  [0, "0 s"],
  [499, "0 s"],
  [61_000, "61 s"],
  [119_499, "119 s"],
  [119_500, "2 min"],
  [252_000, "4 min 12 s"],
  [240_000, "4 min"],
  [3_599_600, "1 h"],
  [7_500_000, "2 h 5 min"],
  [172_800_000, "2 d"],
  [187_200_000, "2 d 4 h"],
];

Deno.test("a duration is said in the two largest units that it has", () => {
  for (const [ms, words] of CASES) assertEquals(durationWords(ms), words, String(ms));
});
