import { mutantsIn } from "./mutants/table.ts";
import { type Ground, type Mutant, type Outcome, tryMutant } from "./mutants/trial.ts";

/*
 * Puts one fault after the other into a copy of the tree; each must turn tests red.
 * The arguments are the permissions of the tests; a word among them tries only the mutants of such files.
 */

const ROOT = new URL("../", import.meta.url).pathname;
const COPIED = ["src", "tests", "main.ts", "deno.json", "deno.lock", "config.toml.example"];
/** Trials at a time. */
const AT_ONCE = 2;
/** Longer than all tests take on a busy machine; a fault that makes them endless is seen by then. */
const LONGEST_MS = 600_000;
const decoder = new TextDecoder();
const counts = { passed: 0, failed: 0 };

async function copyTree(folder: string): Promise<Ground> {
  await Deno.mkdir(folder);
  const paths = COPIED.map((name) => `${ROOT}${name}`);
  const { success } = await new Deno.Command("cp", { args: ["-r", ...paths, folder] }).output();
  if (!success) throw new Error(`Cannot copy the tree to ${folder}: is there space left?`);
  return {
    read: (file) => Deno.readTextFile(`${folder}/src/${file}`),
    write: (file, text) => Deno.writeTextFile(`${folder}/src/${file}`, text),
    test: (tests, only) => runTests(folder, tests, only),
  };
}

async function runTests(
  folder: string,
  tests: readonly string[],
  only?: string,
): Promise<Outcome> {
  const permissions = Deno.args.filter((word) => word.startsWith("-"));
  const chosen = only === undefined ? [] : ["--filter", only];
  const paths = tests.map((path) => `tests/${path}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "--no-check", "--fail-fast", ...chosen, ...permissions, ...paths],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, LONGEST_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr), late };
}

function report(well: boolean, words: string, startedAt: number): void {
  counts[well ? "passed" : "failed"]++;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${well ? "ok   " : "FAIL "} ${words} (${seconds} s)`);
}

/** Without a fault all tests must be green: else every mutant would be caught by what is red anyway. */
async function provesNothingByItself(ground: Ground, mutants: readonly Mutant[]): Promise<boolean> {
  const startedAt = performance.now();
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const { code, output } = await ground.test(tests);
  report(code === 0, "a copy without a fault passes", startedAt);
  if (code !== 0) console.log(output.slice(Math.max(0, output.indexOf(" ERRORS "))));
  return code === 0;
}

async function tryAll(waiting: Mutant[], ground: Ground): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const startedAt = performance.now();
    const { verdict, words } = await tryMutant(mutant, ground);
    report(
      verdict === "caught",
      `${mutant.file}: ${mutant.what}: ${verdict}: ${words}`,
      startedAt,
    );
  }
}

async function main(folder: string): Promise<void> {
  const words = Deno.args.filter((word) => !word.startsWith("-"));
  const mutants = mutantsIn(words);
  // Without paths `deno test` would try whatever it finds.
  if (mutants.length === 0) {
    throw new Error(`No mutant's file has "${words.join('" or "')}" in its path below src`);
  }
  const numbers = Array.from({ length: AT_ONCE }, (_, index) => index);
  const grounds = await Promise.all(numbers.map((index) => copyTree(`${folder}/${index}`)));
  if (!await provesNothingByItself(grounds[0]!, mutants)) return;
  const waiting = [...mutants];
  await Promise.all(grounds.map((ground) => tryAll(waiting, ground)));
}

const folder = await Deno.makeTempDir({ prefix: "sipmasq-mutants-" });
try {
  await main(folder);
} catch (error) {
  report(false, error instanceof Error ? error.message : String(error), performance.now());
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
Deno.exit(counts.failed === 0 ? 0 : 1);
