import { ANSWERS } from "./answers.ts";
import { CORE } from "./core.ts";
import { LIMIT_FAULTS } from "./limits.ts";
import { MEDIA } from "./media.ts";
import { MEMORY } from "./memory.ts";
import { MESSAGES } from "./messages.ts";
import { STORE } from "./store.ts";
import type { Mutant } from "./trial.ts";

/** All mutants. A feature adds some of its own; a change of a line that stands here says its fault anew. */
export const MUTANTS: readonly Mutant[] = [
  ...MEMORY,
  ...MESSAGES,
  ...MEDIA,
  ...CORE,
  ...ANSWERS,
  ...STORE,
  ...LIMIT_FAULTS,
];
