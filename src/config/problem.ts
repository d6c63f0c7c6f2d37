/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where, counted from 1; undefined when it is about the file as a whole. */
  readonly line: number | undefined;
  /** Key path such as `inside.networks[1]`; empty for a syntax error. */
  readonly path: string;
  /** What is wrong and what to write instead; sentence case, no period. */
  readonly text: string;
}

/** Writes problems as `FILE:LINE: KEY: TEXT`, one line each, in the file's order. */
export function describeProblems(file: string, problems: readonly Problem[]): string[] {
  const ordered = [...problems].sort((left, right) => (left.line ?? 0) - (right.line ?? 0));
  return ordered.map(({ line, path, text }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return path === "" ? `${place}: ${text}` : `${place}: ${path}: ${text}`;
  });
}
