/** Rows of one table that are shown. */
const ROW_LIMIT = 50;
/** Nesting that is followed: snapshots are plain data, but nobody promises that they are flat. */
const DEPTH_LIMIT = 6;

/** A snapshot, plain data of any shape, as lines of text: values by name, lists of records as tables. */
export function statisticsText(snapshot: unknown): string[] {
  return section("", snapshot, 0);
}

function section(title: string, value: unknown, depth: number): string[] {
  if (depth > DEPTH_LIMIT) return [`${title}  …`];
  if (Array.isArray(value)) return listLines(title, value);
  if (!isRecord(value)) return [`${title}  ${cell(value)}`];
  const entries = Object.entries(value);
  const simple = entries.filter(([, one]) => isSimple(one));
  const nested = entries.filter(([, one]) => !isSimple(one));
  const width = Math.max(0, ...simple.map(([name]) => name.length));
  const indent = title === "" ? "" : "  ";
  const lines = simple.map(([name, one]) => `${indent}${name.padEnd(width)}  ${cell(one)}`);
  const below = nested.flatMap(([name, one]) =>
    section(title === "" ? name : `${title} ${name}`, one, depth + 1)
  );
  return [...(title === "" || simple.length === 0 ? [] : [title]), ...lines, ...below];
}

function listLines(title: string, rows: readonly unknown[]): string[] {
  const shown = rows.slice(0, ROW_LIMIT);
  const heading = `${title} (${rows.length})`;
  const more = rows.length > ROW_LIMIT ? [`  … ${rows.length - ROW_LIMIT} more`] : [];
  const body = shown.every(isRecord) ? table(shown) : shown.map((row) => `  ${cell(row)}`);
  return [heading, ...body, ...more];
}

function table(rows: readonly Record<string, unknown>[]): string[] {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]!.length)));
  return rows.length === 0
    ? []
    : cells.map((row) =>
      `  ${row.map((text, index) => text.padEnd(widths[index]!)).join("  ").trimEnd()}`
    );
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? `${value}` : value.toFixed(2);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  return JSON.stringify(value) ?? "-";
}

function isSimple(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
