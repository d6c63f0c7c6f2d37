import type { Outcome, Program } from "./program.ts";

/** One thing the built program must do; it throws what was expected and what came. */
export interface Case {
  readonly name: string;
  readonly run: (program: Program) => Promise<void>;
  /** False when the program at hand has nothing of the kind. */
  readonly applies?: (program: Program) => boolean;
}

/** Throws unless the program ended with this code and wrote all these texts. */
export function expectOutcome(outcome: Outcome, code: number, texts: readonly string[] = []): void {
  const missing = texts.filter((text) => !outcome.output.includes(text));
  if (outcome.code === code && missing.length === 0) return;
  const expected = [`exit code ${code}`, ...missing.map((text) => `"${text}"`)].join(" and ");
  throw new Error(`Expected ${expected}, came exit code ${outcome.code}:\n${outcome.output}`);
}

/** Throws with these words unless it holds. */
export function expectThat(holds: boolean, words: string): void {
  if (!holds) throw new Error(words);
}
