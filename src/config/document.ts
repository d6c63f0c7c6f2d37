import { parse } from "@std/toml";
import type { KeyPath } from "./key_path.ts";
import { locate } from "./locate.ts";
import type { Located, Statement, SyntaxFault } from "./located.ts";

/** A TOML table as read; what it holds is of no known type yet. */
export type Table = Record<string, unknown>;

/** A TOML text as tables, with the line of every key. */
export interface Document extends Located {
  readonly root: Table;
}

/** Stands for a value that could not be read: a fault tells why. */
export const BROKEN: unique symbol = Symbol("broken");

/**
 * Reads a TOML text. Values are parsed one by one, since `@std/toml` names wrong lines, refuses
 * `[a.b]` before `[a]`, and takes seconds for some thousand keys at once.
 */
export function readDocument(text: string): Document {
  const located = locate(text.startsWith("\ufeff") ? text.slice(1) : text);
  const { statements, lines, duplicates, damaged } = located;
  const root = emptyTable();
  const faults: SyntaxFault[] = [...located.faults];
  for (const statement of statements) {
    const value = readValue(statement);
    if (value === BROKEN && !statement.broken) faults.push(unreadable(statement));
    put(root, statement.path, value);
  }
  return { root, statements, lines, duplicates, damaged, faults };
}

function readValue({ value, broken }: Statement): unknown {
  if (value === undefined) return emptyTable();
  if (broken) return BROKEN;
  try {
    return parse(`value = ${value}`)["value"];
  } catch {
    return BROKEN;
  }
}

/** A fault that the scanner does not know: such as a day 32, or a key in a list of values. */
function unreadable({ line, path }: Statement): SyntaxFault {
  return { line, column: 1, what: "the value is not valid", path, wants: "value" };
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
