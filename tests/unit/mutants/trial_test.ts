import { assertEquals } from "@std/assert";
import { type Ground, judge, type Mutant, mutate, tryMutant } from "../../mutants/trial.ts";

const SOURCE = "export const limit = 3;\nexport const least = 1;\n";
const GREEN = "ok | 2 passed | 0 failed (5ms)\n";
const RED = [
  "the limit is three ... FAILED (1ms)",
  "",
  " FAILURES ",
  "",
  "the limit is three => ./tests/unit/limit_test.ts:3:6",
  "",
  "FAILED | 1 passed | 1 failed (5ms)",
  "",
].join("\n");

/** A tree of one file, whose tests notice when the limit is not three. */
class SmallGround implements Ground {
  text = SOURCE;
  tested: (readonly string[])[] = [];
  only: string | undefined;

  read(): Promise<string> {
    return Promise.resolve(this.text);
  }

  write(_file: string, text: string): Promise<void> {
    this.text = text;
    return Promise.resolve();
  }

  test(tests: readonly string[], only?: string) {
    this.tested.push(tests);
    this.only = only;
    const sound = this.text.includes("limit = 3;");
    return Promise.resolve({ code: sound ? 0 : 1, output: sound ? GREEN : RED, late: false });
  }
}

function mutant(from: string, to: string): Mutant {
  return { what: "a fault", file: "a.ts", from, to, tests: ["unit/a_test.ts"] };
}

Deno.test("a fault that a test notices is caught, by its name, and taken out again", async () => {
  const ground = new SmallGround();
  const trial = await tryMutant(mutant("limit = 3", "limit = 4"), ground);
  assertEquals(trial, { verdict: "caught", words: "the limit is three" });
  assertEquals([ground.text, ground.tested], [SOURCE, [["unit/a_test.ts"]]]);
});

Deno.test("a mutant that one test must notice is tried by that one alone", async () => {
  const ground = new SmallGround();
  await tryMutant({ ...mutant("limit = 3", "limit = 4"), only: "world 17, " }, ground);
  assertEquals(ground.only, "world 17, ");
});

Deno.test("a mutant that changes nothing, or what no test looks at, is a survivor", async () => {
  for (const [from, to] of [["limit = 3", "limit = 3"], ["least = 1", "least = 2"]] as const) {
    const ground = new SmallGround();
    assertEquals((await tryMutant(mutant(from, to), ground)).verdict, "survived");
    assertEquals([ground.text, ground.tested.length], [SOURCE, 1]);
  }
});

Deno.test("a mutant whose text is gone, or stands there twice, is stale and not tried", async () => {
  for (const [from, words] of [["limit = 5", "0 times"], ["export const", "2 times"]] as const) {
    const ground = new SmallGround();
    const trial = await tryMutant(mutant(from, "x"), ground);
    assertEquals([trial.verdict, trial.words.includes(words)], ["stale", true]);
    assertEquals([ground.text, ground.tested], [SOURCE, []]);
  }
});

Deno.test("a fault is written as it stands: nothing in it is a pattern", () => {
  assertEquals(mutate("a $& b", { from: "$&", to: "$1$$" }), "a $1$$ b");
});

const NO_PROGRAM: [output: string, words: string][] = [
  ["error: The module's source code could not be parsed\n", "error: The module's source code"],
  [
    "./tests/a_test.ts (uncaught error)\n\nFAILED | 0 passed | 1 failed (1ms)\n",
    "(uncaught error)",
  ],
  ["ReferenceError: x is not defined\n\nFAILED | 2 passed | 1 failed (1ms)\n", "ReferenceError: x"],
  ["", "its tests did not run"],
];

Deno.test("a fault that makes no program, or one that does not end, is caught by nobody", () => {
  for (const [output, words] of NO_PROGRAM) {
    const trial = judge({ code: 1, output, late: false });
    assertEquals([trial.verdict, trial.words.startsWith(words)], ["broken", true], output);
  }
  assertEquals(judge({ code: 0, output: GREEN, late: true }).verdict, "broken");
});
