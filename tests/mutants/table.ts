import { ANSWERS } from "./answers.ts";
import { CALLS } from "./calls.ts";
import { LIMIT_FAULTS } from "./limits.ts";
import { MEDIA } from "./media.ts";
import { MEMORY } from "./memory.ts";
import { MESSAGES } from "./messages.ts";
import { REQUESTS } from "./requests.ts";
import { STORE } from "./store.ts";
import { STRANGERS } from "./strangers.ts";
import { TARGETS } from "./targets.ts";
import type { Mutant } from "./trial.ts";
import { WORLDS } from "./worlds.ts";

/** All mutants. A feature adds some of its own; a change of a line that stands here says its fault anew. */
export const MUTANTS: readonly Mutant[] = [
  ...MEMORY,
  ...MESSAGES,
  ...MEDIA,
  ...REQUESTS,
  ...CALLS,
  ...ANSWERS,
  ...TARGETS,
  ...STORE,
  ...STRANGERS,
  ...LIMIT_FAULTS,
  ...WORLDS,
];

/** Those of files whose paths hold one of the words; all without words, none when no path holds any. */
export function mutantsIn(words: readonly string[]): readonly Mutant[] {
  if (words.length === 0) return MUTANTS;
  return MUTANTS.filter(({ file }) => words.some((word) => file.includes(word)));
}
