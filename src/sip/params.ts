import { MESSAGE_LIMITS } from "../base/limits.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import {
  endOfQuoted,
  excerpt,
  sameIgnoringCase,
  skipSpace,
  skipSpaceBack,
  trimSpace,
  unquote,
} from "./grammar.ts";

/** A parameter of a header value or URI. */
export interface Param {
  /** As written. */
  readonly name: string;
  /** As written, quotes included; absent for a flag. */
  readonly value?: string;
}

/**
 * A parameter with white space in it (RFC 4475 §3.1.1.1 `; tag    = 1918`).
 * The exact text is private, so a copy made by spreading loses it and cannot be written wrongly.
 */
class SpacedParam implements Param {
  readonly name: string;
  declare readonly value?: string;
  #text: string;

  constructor(param: Param, text: string) {
    this.name = param.name;
    if (param.value !== undefined) this.value = param.value;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

/**
 * Reads `;name=value;flag` from `start` to the end of the text.
 * An empty parameter is refused (RFC 4475 §3.1.2.1), except in URIs, where it is a flag without a name.
 */
export function parseParams(
  text: string,
  start: number,
  options: { emptyAllowed?: boolean } = {},
): Result<readonly Param[]> {
  const params: Param[] = [];
  const quotes = text.includes('"', start);
  let index = start;
  while (index < text.length) {
    const semicolon = skipSpace(text, index);
    if (semicolon === text.length) break;
    if (text.charCodeAt(semicolon) !== 0x3b) return refuse(unexpected(text, semicolon));
    const end = quotes ? endOfQuotedParam(text, semicolon + 1) : endOfParam(text, semicolon + 1);
    if (end < 0) return refuse(`Quote not closed in parameters: ${excerpt(text.slice(semicolon))}`);
    const param = readParam(text.slice(index, end), semicolon - index);
    if (param.name === "" && !options.emptyAllowed) {
      return refuse(`Empty parameter: ${excerpt(text.slice(start))}`);
    }
    if (params.length === MESSAGE_LIMITS.params) {
      return refuse(`More than ${MESSAGE_LIMITS.params} parameters`);
    }
    params.push(param);
    index = end;
  }
  return ok(params);
}

function unexpected(text: string, index: number): string {
  return `Expected a semicolon before: ${excerpt(text.slice(index))}`;
}

function endOfParam(text: string, start: number): number {
  const end = text.indexOf(";", start);
  return end < 0 ? text.length : end;
}

function endOfQuotedParam(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3b) return index;
    if (code !== 0x22) continue;
    index = endOfQuoted(text, index) - 1;
    if (index < 0) return -1;
  }
  return text.length;
}

/** Reads one parameter; `text` begins with white space, if any, and the semicolon at `semicolon`. */
function readParam(text: string, semicolon: number): Param {
  const equals = text.indexOf("=", semicolon);
  const nameStart = skipSpace(text, semicolon + 1);
  const nameEnd = skipSpaceBack(text, equals < 0 ? text.length : equals, nameStart);
  const name = text.slice(nameStart, nameEnd);
  const param: Param = equals < 0 ? { name } : { name, value: trimSpace(text.slice(equals + 1)) };
  // Written parts and their marks are shorter than the text only by white space.
  const plain = writtenLength(param) === text.length;
  return plain ? param : new SpacedParam(param, text);
}

function writtenLength(param: Param): number {
  return param.name.length + (param.value === undefined ? 1 : param.value.length + 2);
}

/** The parameter of that name, compared without case. */
function findParam(params: readonly Param[], name: string): Param | undefined {
  for (const param of params) if (sameIgnoringCase(param.name, name)) return param;
  return undefined;
}

/** The value of a parameter, quotes and escapes resolved; "" for a flag. */
export function getParam(params: readonly Param[], name: string): string | undefined {
  const param = findParam(params, name);
  return param === undefined ? undefined : unquote(param.value ?? "");
}

/** True if the parameter is there, as a flag or with a value. */
export function hasParam(params: readonly Param[], name: string): boolean {
  return findParam(params, name) !== undefined;
}

/** The parameters with one set, in its place or at the end; without a value it is a flag. */
export function withParam(
  params: readonly Param[],
  name: string,
  value?: string,
): readonly Param[] {
  const made: Param = value === undefined ? { name } : { name, value };
  const at = params.findIndex((param) => sameIgnoringCase(param.name, name));
  if (at < 0) return [...params, made];
  const rest = params.slice(at + 1).filter((param) => !sameIgnoringCase(param.name, name));
  return [...params.slice(0, at), made, ...rest];
}

/** The parameters without those of that name. */
export function withoutParam(params: readonly Param[], name: string): readonly Param[] {
  return params.filter((param) => !sameIgnoringCase(param.name, name));
}

/** `;name=value;flag`, white space as it was read. */
export function writeParams(params: readonly Param[]): string {
  let text = "";
  for (const param of params) text += writeParam(param);
  return text;
}

function writeParam(param: Param): string {
  if (param instanceof SpacedParam) return param.text;
  return param.value === undefined ? `;${param.name}` : `;${param.name}=${param.value}`;
}
