/** The texts that speak of make targets. */
export interface Texts {
  readonly readme: string;
  readonly makefile: string;
  /** `.ci/run`, which knows what its stages should take. */
  readonly runner: string;
}

/** What README says of make targets and should not: names and seconds must be those of the Makefile and of `.ci/run`. */
export function targetFaults({ readme, makefile, runner }: Texts): string[] {
  const there = new Set([...makefile.matchAll(/^([\w-]+):/gm)].map(([, name]) => name!));
  const told = new Set(
    [...readme.matchAll(/\bmake ((?:[a-z][\w-]*\b ?)+)/g)].flatMap(([, names]) =>
      names!.trim().split(" ")
    ),
  );
  const helped = [...makefile.matchAll(/^\t@echo 'make ([\w-]+)/gm)].map(([, name]) => name!);
  const rows = new Map(
    [...readme.matchAll(/^\| `([^`]+)` *\|.*\| (\d+) *\|$/gm)].map(([, command, seconds]) =>
      [command!, Number(seconds)] as const
    ),
  );
  return [
    ...helped.filter((name) => !told.has(name)).map((name) => `make ${name} is not there`),
    ...aimsOf(runner).flatMap(([name, aim]) => {
      const row = [...rows].find(([command]) => command.split(" ").includes(name));
      if (row === undefined || row[1] === aim) return [];
      return [`${row[0]}: ${row[1]} s, not ${aim}`];
    }),
    ...[...rows.keys()].flatMap((command) => command.split(" "))
      .filter((word) => /^[a-z-]+$/.test(word) && word !== "make" && !there.has(word))
      .map((word) => `make ${word}: the Makefile has no such target`),
  ];
}

/** What each stage should take, by the last of its targets, and all of them. */
function aimsOf(runner: string): (readonly [name: string, seconds: number])[] {
  const stages = [...runner.matchAll(/^ {2}"[a-z]+ +\d+ +(\d+) +[a-z]+ +(.*)"$/gm)];
  const all = /^AIM=(\d+)$/m.exec(runner)?.[1];
  return [
    ...stages.map(([, aim, targets]) => [targets!.split(" ").at(-1)!, Number(aim)] as const),
    [".ci/run", Number(all)],
  ];
}
