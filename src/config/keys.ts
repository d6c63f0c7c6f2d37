import { ok, refuse, type Result } from "../base/result.ts";
import type { Settings } from "../proxy/settings.ts";

/** What is wrong with a value. */
export interface ValueFault {
  /** Which item of a list; undefined when it is the value as a whole. */
  readonly item: number | undefined;
  readonly text: string;
}

/** One key of the configuration: its default, and the way to its value and back; `From` is what holds it. */
export interface Key<T, From = Settings> {
  readonly default: T;
  /** For a key without which its table means nothing: what is reported when it is not set. */
  readonly missing?: string;
  /** Checks a TOML value. */
  read(value: unknown): Result<T, readonly ValueFault[]>;
  /** Writes the value as TOML. */
  write(value: T): string;
  /** Finds the value in the settings, or in those of one table of a list. */
  find(settings: From): T;
}

/** What a key is made of: the text form of its value, both ways. */
export interface KeyOptions<T, From = Settings> {
  readonly default: T;
  readonly missing?: string;
  readonly find: (settings: From) => T;
}

/** The text form of a type, both ways. */
export interface TextForm<T> {
  readonly parse: (text: string) => Result<T>;
  readonly format: (value: T) => string;
  /** A valid text, for hints. */
  readonly example: string;
}

/** A key whose value is one text. */
export function textKey<T, From = Settings>(
  form: TextForm<T>,
  options: KeyOptions<T, From>,
): Key<T, From> {
  return {
    ...options,
    read(value) {
      if (typeof value !== "string") return wholly(expectedText(form, value));
      const parsed = form.parse(value);
      return parsed.ok ? parsed : wholly(parsed.reason);
    },
    write: (value) => quote(form.format(value)),
  };
}

/** A key whose value is a list of texts without repetitions. */
export function listKey<T>(
  form: TextForm<T>,
  options: KeyOptions<readonly T[]> & { readonly least: number },
): Key<readonly T[]> {
  const { least, ...rest } = options;
  return {
    ...rest,
    read(value) {
      if (!Array.isArray(value)) return wholly(expectedList(form, value));
      if (value.length < least) return wholly(`Cannot use an empty list: write at least ${least}`);
      return readItems(form, value);
    },
    write: (values) => `[${values.map((value) => quote(form.format(value))).join(", ")}]`,
  };
}

function readItems<T>(
  form: TextForm<T>,
  items: readonly unknown[],
): Result<readonly T[], readonly ValueFault[]> {
  const values: T[] = [];
  const faults: ValueFault[] = [];
  const seen = new Set<string>();
  for (const [item, text] of items.entries()) {
    const parsed = typeof text === "string" ? form.parse(text) : refuse(expectedText(form, text));
    if (!parsed.ok) {
      faults.push({ item, text: parsed.reason });
      continue;
    }
    const written = form.format(parsed.value);
    if (seen.has(written)) faults.push({ item, text: `Cannot use "${written}" twice: remove one` });
    seen.add(written);
    values.push(parsed.value);
  }
  return faults.length === 0 ? ok(Object.freeze(values)) : refuse(faults);
}

function wholly(text: string): { readonly ok: false; readonly reason: readonly ValueFault[] } {
  return refuse([{ item: undefined, text }]);
}

function expectedText({ example }: { readonly example: string }, value: unknown): string {
  return `Expected a text in quotes, found ${describe(value)}: write it as in ${quote(example)}`;
}

function expectedList({ example }: { readonly example: string }, value: unknown): string {
  const items = typeof value === "string" ? value : example;
  return `Expected a list of texts, found ${describe(value)}: write [${quote(items)}]`;
}

function describe(value: unknown): string {
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : "a table";
}

/** Writes a TOML basic string. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}
