import { ok, refuse, type Result } from "../base/result.ts";
import { Cursor, type Place, readKey, skipString } from "./cursor.ts";
import { formatPath, type KeyPath } from "./key_path.ts";
import type { Duplicate, Located, Statement, SyntaxFault } from "./located.ts";
import { bareFault, textFault } from "./scalars.ts";

/** How a path came to be: only an implied table and a list of tables may be named again. */
type Kind = "value" | "table" | "implied" | "list";

const DEPTH_MOST = 16;
const FAULTS_MOST = 100;

/** The beginning of a line that cannot go on a list: a header or a key. */
const STATEMENT =
  /^[ \t]*(?:\[\[?[ \t]*(?!true|false|inf|nan)[A-Za-z_][\w.-]*[ \t]*\]\]?[ \t]*(?:#.*)?$|[\w."'-]+[ \t]*=)/;

/**
 * Finds the line of every key, and what is given twice: the parser of `@std/toml` knows neither. A line that is not
 * TOML is a fault, and reading goes on behind it.
 */
export function locate(text: string): Located {
  const scanner = new Scanner(text.replaceAll("\r\n", "\n"));
  scanner.run();
  return scanner;
}

class Scanner implements Located {
  readonly statements: Statement[] = [];
  readonly lines = new Map<string, number>();
  readonly duplicates: Duplicate[] = [];
  readonly faults: SyntaxFault[] = [];
  damaged = false;
  readonly #cursor: Cursor;
  readonly #kinds = new Map<string, Kind>();
  readonly #listLengths = new Map<string, number>();
  #table: KeyPath = [];
  /** The key of the statement that is read, as soon as it is known. */
  #path: KeyPath | undefined;
  /** Lists and inline tables that have begun and not ended. */
  #open = 0;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  run(): void {
    while (this.faults.length < FAULTS_MOST) {
      this.#cursor.skipTrivia();
      if (this.#cursor.next === "") return;
      [this.#path, this.#open] = [undefined, 0];
      const done = this.#statement();
      if (!done.ok) this.#recover(done.reason);
    }
  }

  #statement(): Result<undefined, SyntaxFault> {
    const isHeader = this.#cursor.next === "[";
    const done = isHeader ? this.#header() : this.#assignment();
    if (!done.ok && isHeader) this.damaged = true;
    return done.ok ? this.#endOfLine() : done;
  }

  /** Goes on behind a fault: at the next line, or where a list that has no end must have ended. */
  #recover(fault: SyntaxFault): void {
    const known = this.#path === undefined || this.#open > 0 ? {} : { path: this.#path };
    this.faults.push({ ...known, ...fault });
    const unclosed = this.#open > 0 || this.#cursor.line > fault.line;
    this.#cursor.moveToEndOf(fault.line);
    if (!unclosed) return;
    this.damaged = true;
    while (this.#cursor.next !== "") {
      this.#cursor.skip(1);
      if (STATEMENT.test(this.#cursor.restOfLine)) return;
      this.#cursor.skipComment();
    }
  }

  /** Notes a fault behind which the statement can be read on. */
  #note(place: Place, what: string, about: Pick<SyntaxFault, "path" | "wants" | "raw">): void {
    this.faults.push({ ...this.#cursor.faultAt(place, what).reason, ...about });
  }

  #header(): Result<undefined, SyntaxFault> {
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
    if (fresh) {
      this.statements.push({ path: this.#table, line, value: undefined, broken: false });
    }
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

  #assignment(): Result<undefined, SyntaxFault> {
    const line = this.#cursor.line;
    const key = readKey(this.#cursor);
    if (!key.ok) return key;
    const path = [...this.#table, ...key.value];
    this.#path = path;
    // Without a table above it is hardly a key.
    const isKey = this.#cursor.sees("=") || this.#table.length > 0;
    const fresh = isKey && this.#define(path, "value", line);
    if (!this.#cursor.takes("=")) {
      if (fresh) this.statements.push({ path, line, value: "", broken: true });
      return this.#withoutSign();
    }
    this.#cursor.skipBlanks();
    const start = this.#cursor.at;
    const before = this.faults.length;
    const done = this.#value(path, 0);
    const value = this.#cursor.text.slice(start, this.#cursor.at).trimEnd();
    const broken = !done.ok || this.faults.length > before;
    if (fresh) this.statements.push({ path, line, value, broken });
    return done;
  }

  #withoutSign(): Result<undefined, SyntaxFault> {
    const raw = this.#cursor.restOfLine.replace(/^[:>=\s]+/, "");
    const { reason } = this.#cursor.fault('a key needs "=" and a value');
    return refuse({ ...reason, wants: "assignment" as const, raw });
  }

  #endOfLine(): Result<undefined, SyntaxFault> {
    this.#cursor.skipBlanks();
    if (this.#cursor.next === "#") this.#cursor.skipComment();
    if (this.#cursor.next === "\n" || this.#cursor.next === "") return ok(undefined);
    const rest = this.#cursor.restOfLine.trim();
    if (/^(;|\/\/)/.test(rest)) return this.#cursor.fault("a comment begins with #");
    if (rest === ",") return this.#cursor.fault("a line ends without a comma");
    return this.#cursor.fault("something follows where the line must end");
  }

  #value(path: KeyPath, depth: number): Result<undefined, SyntaxFault> {
    if (depth > DEPTH_MOST) return this.#cursor.fault(`nested more than ${DEPTH_MOST} deep`);
    switch (this.#cursor.next) {
      case '"':
      case "'":
        return this.#text(path, depth);
      case "[":
        return this.#list(path, depth);
      case "{":
        return this.#inlineTable(path, depth);
      default:
        return this.#scalar(path, depth === 0 ? "#\n" : ",]}#=\n");
    }
  }

  #text(path: KeyPath, depth: number): Result<undefined, SyntaxFault> {
    const { place } = this.#cursor;
    const isLong = this.#cursor.sees('"""') || this.#cursor.sees("'''");
    const done = skipString(this.#cursor);
    if (!done.ok && (depth > 0 || isLong)) return done;
    const raw = this.#cursor.text.slice(place.at, this.#cursor.at);
    if (!done.ok) {
      this.#note(place, done.reason.what, { path, wants: "value", raw });
      return ok(undefined);
    }
    const what = textFault(raw);
    if (what !== undefined) this.#note(place, what, { path });
    return ok(undefined);
  }

  #scalar(path: KeyPath, stops: string): Result<undefined, SyntaxFault> {
    const { place } = this.#cursor;
    this.#cursor.skipUntil(stops);
    const raw = this.#cursor.text.slice(place.at, this.#cursor.at).trim();
    if (raw === "") {
      const { reason } = this.#cursor.faultAt(place, "a value is missing");
      return refuse({ ...reason, wants: "value" as const });
    }
    const what = bareFault(raw);
    if (what !== undefined) this.#note(place, what, { path, wants: "value", raw });
    return ok(undefined);
  }

  #list(path: KeyPath, depth: number): Result<undefined, SyntaxFault> {
    return this.#items("]", (index) => {
      const place = [...path, index];
      this.lines.set(formatPath(place), this.#cursor.line);
      return this.#value(place, depth + 1);
    });
  }

  #inlineTable(path: KeyPath, depth: number): Result<undefined, SyntaxFault> {
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
    item: (index: number) => Result<undefined, SyntaxFault>,
  ): Result<undefined, SyntaxFault> {
    const { place, next } = this.#cursor;
    const noEnd = () => this.#cursor.faultAt(place, `what begins with ${next} has no ${close}`);
    this.#cursor.skip(1);
    this.#open++;
    for (let index = 0, line = place.line;; index++) {
      this.#cursor.skipTrivia();
      if (this.#cursor.takes(close)) break;
      if (this.#cursor.next === "") return noEnd();
      if (close === "]" && this.#beginsStatement(line)) return noEnd();
      line = this.#cursor.line;
      const done = item(index);
      if (!done.ok) return done;
      this.#cursor.skipTrivia();
      if (this.#cursor.takes(",") || this.#cursor.sees(close)) continue;
      const ended = this.#cursor.next === "" || this.#beginsStatement(line);
      return ended ? noEnd() : this.#cursor.fault("a comma is missing");
    }
    this.#open--;
    return ok(undefined);
  }

  /** True when a line behind `line` begins here that is a header or a key. */
  #beginsStatement(line: number): boolean {
    return this.#cursor.line > line && STATEMENT.test(this.#cursor.restOfLine);
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
