import { logText } from "../base/log_text.ts";
import { thousands } from "../base/thousands.ts";

/** A cell: numbers stand on the right, with commas between the thousands; undefined is a dash. */
export type Cell = string | number | undefined;

/** What {@linkcode textTable} writes. */
export interface TextTable {
  /** Names of the columns; rows have as many cells. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows that are shown; 50 unless given. */
  readonly most?: number;
}

/** Rows of one table that are shown. */
const ROWS_MOST = 50;
/** Characters of one cell. */
const WIDTH_MOST = 100;

/** Lines of a table, indented; what is too long is cut, and its last line says so. */
export function textTable({ columns, rows, most = ROWS_MOST }: TextTable): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, most);
  const cells = [columns, ...shown.map((row) => row.map(cellText))];
  const widths = columns.map((_, column) =>
    Math.max(...cells.map((row) => [...row[column]!].length))
  );
  const right = columns.map((_, column) => shown.some((row) => typeof row[column] === "number"));
  const lines = cells.map((row) => {
    const padded = row.map((text, column) => {
      const space = " ".repeat(widths[column]! - [...text].length);
      return right[column] ? space + text : text + space;
    });
    return `  ${padded.join("  ").trimEnd()}`;
  });
  const more = rows.length - shown.length;
  return more === 0 ? lines : [...lines, `  … and ${thousands(more)} more`];
}

function cellText(cell: Cell): string {
  if (cell === undefined) return "-";
  return typeof cell === "number" ? thousands(cell) : logText(cell, WIDTH_MOST);
}
