import type { Script } from "./script.ts";

/** How many rules each letter of the rules of masquerading has. */
export const RULES: Readonly<Record<string, number>> = {
  I: 1,
  S: 4,
  V: 7,
  N: 6,
  C: 5,
  R: 4,
  T: 3,
  D: 3,
  H: 4,
  P: 4,
  L: 5,
  X: 4,
};

/** All rules of some letters, as `R1`, `R2`, …; one that is alone has no number. */
export function rulesOf(letters: string): string[] {
  return [...letters].flatMap((letter) =>
    RULES[letter] === 1
      ? [letter]
      : Array.from({ length: RULES[letter] ?? 0 }, (_, index) => `${letter}${index + 1}`)
  );
}

/** Rules of these letters that no flow shows. */
export function unshown(letters: string, scripts: readonly Script[]): string[] {
  const shown = new Set(scripts.flatMap((script) => script.rules));
  return rulesOf(letters).filter((rule) => !shown.has(rule));
}

/** Defects of siproxd (by number) that concern what goes over the wire, and so are shown by a flow to be absent here. */
export const DEFECTS: readonly string[] = [
  "5.3.1",
  "5.3.2",
  "5.3.3",
  "5.3.6",
  "5.3.7",
  "5.3.9",
  "5.3.10",
  "5.3.11",
  "5.3.12",
  "5.3.13",
  "5.3.14",
  "5.3.18",
  "5.3.19",
  "5.3.20",
];

/** Defects that no flow names. */
export function unshownDefects(scripts: readonly Script[]): string[] {
  const shown = new Set(scripts.flatMap((script) => script.defects));
  return DEFECTS.filter((defect) => !shown.has(defect));
}

/** Names in `rules:` that are no rules. */
export function unknownRules(scripts: readonly Script[]): string[] {
  const known = new Set(rulesOf(Object.keys(RULES).join("")));
  return scripts.flatMap(({ path, rules }) =>
    rules.filter((rule) => !known.has(rule)).map((rule) => `${path}: ${rule}`)
  );
}
