import type { Script } from "./script.ts";

/** How many rules each letter of the rules of masquerading has. */
export const RULES: Readonly<Record<string, number>> = {
  S: 4,
  V: 7,
  N: 6,
  C: 5,
  R: 4,
  T: 3,
  D: 3,
  H: 3,
  P: 4,
  L: 5,
  X: 4,
};

/** All rules of some letters, as `R1`, `R2`, … */
export function rulesOf(letters: string): string[] {
  return [...letters].flatMap((letter) =>
    Array.from({ length: RULES[letter] ?? 0 }, (_, index) => `${letter}${index + 1}`)
  );
}

/** Rules of these letters that no flow shows. */
export function unshown(letters: string, scripts: readonly Script[]): string[] {
  const shown = new Set(scripts.flatMap((script) => script.rules));
  return rulesOf(letters).filter((rule) => !shown.has(rule));
}

/** Names in `rules:` that are no rules. */
export function unknownRules(scripts: readonly Script[]): string[] {
  const known = new Set(rulesOf(Object.keys(RULES).join("")));
  return scripts.flatMap(({ path, rules }) =>
    rules.filter((rule) => !known.has(rule)).map((rule) => `${path}: ${rule}`)
  );
}
