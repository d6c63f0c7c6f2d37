import { ok, refuse, type Result } from "../base/result.ts";
import type { Settings } from "../proxy/settings.ts";
import { offersOf, quote, type Reason, sentenceOf, withOffers } from "./refusal.ts";

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
  /** A TOML value that the key takes, made of one that it does not or of bare text; undefined when none can be guessed. */
  mend(value: unknown): string | undefined;
  /** The same for one item of a list; of a key without a list, for the value. */
  mendItem(value: unknown): string | undefined;
  /** A TOML value that the key takes, for hints. */
  readonly example: string;
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
  readonly parse: (text: string) => Result<T, Reason>;
  readonly format: (value: T) => string;
  /** A valid text, for hints. */
  readonly example: string;
}

/** A key whose value is one text. */
export function textKey<T, From = Settings>(
  form: TextForm<T>,
  options: KeyOptions<T, From>,
): Key<T, From> {
  const mend = (value: unknown) => mended(form, value);
  return {
    ...options,
    read(value) {
      if (typeof value !== "string") return wholly(expectedText(form, value));
      const parsed = form.parse(value);
      return parsed.ok ? parsed : wholly(whyRefused(form, { text: value, reason: parsed.reason }));
    },
    write: (value) => quote(form.format(value)),
    mend,
    mendItem: mend,
    example: quote(form.example),
  };
}

/** A key whose value is a list of texts without repetitions. */
export function listKey<T, From = Settings>(
  form: TextForm<T>,
  options: KeyOptions<readonly T[], From> & { readonly least: number },
): Key<readonly T[], From> {
  const { least, ...rest } = options;
  return {
    ...rest,
    read(value) {
      if (!Array.isArray(value)) return wholly(expectedList(form, value));
      if (value.length < least) {
        return wholly(`Cannot use an empty list: write [${quote(form.example)}]`);
      }
      return readItems(form, value);
    },
    write: (values) => `[${values.map((value) => quote(form.format(value))).join(", ")}]`,
    mend: (value) => mendedList(form, value),
    mendItem: (value) => mended(form, value),
    example: `[${quote(form.example)}]`,
  };
}

function readItems<T>(
  form: TextForm<T>,
  items: readonly unknown[],
): Result<readonly T[], readonly ValueFault[]> {
  const values: T[] = [];
  const faults: ValueFault[] = [];
  const parsed = items.map((item) => typeof item === "string" ? form.parse(item) : undefined);
  const written = parsed.map((one) => one?.ok ? quote(form.format(one.value)) : undefined);
  for (const [item, value] of items.entries()) {
    const one = parsed[item];
    if (one?.ok !== true) {
      // Who is told to write what stands there already would be refused again.
      const there = written.find((text) => text !== undefined && text === mended(form, value));
      faults.push({ item, text: whyNoItem(form, { value, there }) });
    } else if (written.indexOf(written[item]) < item) {
      faults.push({ item, text: `Cannot use ${written[item]} twice: remove one` });
    } else values.push(one.value);
  }
  return faults.length === 0 ? ok(Object.freeze(values)) : refuse(faults);
}

/** `there` is the item that would be offered, if the list has it. */
function whyNoItem<T>(
  form: TextForm<T>,
  { value, there }: { readonly value: unknown; readonly there: string | undefined },
): string {
  if (typeof value !== "string") return expectedText(form, value);
  const parsed = form.parse(value);
  if (parsed.ok) return "";
  const { reason } = parsed;
  if (there === undefined) return whyRefused(form, { text: value, reason });
  const what = typeof reason === "string" ? `Cannot use ${quote(value)}` : reason.what;
  return `${what}, and ${there} is there already: remove it`;
}

function wholly(text: string): { readonly ok: false; readonly reason: readonly ValueFault[] } {
  return refuse([{ item: undefined, text }]);
}

/** What is the same for all texts is said first: spaces around them, and variables of a shell. */
function whyRefused<T>(
  form: TextForm<T>,
  { text, reason }: { readonly text: string; readonly reason: Reason },
): string {
  const tidy = text.trim();
  if (tidy !== text && form.parse(tidy).ok) {
    return withOffers(`Cannot use ${quote(text)} with spaces around it`, [quote(tidy)]);
  }
  if (/^\$\{?\w+\}?$|\$\{\w+\}/.test(text)) {
    return `Cannot use ${quote(text)}: variables are not replaced here, write the value itself, ` +
      `as in ${quote(form.example)}`;
  }
  return sentenceOf(reason, form.example);
}

/** A text that the form takes, in quotes, made of what was written. */
function mended<T>(form: TextForm<T>, value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const parsed = form.parse(text);
  if (parsed.ok) return quote(form.format(parsed.value));
  const offer = offersOf(parsed.reason).find((one) => form.parse(one).ok);
  return offer === undefined ? undefined : quote(offer);
}

/** A value as the text that was meant: quotes of other kinds and remarks of other languages are left out. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String).join(",");
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  const bare = value.replace(/\s+(#|;|\/\/).*$/, "").replace(/[,;]\s*$/, "").trim();
  return bare.replace(/^["'`\u2018-\u201f\u00ab\u00bb]+|["'`\u2018-\u201f\u00ab\u00bb]+$/g, "");
}

function mendedList<T>(form: TextForm<T>, value: unknown): string | undefined {
  const text = textOf(value);
  const words = (text ?? "").replaceAll(/[[\]"']/g, " ").split(/[,;\s]+/);
  const parts = words.filter((part) => part !== "");
  const items = parts.map((part) => mended(form, part));
  if (items.length === 0 || items.includes(undefined)) return undefined;
  return `[${[...new Set(items)].join(", ")}]`;
}

function expectedText<T>(form: TextForm<T>, value: unknown): string {
  const what = `Expected a text in quotes, found ${describe(value)}`;
  if (Array.isArray(value) && value.length > 1) {
    const parsed = form.parse(textOf(value)!);
    if (!parsed.ok) return `${what}; ${sentenceOf(parsed.reason, form.example)}`;
  }
  const instead = mended(form, value);
  if (instead !== undefined) return withOffers(what, [instead]);
  return `${what}: write it as in ${quote(form.example)}`;
}

function expectedList<T>(form: TextForm<T>, value: unknown): string {
  const what = `Expected a list of texts, found ${describe(value)}`;
  const instead = mendedList(form, value);
  if (instead !== undefined) return withOffers(what, [instead]);
  const parsed = typeof value === "string" ? form.parse(value) : undefined;
  const why = parsed === undefined || parsed.ok
    ? ""
    : `; ${sentenceOf(parsed.reason, form.example)}`;
  return why === "" ? `${what}: write it as in [${quote(form.example)}]` : `${what}${why}`;
}

function describe(value: unknown): string {
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : "a table";
}
