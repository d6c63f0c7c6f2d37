import type { Result } from "../base/result.ts";

/** One step of the self-test. */
export interface Step {
  /** What it is about: the first words of its line. */
  readonly title: string;
  /** Where to look when it fails. */
  readonly hint: string;
  /** What was found, or what was expected and what came instead. */
  readonly run: () => Promise<Result<string>>;
}

/** Runs steps in order, one line each, up to the first that fails; true when all passed. */
export async function runSteps(
  steps: readonly Step[],
  print: (line: string) => void,
): Promise<boolean> {
  for (const [index, step] of steps.entries()) {
    const number = String(index + 1).padStart(2);
    const outcome = await attempt(step);
    if (outcome.ok) {
      print(`ok   ${number}  ${step.title}: ${outcome.value}`);
      continue;
    }
    print(`FAIL ${number}  ${step.title}: ${outcome.reason}`);
    print(`          look at: ${step.hint}`);
    print(`Failed at step ${index + 1} of ${steps.length}`);
    return false;
  }
  print(`All ${steps.length} steps passed`);
  return true;
}

/** What a step throws (a port that cannot be bound, a file that cannot be made) fails it like any other reason. */
async function attempt(step: Step): Promise<Result<string>> {
  try {
    return await step.run();
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
