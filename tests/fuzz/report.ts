import type { FuzzReport } from "./fuzz.ts";

/** More bytes than these may not stay in the heap. */
const GROWTH_MOST = 5_000_000;

/** What of a run is wrong, in words: empty when all is well. */
export function problems(report: FuzzReport): string[] {
  const found = [...report.failures];
  for (const [name, { accepted, refused }] of Object.entries(report.classes)) {
    if (accepted === 0) found.push(`${name}: nothing was accepted`);
    if (refused === 0) found.push(`${name}: nothing was refused`);
  }
  const { before, after, failures } = report;
  if (failures.length === 0 && before !== after) {
    found.push(`Something is left:\n  before ${before}\n  after  ${after}`);
  }
  const { growth = 0 } = report;
  if (growth > GROWTH_MOST) found.push(`The heap grew by ${growth} bytes`);
  return found;
}

/** The figures of a run, one line each. */
export function figures(report: FuzzReport): string[] {
  const { classes, before, after, growth, slowest } = report;
  const counted = Object.entries(classes).map(([name, { accepted, refused }]) =>
    `${name}: ${accepted} accepted, ${refused} refused`
  );
  return [
    ...counted,
    `tables before: ${before}`,
    `tables after:  ${after}`,
    ...(growth === undefined
      ? []
      : [`heap: ${(growth / 1e6).toFixed(2)} MB more than after the warm-up`]),
    ...slowest.slice(0, 1).map(({ ms, text }) =>
      `longest: ${ms.toFixed(1)} ms (${text.length} bytes, ${JSON.stringify(text.slice(0, 60))})`
    ),
  ];
}
