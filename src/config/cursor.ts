import { ok, refuse, type Result } from "../base/result.ts";

/** What is not TOML, and where: line and column count characters from 1. */
export interface Fault {
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

/** A place in a text. */
export interface Place {
  readonly at: number;
  readonly line: number;
}

const BARE_KEY = /[A-Za-z0-9_-]/;

/** Reads a TOML text from left to right; knows its line at any time. */
export class Cursor {
  #at = 0;
  #line = 1;

  /** Starts at the first character of `text`; line ends are `\n`. */
  constructor(readonly text: string) {}

  /** Offset of the next character. */
  get at(): number {
    return this.#at;
  }

  /** Line of the next character, from 1. */
  get line(): number {
    return this.#line;
  }

  /** The place of the next character. */
  get place(): Place {
    return { at: this.#at, line: this.#line };
  }

  /** The text from the next character to the end of its line. */
  get restOfLine(): string {
    const end = this.text.indexOf("\n", this.#at);
    return this.text.slice(this.#at, end < 0 ? undefined : end);
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text[this.#at] ?? "";
  }

  /** True when the text goes on with `expected`. */
  sees(expected: string): boolean {
    return this.text.startsWith(expected, this.#at);
  }

  /** Moves on by some characters. */
  skip(count: number): void {
    const end = Math.min(this.text.length, this.#at + count);
    while (this.#at < end) {
      if (this.text[this.#at] === "\n") this.#line++;
      this.#at++;
    }
  }

  /** Moves past `expected` and says true, or stays and says false. */
  takes(expected: string): boolean {
    if (!this.sees(expected)) return false;
    this.skip(expected.length);
    return true;
  }

  /** Moves past spaces and tabs. */
  skipBlanks(): void {
    while (this.next === " " || this.next === "\t") this.#at++;
  }

  /** Moves past spaces, line ends and comments. */
  skipTrivia(): void {
    for (;;) {
      this.skipBlanks();
      if (this.next === "#") this.skipComment();
      else if (this.next === "\n") this.skip(1);
      else return;
    }
  }

  /** Moves back to the end of an earlier line, or on to that of a later one. */
  moveToEndOf(line: number): void {
    if (line < this.#line) [this.#at, this.#line] = [0, 1];
    while (this.#line < line && this.next !== "") this.skip(1);
    this.skipComment();
  }

  /** Moves to the end of the line. */
  skipComment(): void {
    while (this.next !== "\n" && this.next !== "") this.#at++;
  }

  /** Moves to the first of these characters, or to the end. */
  skipUntil(stops: string): void {
    while (this.next !== "" && !stops.includes(this.next)) this.skip(1);
  }

  /** A fault at this place. */
  fault(what: string): { readonly ok: false; readonly reason: Fault } {
    return this.faultAt(this.place, what);
  }

  /** A fault at an earlier place. */
  faultAt({ at, line }: Place, what: string): { readonly ok: false; readonly reason: Fault } {
    const start = at === 0 ? 0 : this.text.lastIndexOf("\n", at - 1) + 1;
    // A character of two code units is one to who counts columns.
    return refuse({ line, column: [...this.text.slice(start, at)].length + 1, what });
  }
}

/** Reads a key with its dots: bare, "basic" and 'literal' parts. */
export function readKey(cursor: Cursor): Result<string[], Fault> {
  const parts: string[] = [];
  do {
    cursor.skipBlanks();
    const part = readKeyPart(cursor);
    if (!part.ok) return part;
    parts.push(part.value);
    cursor.skipBlanks();
  } while (cursor.takes("."));
  return ok(parts);
}

function readKeyPart(cursor: Cursor): Result<string, Fault> {
  const start = cursor.at;
  if (cursor.next === '"' || cursor.next === "'") {
    const quoted = skipString(cursor);
    return quoted.ok ? unquote(cursor, cursor.text.slice(start, cursor.at)) : quoted;
  }
  while (BARE_KEY.test(cursor.next)) cursor.skip(1);
  const bare = cursor.text.slice(start, cursor.at);
  return bare === "" ? cursor.fault("a key is missing") : ok(bare);
}

function unquote(cursor: Cursor, quoted: string): Result<string, Fault> {
  if (quoted.startsWith("'")) return ok(quoted.slice(1, -1));
  try {
    return ok(String(JSON.parse(quoted)));
  } catch {
    return cursor.fault("a quoted key has an escape that is not known");
  }
}

/** Moves past a text in quotes of any of TOML's four kinds. */
export function skipString(cursor: Cursor): Result<undefined, Fault> {
  const quote = cursor.next;
  const long = quote.repeat(3);
  const { place } = cursor;
  const delimiter = cursor.sees(long) ? long : quote;
  cursor.skip(delimiter.length);
  for (;;) {
    if (cursor.next === "" || (cursor.next === "\n" && delimiter === quote)) {
      return cursor.faultAt(place, `a text that begins with ${quote} has no end`);
    }
    if (cursor.next === "\\" && quote === '"') cursor.skip(2);
    else if (cursor.takes(delimiter)) break;
    else cursor.skip(1);
  }
  // A long text may end in one or two quotes of its own.
  if (delimiter === long && cursor.takes(quote)) cursor.takes(quote);
  return ok(undefined);
}
