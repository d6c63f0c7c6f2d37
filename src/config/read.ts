import { ok, refuse, type Result } from "../base/result.ts";
import type { Settings } from "../proxy/settings.ts";
import { CROSS_CHECKS, type CrossCheck, EARLY_CHECKS } from "./cross_checks.ts";
import { BROKEN, type Document, readDocument, type Table } from "./document.ts";
import { foreignKind } from "./foreign.ts";
import { formatPath, type KeyPath } from "./key_path.ts";
import type { Key } from "./keys.ts";
import type { Problem } from "./problem.ts";
import { type Keys, LISTS, SECTIONS, type TableList, toSettings, type Values } from "./schema.ts";
import { syntaxProblems } from "./syntax.ts";
import { headerOf, isSectionName, unknownKeys, unknownSection, unknownTopKey } from "./unknown.ts";

/** Where a key's value came from: `default`, `line 4`, or a command line flag. Keys are `log.level`, `provider[0].domain`. */
export type Origins = ReadonlyMap<string, string>;

/** The settings, and where each came from. */
export interface Configuration {
  readonly settings: Settings;
  readonly origins: Origins;
}

const CHARACTERS_MOST = 256 * 1024;
const STATEMENTS_MOST = 2000;

/**
 * Reads a TOML text; all problems at once. Only where a fault may have put keys under another table, all that is not
 * TOML comes alone (DESIGN §6).
 */
export function readSettings(text: string): Result<Configuration, readonly Problem[]> {
  if (text.length > CHARACTERS_MOST) return tooMuch(`${text.length} characters`, CHARACTERS_MOST);
  const foreign = foreignKind(text, [...Object.keys(SECTIONS), ...Object.keys(LISTS)]);
  if (foreign !== undefined) return refuse([{ line: undefined, path: "", text: foreign }]);
  const document = readDocument(text);
  const { statements, damaged } = document;
  if (statements.length > STATEMENTS_MOST) {
    return tooMuch(`${statements.length} keys`, STATEMENTS_MOST);
  }
  const syntax = syntaxProblems(document, text);
  return damaged ? refuse(syntax) : new Reader(document, syntax).run();
}

/** The line that sets a key; undefined when none does. */
export function lineOf(origins: Origins, key: string): number | undefined {
  const [, line] = /^line (\d+)$/.exec(origins.get(key) ?? "") ?? [];
  return line === undefined ? undefined : Number(line);
}

/** The settings of an empty file. */
export function defaultConfiguration(): Configuration {
  const empty = readSettings("");
  if (!empty.ok) throw new Error(`Defaults have problems: ${JSON.stringify(empty.reason)}`);
  return empty.value;
}

function tooMuch(
  found: string,
  most: number,
): { readonly ok: false; readonly reason: readonly Problem[] } {
  const text = `Cannot read a configuration of ${found}: the limit is ${most}`;
  return refuse([{ line: undefined, path: "", text }]);
}

class Reader {
  readonly #document: Document;
  readonly #problems: Problem[];
  readonly #origins = new Map<string, string>();
  /** Keys whose value was refused: no second problem is reported for them. */
  readonly #refused = new Set<string>();

  /** `problems` are those that are known already. */
  constructor(document: Document, problems: readonly Problem[]) {
    this.#document = document;
    this.#problems = [...problems];
  }

  run(): Result<Configuration, readonly Problem[]> {
    for (const { path, line, first } of this.#document.duplicates) {
      const text = `Cannot set it again: it stands on line ${first} already; remove one`;
      this.#problems.push({ line, path, text });
    }
    this.#reportUnknownSections();
    const values = this.#readAll();
    const settings = toSettings(values);
    this.#crossCheck(settings, CROSS_CHECKS);
    if (this.#problems.length > 0) this.#crossCheck(settings, EARLY_CHECKS);
    return this.#problems.length === 0
      ? ok({ settings, origins: this.#origins })
      : refuse(this.#problems);
  }

  #reportUnknownSections(): void {
    const { root } = this.#document;
    for (const [name, value] of Object.entries(root)) {
      const path = formatPath([name]);
      const isKey = !isTable(value) && !Array.isArray(value);
      if (!isSectionName(name)) {
        this.#report(path, isKey ? unknownTopKey(name, root) : unknownSection(name));
      } else if (value === BROKEN) continue;
      else if (Object.hasOwn(LISTS, name) ? !Array.isArray(value) : !isTable(value)) {
        this.#report(path, expectedTable(name));
      }
    }
  }

  #readAll(): Values {
    const values: Record<string, unknown> = {};
    for (const [section, keys] of Object.entries(SECTIONS)) {
      const found = this.#document.root[section];
      const table = isTable(found) ? found : {};
      values[section] = this.#readTable([section], keys, table);
    }
    for (const [name, list] of Object.entries(LISTS)) values[name] = this.#readList(name, list);
    // Built from the schema itself, key by key, so it has the schema's type.
    return values as unknown as Values;
  }

  #readList(section: string, { keys, unique }: TableList): Record<string, unknown>[] {
    const found = this.#document.root[section];
    const first = new Map<unknown, string>();
    return (Array.isArray(found) ? found : []).flatMap((table, index) => {
      const place = [section, index];
      if (!isTable(table)) {
        this.#report(formatPath(place), expectedTable(section));
        return [];
      }
      const values = this.#readTable(place, keys, table);
      const path = formatPath([...place, unique]);
      if (!this.#refused.has(path)) this.#reportRepeated(path, values[unique], first);
      return [values];
    });
  }

  #reportRepeated(path: string, value: unknown, first: Map<unknown, string>): void {
    const earlier = first.get(value);
    if (earlier === undefined) return void first.set(value, path);
    const line = this.#document.lines.get(earlier);
    this.#report(
      path,
      `Cannot use "${value}" twice: ${earlier} on line ${line} has it; remove one`,
    );
  }

  #readTable(
    place: KeyPath,
    keys: Keys<never>,
    table: Table,
  ): Record<string, unknown> {
    for (const [name, text] of unknownKeys(String(place[0]), table)) {
      this.#report(formatPath([...place, name]), text);
    }
    const values = Object.entries(keys).map(([name, key]) =>
      [name, this.#readKey(formatPath([...place, name]), key, table[name])] as const
    );
    return Object.fromEntries(values);
  }

  #readKey(path: string, key: Key<unknown, never>, value: unknown): unknown {
    const line = this.#document.lines.get(path);
    this.#origins.set(path, value === undefined ? "default" : `line ${line}`);
    if (value === BROKEN) {
      this.#refused.add(path);
      return key.default;
    }
    const read = value === undefined ? whenNotSet(key) : key.read(value);
    if (read.ok) return read.value;
    this.#refused.add(path);
    for (const { item, text } of read.reason) {
      this.#report(item === undefined ? path : `${path}[${item}]`, text);
    }
    return key.default;
  }

  #crossCheck(settings: Settings, checks: readonly CrossCheck[]): void {
    for (const { keys, check } of checks) {
      if (keys.some((key) => this.#refused.has(key))) continue;
      const text = check(settings);
      if (text === undefined) continue;
      const set = keys.find((key) => this.#origins.get(key) !== "default") ?? keys[0]!;
      this.#report(set, text);
    }
  }

  /** A key that is not there is reported at its table's line. */
  #report(path: string, text: string): void {
    const { lines } = this.#document;
    const line = lines.get(path) ?? lines.get(path.slice(0, path.lastIndexOf(".")));
    this.#problems.push({ line, path, text });
  }
}

function whenNotSet(key: Key<unknown, never>): ReturnType<typeof key.read> {
  const { missing } = key;
  return missing === undefined ? ok(key.default) : refuse([{ item: undefined, text: missing }]);
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function expectedTable(name: string): string {
  const what = Object.hasOwn(LISTS, name) ? "a list of tables" : "a table";
  return `Expected ${what}: write ${headerOf(name)} on a line of its own, keys below`;
}
