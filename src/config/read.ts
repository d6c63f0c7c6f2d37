import { ok, refuse, type Result } from "../base/result.ts";
import type { Settings } from "../proxy/settings.ts";
import { CROSS_CHECKS } from "./cross_checks.ts";
import { type Document, readDocument, type Table } from "./document.ts";
import { formatPath } from "./key_path.ts";
import type { Key } from "./keys.ts";
import { nearestName } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { SECTIONS, toSettings, type Values } from "./schema.ts";

/** Where a key's value came from: `default`, `line 4`, or a command line flag. Keys are `log.level`. */
export type Origins = ReadonlyMap<string, string>;

/** The settings, and where each came from. */
export interface Configuration {
  readonly settings: Settings;
  readonly origins: Origins;
}

const CHARACTERS_MOST = 256 * 1024;
const STATEMENTS_MOST = 2000;

/** Reads a TOML text; all problems at once, but a syntax error alone (DESIGN §6). */
export function readSettings(text: string): Result<Configuration, readonly Problem[]> {
  if (text.length > CHARACTERS_MOST) return tooMuch(`${text.length} characters`, CHARACTERS_MOST);
  const document = readDocument(text);
  if (!document.ok) {
    const { line, what } = document.reason;
    return refuse([{ line, path: "", text: `Cannot read ${quoteLine(text, line)}: ${what}` }]);
  }
  const { statements } = document.value;
  if (statements.length > STATEMENTS_MOST) {
    return tooMuch(`${statements.length} keys`, STATEMENTS_MOST);
  }
  return new Reader(document.value).run();
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

function quoteLine(text: string, line: number): string {
  const source = text.split(/\r?\n/)[line - 1]?.trim() ?? "";
  return source === "" ? "the end of the file" : `the line ${source.slice(0, 80)}`;
}

class Reader {
  readonly #document: Document;
  readonly #problems: Problem[] = [];
  readonly #origins = new Map<string, string>();
  /** Keys whose value was refused: no second problem is reported for them. */
  readonly #refused = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
  }

  run(): Result<Configuration, readonly Problem[]> {
    for (const { path, line, first } of this.#document.duplicates) {
      const text = `Cannot set it again: it stands on line ${first} already; remove one`;
      this.#problems.push({ line, path, text });
    }
    this.#reportUnknownSections();
    const values = this.#readAll();
    const settings = toSettings(values);
    this.#crossCheck(settings);
    return this.#problems.length === 0
      ? ok({ settings, origins: this.#origins })
      : refuse(this.#problems);
  }

  #reportUnknownSections(): void {
    for (const [name, value] of Object.entries(this.#document.root)) {
      const path = formatPath([name]);
      if (!Object.hasOwn(SECTIONS, name)) this.#report(path, unknownSection(name, value));
      else if (!isTable(value)) {
        this.#report(path, `Expected a table: write [${name}] on a line of its own, keys below`);
      }
    }
  }

  #readAll(): Values {
    const values: Record<string, Record<string, unknown>> = {};
    for (const [section, keys] of Object.entries(SECTIONS)) {
      const found = this.#document.root[section];
      const table = isTable(found) ? found : {};
      this.#reportUnknownKeys(section, table);
      values[section] = {};
      for (const [name, key] of Object.entries(keys)) {
        values[section][name] = this.#readKey(`${section}.${name}`, key, table[name]);
      }
    }
    // Built from the schema itself, key by key, so it has the schema's type.
    return values as unknown as Values;
  }

  #reportUnknownKeys(section: string, table: Table): void {
    for (const name of Object.keys(table)) {
      if (Object.hasOwn(SECTIONS[section]!, name)) continue;
      this.#report(formatPath([section, name]), unknownKey(section, name));
    }
  }

  #readKey(path: string, key: Key<unknown>, value: unknown): unknown {
    const line = this.#document.lines.get(path);
    this.#origins.set(path, value === undefined ? "default" : `line ${line}`);
    if (value === undefined) return key.default;
    const read = key.read(value);
    if (read.ok) return read.value;
    this.#refused.add(path);
    for (const { item, text } of read.reason) {
      this.#report(item === undefined ? path : `${path}[${item}]`, text);
    }
    return key.default;
  }

  #crossCheck(settings: Settings): void {
    for (const { keys, check } of CROSS_CHECKS) {
      if (keys.some((key) => this.#refused.has(key))) continue;
      const text = check(settings);
      if (text === undefined) continue;
      const set = keys.find((key) => this.#origins.get(key) !== "default") ?? keys[0]!;
      this.#report(set, text);
    }
  }

  #report(path: string, text: string): void {
    this.#problems.push({ line: this.#document.lines.get(path), path, text });
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function unknownSection(name: string, value: unknown): string {
  const holders = sectionsWith(name);
  if (!isTable(value) && !Array.isArray(value) && holders.length > 0) {
    return `Unknown key outside a section: it belongs under [${holders.join("] or [")}]`;
  }
  const near = nearestName(name, Object.keys(SECTIONS));
  if (near !== undefined) return `Unknown section: did you mean [${near}]`;
  return `Unknown section: there are [${Object.keys(SECTIONS).join("], [")}]`;
}

function unknownKey(section: string, name: string): string {
  const near = nearestName(name, Object.keys(SECTIONS[section]!));
  if (near !== undefined) return `Unknown key: did you mean ${near}`;
  const holders = sectionsWith(name);
  if (holders.length > 0) return `Unknown key: it belongs under [${holders.join("] or [")}]`;
  return `Unknown key: [${section}] has ${Object.keys(SECTIONS[section]!).join(", ")}`;
}

function sectionsWith(name: string): string[] {
  return Object.keys(SECTIONS).filter((section) => Object.hasOwn(SECTIONS[section]!, name));
}
