/** Reads a value out of parsed JSON; undefined when it has another shape. */
export type Reader<T> = (value: unknown) => T | undefined;

type Fields<T> = { readonly [K in keyof T]: Reader<T[K]> };

/** Reads an object that has all of the fields; other keys are left out. */
export function readObject<T extends object>(fields: Fields<T>): Reader<T> {
  return (value) => readFields(value, fields, true) as T | undefined;
}

/** Reads those of the fields that are there; one that is there and has another shape spoils the object. */
export function readPartial<T extends object>(fields: Fields<T>): Reader<Partial<T>> {
  return (value) => readFields(value, fields, false) as Partial<T> | undefined;
}

/** Reads one value in two ways and joins what both found. */
export function readBoth<A extends object, B extends object>(
  first: Reader<A>,
  second: Reader<B>,
): Reader<A & B> {
  return (value) => {
    const left = first(value);
    const right = left === undefined ? undefined : second(value);
    return left === undefined || right === undefined ? undefined : { ...left, ...right };
  };
}

function readFields<T>(value: unknown, fields: Fields<T>, all: boolean): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const source = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [key, read] of Object.entries(fields) as [string, Reader<unknown>][]) {
    if (source[key] === undefined && !all) continue;
    const field = read(source[key]);
    if (field === undefined) return undefined;
    result[key] = field;
  }
  return result;
}

/** Reads a list of at most `limit` entries. */
export function readList<T>(read: Reader<T>, limit: number): Reader<T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > limit) return undefined;
    const result: T[] = [];
    for (const entry of value) {
      const one = read(entry);
      if (one === undefined) return undefined;
      result.push(one);
    }
    return result;
  };
}

/** Reads a pair. */
export function readPair<A, B>(first: Reader<A>, second: Reader<B>): Reader<[A, B]> {
  return (value) => {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const left = first(value[0]);
    const right = second(value[1]);
    return left === undefined || right === undefined ? undefined : [left, right];
  };
}

/** Reads a text of at most `limit` characters. */
export function readText(limit: number): Reader<string> {
  return (value) => typeof value === "string" && value.length <= limit ? value : undefined;
}

/** Reads one of a few words. */
export function readWord<T extends string>(words: readonly T[]): Reader<T> {
  return (value) => words.find((word) => word === value);
}

/** Reads an integer between two limits, inclusive. */
export function readInteger(low: number, high: number): Reader<number> {
  return (value) => {
    const fits = Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
    return fits ? value as number : undefined;
  };
}

/** Reads true or false. */
export const readFlag: Reader<boolean> = (value): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;
