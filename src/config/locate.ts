import { ok, type Result } from "../base/result.ts";
import { Cursor, type Fault, readKey, skipString } from "./cursor.ts";
import { formatPath, type KeyPath } from "./key_path.ts";

/** A table header, or a key with its value. */
export interface Statement {
  /** Key path from the root; the tables of a list of tables are numbered. */
  readonly path: KeyPath;
  /** Line where it begins, from 1. */
  readonly line: number;
  /** The value as written; undefined for a table header. */
  readonly value: string | undefined;
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
}

/** How a path came to be: only an implied table and a list of tables may be named again. */
type Kind = "value" | "table" | "implied" | "list";

const DEPTH_MOST = 16;

/**
 * Finds the line of every key, and what is given twice: the parser of `@std/toml` knows neither.
 * Checks the structure of the text, not its scalars.
 */
export function locate(text: string): Result<Located, Fault> {
  const scanner = new Scanner(text.replaceAll("\r\n", "\n"));
  const done = scanner.run();
  return done.ok ? ok(scanner) : done;
}

class Scanner implements Located {
  readonly statements: Statement[] = [];
  readonly lines = new Map<string, number>();
  readonly duplicates: Duplicate[] = [];
  readonly #cursor: Cursor;
  readonly #kinds = new Map<string, Kind>();
  readonly #listLengths = new Map<string, number>();
  #table: KeyPath = [];

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  run(): Result<undefined, Fault> {
    for (;;) {
      this.#cursor.skipTrivia();
      if (this.#cursor.next === "") return ok(undefined);
      const done = this.#cursor.next === "[" ? this.#header() : this.#assignment();
      if (!done.ok) return done;
      const ended = this.#endOfLine();
      if (!ended.ok) return ended;
    }
  }

  #header(): Result<undefined, Fault> {
    const line = this.#cursor.line;
    const isList = this.#cursor.takes("[[");
    if (!isList) this.#cursor.skip(1);
    const key = readKey(this.#cursor);
    if (!key.ok) return key;
    const close = isList ? "]]" : "]";
    if (!this.#cursor.takes(close)) return this.#cursor.fault(`a table header needs ${close}`);
    const path = this.#numbered(key.value);
    const name = formatPath(path);
    const goesOn = isList && this.#kinds.get(name) === "list";
    const fresh = goesOn || this.#define(path, isList ? "list" : "table", line);
    this.#table = isList ? this.#nextOfList(path, line) : path;
    if (fresh) this.statements.push({ path: this.#table, line, value: undefined });
    return ok(undefined);
  }

  /** `[a.b]` after `[[a]]` is about the list's last table. */
  #numbered(key: readonly string[]): KeyPath {
    const path: (string | number)[] = [];
    for (const [index, part] of key.entries()) {
      path.push(part);
      const length = this.#listLengths.get(formatPath(path));
      if (length !== undefined && index < key.length - 1) path.push(length - 1);
    }
    return path;
  }

  #nextOfList(path: KeyPath, line: number): KeyPath {
    const name = formatPath(path);
    const index = this.#listLengths.get(name) ?? 0;
    this.#listLengths.set(name, index + 1);
    const numbered = [...path, index];
    this.lines.set(formatPath(numbered), line);
    return numbered;
  }

  #assignment(): Result<undefined, Fault> {
    const line = this.#cursor.line;
    const key = readKey(this.#cursor);
    if (!key.ok) return key;
    if (!this.#cursor.takes("=")) return this.#cursor.fault(`a key needs "=" and a value`);
    this.#cursor.skipBlanks();
    const path = [...this.#table, ...key.value];
    const fresh = this.#define(path, "value", line);
    const start = this.#cursor.at;
    const done = this.#value(path, 0);
    if (!done.ok) return done;
    const value = this.#cursor.text.slice(start, this.#cursor.at).trimEnd();
    if (fresh) this.statements.push({ path, line, value });
    return ok(undefined);
  }

  #endOfLine(): Result<undefined, Fault> {
    this.#cursor.skipBlanks();
    if (this.#cursor.next === "#") this.#cursor.skipComment();
    const ended = this.#cursor.next === "\n" || this.#cursor.next === "";
    return ended ? ok(undefined) : this.#cursor.fault("something follows where the line must end");
  }

  #value(path: KeyPath, depth: number): Result<undefined, Fault> {
    if (depth > DEPTH_MOST) return this.#cursor.fault(`nested more than ${DEPTH_MOST} deep`);
    switch (this.#cursor.next) {
      case '"':
      case "'":
        return skipString(this.#cursor);
      case "[":
        return this.#list(path, depth);
      case "{":
        return this.#inlineTable(path, depth);
      default:
        return this.#scalar(depth === 0 ? "#\n" : ",]}#=\n");
    }
  }

  #scalar(stops: string): Result<undefined, Fault> {
    const start = this.#cursor.at;
    this.#cursor.skipUntil(stops);
    const empty = this.#cursor.text.slice(start, this.#cursor.at).trim() === "";
    return empty ? this.#cursor.fault("a value is missing") : ok(undefined);
  }

  #list(path: KeyPath, depth: number): Result<undefined, Fault> {
    return this.#items("]", (index) => {
      const place = [...path, index];
      this.lines.set(formatPath(place), this.#cursor.line);
      return this.#value(place, depth + 1);
    });
  }

  #inlineTable(path: KeyPath, depth: number): Result<undefined, Fault> {
    return this.#items("}", () => {
      const line = this.#cursor.line;
      const key = readKey(this.#cursor);
      if (!key.ok) return key;
      if (!this.#cursor.takes("=")) return this.#cursor.fault(`a key needs "=" and a value`);
      this.#cursor.skipBlanks();
      const place = [...path, ...key.value];
      this.#defineOne(place, "value", line);
      return this.#value(place, depth + 1);
    });
  }

  #items(
    close: string,
    item: (index: number) => Result<undefined, Fault>,
  ): Result<undefined, Fault> {
    const opened = this.#cursor.fault(`what begins with ${this.#cursor.next} has no ${close}`);
    this.#cursor.skip(1);
    for (let index = 0;; index++) {
      this.#cursor.skipTrivia();
      if (this.#cursor.takes(close)) return ok(undefined);
      if (this.#cursor.next === "") return opened;
      const done = item(index);
      if (!done.ok) return done;
      this.#cursor.skipTrivia();
      if (this.#cursor.takes(",") || this.#cursor.sees(close)) continue;
      return this.#cursor.next === "" ? opened : this.#cursor.fault("a comma is missing");
    }
  }

  /** Notes a path with the tables above it; false (and a duplicate) if it cannot be there again. */
  #define(path: KeyPath, kind: Kind, line: number): boolean {
    for (let length = 1; length < path.length; length++) {
      const above = path.slice(0, length);
      const known = this.#kinds.get(formatPath(above));
      if (known === "value") return this.#refuse(above, line);
      if (known === undefined) this.#defineOne(above, "implied", line);
    }
    return this.#defineOne(path, kind, line);
  }

  #defineOne(path: KeyPath, kind: Kind, line: number): boolean {
    const name = formatPath(path);
    const known = this.#kinds.get(name);
    const mayBeNamed = known === undefined || (known === "implied" && kind === "table");
    if (!mayBeNamed) return this.#refuse(path, line);
    this.#kinds.set(name, kind);
    if (!this.lines.has(name)) this.lines.set(name, line);
    return true;
  }

  #refuse(path: KeyPath, line: number): false {
    const name = formatPath(path);
    this.duplicates.push({ path: name, line, first: this.lines.get(name) ?? line });
    return false;
  }
}
