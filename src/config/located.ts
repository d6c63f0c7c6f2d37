import type { Fault } from "./cursor.ts";
import type { KeyPath } from "./key_path.ts";

/** A table header, or a key with its value. */
export interface Statement {
  /** Key path from the root; the tables of a list of tables are numbered. */
  readonly path: KeyPath;
  /** Line where it begins, from 1. */
  readonly line: number;
  /** The value as written; undefined for a table header. */
  readonly value: string | undefined;
  /** True when a fault was found in the value. */
  readonly broken: boolean;
}

/** What is not TOML, and which key it is about. */
export interface SyntaxFault extends Fault {
  /** The key path, as far as it could be read. */
  readonly path?: KeyPath;
  /** What must be written there instead, where that is known. */
  readonly wants?: "value" | "assignment";
  /** What stands where a value should, as written. */
  readonly raw?: string;
}

/** A key or table that was there already. */
export interface Duplicate {
  /** Key path as {@linkcode formatPath} writes it. */
  readonly path: string;
  readonly line: number;
  /** Where it stood first. */
  readonly first: number;
}

/** Where everything stands in a TOML text. */
export interface Located {
  /** All statements but the duplicates, in order. */
  readonly statements: readonly Statement[];
  /** Line of each key path, as {@linkcode formatPath} writes it. */
  readonly lines: ReadonlyMap<string, number>;
  readonly duplicates: readonly Duplicate[];
  /** Everything that is not TOML. */
  readonly faults: readonly SyntaxFault[];
  /** True when keys may be missing, or stand under another table than they were meant to. */
  readonly damaged: boolean;
}
