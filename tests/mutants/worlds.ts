import { FOUND } from "../sim/seeds.ts";
import type { Mutant } from "./trial.ts";

/** Faults that only certain simulated worlds show: those must go on showing them, whatever becomes of the simulator. */
export const WORLDS: readonly Mutant[] = FOUND.map(({ seed, what, file, from, to }) => ({
  what: `world ${seed}: ${what}`,
  file,
  from,
  to,
  tests: ["sim/simulation_test.ts"],
  only: `world ${seed}, `,
}));
