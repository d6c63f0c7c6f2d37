import { assert, assertEquals } from "@std/assert";
import { MUTANTS, mutantsIn } from "../../mutants/table.ts";
import { type Mutant, mutate } from "../../mutants/trial.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
/** Fewer than these prove too little about the tests. */
const LEAST = 40;
/** Faults that must always be tried, each by the beginning of its words. */
const NEEDED = [
  "keep an inside Via",
  "skip Content-Length",
  "answer an ACK",
  "drop the accepted-source check",
  "token from a counter",
  "forget a=rtcp",
  "close media on a 401 to a re-INVITE",
  "accept an AOR from a stranger",
  "branch without secret",
  "forget a timer",
];

/** What is wrong with a table of mutants, in words; the texts of their files and the names of tests by path. */
function faults(mutants: readonly Mutant[]): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  if (mutants.length < LEAST) found.push(`only ${mutants.length} mutants`);
  for (const needed of NEEDED) {
    if (!mutants.some(({ what }) => what.startsWith(needed))) found.push(`missing: ${needed}`);
  }
  for (const mutant of mutants) {
    const name = `${mutant.file}: ${mutant.what}`;
    const change = JSON.stringify([mutant.file, mutant.from, mutant.to, mutant.only]);
    if (seen.has(mutant.what) || seen.has(change)) found.push(`twice: ${name}`);
    seen.add(mutant.what).add(change);
    found.push(...faultsOf(mutant).map((fault) => `${name}: ${fault}`));
  }
  return found;
}

function faultsOf(mutant: Mutant): string[] {
  const { file, from, to, tests } = mutant;
  const found: string[] = [];
  if (from === to) found.push("changes nothing");
  if (tests.length === 0) found.push("no test looks at it");
  found.push(...tests.filter((path) => !exists(`tests/${path}`)).map((path) => `no tests/${path}`));
  if (!exists(`src/${file}`)) return [...found, "no such file"];
  if (mutate(Deno.readTextFileSync(`${ROOT}src/${file}`), mutant) === undefined) {
    found.push("its text is not there exactly once: say it anew");
  }
  return found;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(`${ROOT}${path}`) !== undefined;
  } catch {
    return false;
  }
}

Deno.test("every mutant changes a text that stands once in its file, and all that must be tried are", () => {
  assertEquals(faults(MUTANTS), []);
});

Deno.test("a table with a stale, doubled, missing or idle mutant is found", () => {
  const [first] = MUTANTS;
  assert(first !== undefined);
  const usual = faults(MUTANTS);
  const found = (mutants: readonly Mutant[]) =>
    faults(mutants).filter((fault) => !usual.includes(fault));
  const other = { ...first, what: "another fault", to: "other text" };
  const changed = (change: Partial<Mutant>) =>
    found([...MUTANTS, { ...other, ...change }])
      .map((fault) => fault.replace(/^\S+ another fault: /, ""));
  const stale = "its text is not there exactly once: say it anew";
  assertEquals(changed({}), []);
  assertEquals(changed({ from: "no such text anywhere" }), [stale]);
  assertEquals(changed({ from: "e" }), [stale]);
  assertEquals(changed({ to: first.from }), ["changes nothing"]);
  assertEquals(changed({ file: "nowhere.ts" }), ["no such file"]);
  assertEquals(changed({ tests: [] }), ["no test looks at it"]);
  assertEquals(changed({ tests: ["nowhere"] }), ["no tests/nowhere"]);
  assertEquals(changed({ to: first.to }), [`twice: ${first.file}: another fault`]);
  assertEquals(found([...MUTANTS, { ...other, what: first.what }]), [
    `twice: ${first.file}: ${first.what}`,
  ]);
  for (const needed of NEEDED) {
    const rest = MUTANTS.filter(({ what }) => !what.startsWith(needed));
    assertEquals(found(rest), [`missing: ${needed}`]);
  }
  assertEquals(found(MUTANTS.slice(0, LEAST - 1))[0], `only ${LEAST - 1} mutants`);
});

Deno.test("words choose mutants by their files; none of them chosen is no run at all", () => {
  assertEquals(mutantsIn([]), MUTANTS);
  const chosen = mutantsIn(["store/", "media/"]);
  assert(chosen.length > 0 && chosen.every(({ file }) => /store\/|media\//.test(file)));
  assertEquals(mutantsIn(["no-such-file"]), []);
});
