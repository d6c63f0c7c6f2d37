/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where, counted from 1; undefined when it is about the file as a whole. */
  readonly line: number | undefined;
  /** Column in that line, counted from 1; a caret is put under it. */
  readonly column?: number;
  /** The line's text, where it is shown. */
  readonly source?: string;
  /** Key path such as `inside.networks[1]`; empty when it is about no key. */
  readonly path: string;
  /** What is wrong and what to write instead; sentence case, no period. */
  readonly text: string;
}

const INDENT = "    ";
/** A longer line is shown in part, with so much before the caret. */
const SHOWN_MOST = 80;
const SHOWN_BEFORE = 50;

/**
 * Writes problems as `FILE:LINE: KEY: TEXT` in the file's order, one line each; one with a column is
 * `FILE:LINE:COLUMN: KEY: TEXT`, and two lines below show the place.
 */
export function describeProblems(file: string, problems: readonly Problem[]): string[] {
  const ordered = [...problems].sort((left, right) =>
    (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0)
  );
  return ordered.flatMap((problem) => {
    const { line, column, path, text } = problem;
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    return [path === "" ? `${place}: ${text}` : `${place}: ${path}: ${text}`, ...shown(problem)];
  });
}

/** The line's text with a caret under the column. */
function shown({ column, source }: Problem): string[] {
  if (column === undefined || source === undefined) return [];
  // Terminals and logs may take control characters for more than they are; a tab has no known width.
  // deno-lint-ignore no-control-regex
  const characters = [...source.replaceAll("\t", " ").replaceAll(/[\x00-\x1f\x7f-\x9f]/g, "?")];
  const start = characters.length > SHOWN_MOST ? Math.max(0, column - 1 - SHOWN_BEFORE) : 0;
  const part = characters.slice(start, start + SHOWN_MOST).join("").trimEnd();
  return [`${INDENT}${part}`, `${INDENT}${" ".repeat(column - 1 - start)}^`];
}
