import { assertEquals, assertMatch } from "@std/assert";
import type { Result } from "../../../src/base/result.ts";
import { offersOf, type Reason, sentenceOf } from "../../../src/config/refusal.ts";

/** A text form with texts that it reads, and texts that it refuses. */
export interface FormCases<T> {
  readonly parse: (text: string) => Result<T, Reason>;
  readonly format: (value: T) => string;
  /** Text, its value, and how the value is written. */
  readonly good: readonly [text: string, value: T, written: string][];
  /** Texts that are refused, with words that must stand in the sentence. */
  readonly bad: readonly [text: string, words: string][];
}

/** Fails unless all cases are as said, and everything that a refusal offers is read. */
export function checkForm<T>(form: FormCases<T>): void {
  for (const [text, value, written] of form.good) {
    const parsed = form.parse(text);
    assertEquals(parsed, { ok: true, value }, text);
    assertEquals(form.format(value), written, text);
    assertEquals(form.parse(written), { ok: true, value }, written);
  }
  for (const [text, words] of form.bad) {
    const parsed = form.parse(text);
    const sentence = parsed.ok ? "accepted" : sentenceOf(parsed.reason, "x");
    assertEquals(sentence.includes(words), true, `${text}: ${sentence}`);
    assertMatch(sentence, /^Cannot [^\n]*[^.]$/);
    for (const offer of parsed.ok ? [] : offersOf(parsed.reason)) {
      assertEquals(form.parse(offer).ok, true, `${text}: ${offer} is offered`);
    }
  }
}
