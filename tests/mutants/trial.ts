/** A one-line fault, and the tests that must notice it. */
export interface Mutant {
  /** The fault, in words. */
  readonly what: string;
  /** Path below `src`. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Files and folders below `tests`. */
  readonly tests: readonly string[];
  /** Of these only tests with such words in their names; all unless told. */
  readonly only?: string;
}

/** How a run of tests ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
  /** True when it was ended because it took too long. */
  readonly late: boolean;
}

/**
 * `caught`: a test failed, as it must. `survived`: none did, so one is missing. `stale`: the text to change is not
 * there, or more than once. `broken`: the change makes no program, or one that does not end.
 */
export type Verdict = "caught" | "survived" | "stale" | "broken";

/** What became of a mutant. */
export interface Trial {
  readonly verdict: Verdict;
  /** The test that noticed it, or what went wrong. */
  readonly words: string;
}

/** A copy of the tree, and how its tests are run. */
export interface Ground {
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  test(tests: readonly string[], only?: string): Promise<Outcome>;
}

/** Puts a mutant into the copy, runs its tests and takes it out again. */
export async function tryMutant(mutant: Mutant, ground: Ground): Promise<Trial> {
  const sound = await ground.read(mutant.file);
  const changed = mutate(sound, mutant);
  if (changed === undefined) {
    const count = sound.split(mutant.from).length - 1;
    return { verdict: "stale", words: `its text occurs ${count} times: say it anew` };
  }
  await ground.write(mutant.file, changed);
  try {
    return judge(await ground.test(mutant.tests, mutant.only));
  } finally {
    await ground.write(mutant.file, sound);
  }
}

/** The text with the fault in it; undefined unless what is changed stands there exactly once. */
export function mutate(text: string, mutant: Pick<Mutant, "from" | "to">): string | undefined {
  const [before, after, ...more] = text.split(mutant.from);
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  return before + mutant.to + after;
}

/** Reads the verdict from what `deno test` wrote. */
export function judge(outcome: Outcome): Trial {
  const { code, output, late } = outcome;
  if (late) return { verdict: "broken", words: "its tests do not end" };
  if (code === 0) {
    return { verdict: "survived", words: "no test fails: write the one that is missing" };
  }
  // A fault that cannot be loaded, or names what is not there, proves nothing about the tests.
  const fault = /^FAILED \| \d+ passed.* \| [1-9]\d* failed/m.test(output)
    ? /\(uncaught error\)|ReferenceError: .*/.exec(output)?.[0]
    : firstError(output);
  if (fault !== undefined) return { verdict: "broken", words: fault };
  const failed = / FAILURES \n\n(.*) => /.exec(output)?.[1];
  return { verdict: "caught", words: failed ?? "a test" };
}

function firstError(output: string): string {
  return /^error: .*/m.exec(output)?.[0] ?? "its tests did not run";
}
