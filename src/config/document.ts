import { parse } from "@std/toml";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Fault } from "./cursor.ts";
import type { KeyPath } from "./key_path.ts";
import { locate, type Located, type Statement } from "./locate.ts";

/** A TOML table as read; what it holds is of no known type yet. */
export type Table = Record<string, unknown>;

/** A TOML text as tables, with the line of every key. */
export interface Document extends Located {
  readonly root: Table;
}

/**
 * Reads a TOML text. Values are parsed one by one, since `@std/toml` names wrong lines, refuses
 * `[a.b]` before `[a]`, and takes seconds for some thousand keys at once.
 */
export function readDocument(text: string): Result<Document, Fault> {
  const located = locate(text.startsWith("\ufeff") ? text.slice(1) : text);
  if (!located.ok) return located;
  const root = emptyTable();
  for (const statement of located.value.statements) {
    const value = readValue(statement);
    if (!value.ok) return value;
    put(root, statement.path, value.value);
  }
  const { statements, lines, duplicates } = located.value;
  return ok({ root, statements, lines, duplicates });
}

function readValue({ value, line }: Statement): Result<unknown, Fault> {
  if (value === undefined) return ok(emptyTable());
  try {
    return ok(parse(`value = ${value}`)["value"]);
  } catch {
    return refuse({ line, what: whyUnreadable(value) });
  }
}

function whyUnreadable(value: string): string {
  if (/^[\u2018-\u201f\u00ab\u00bb]/.test(value)) {
    return `these quotes are of a text processor; write " on both sides`;
  }
  return /^["'[{]/.test(value)
    ? "the value is not valid TOML"
    : "the value is no number, true or false; a text needs quotes";
}

/** Tables have no prototype, so that no key of a file can name an inherited property. */
function emptyTable(): Table {
  return Object.create(null) as Table;
}

function put(root: Table, path: KeyPath, value: unknown): void {
  let holder: Record<string | number, unknown> = root;
  for (const [index, part] of path.entries()) {
    if (index === path.length - 1) {
      // A header may follow the tables below it: [a.b] before [a].
      holder[part] ??= value;
      return;
    }
    holder[part] ??= typeof path[index + 1] === "number" ? [] : emptyTable();
    holder = holder[part] as Record<string | number, unknown>;
  }
}
