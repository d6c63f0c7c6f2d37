import { readBlock } from "./compose.ts";
import { type Bindings, matches, unfill } from "./pattern.ts";
import { nameOf, readText, type TextMessage } from "./text_message.ts";

/** What a `gets` step expects below its start line. */
export interface Expected {
  readonly block: readonly string[];
  /** `ip:port` pattern of `with sdp`, "" for any, undefined when nothing was said. */
  readonly sdp: string | undefined;
}

/** Compares a message with a block; the sentence says the first difference. */
export function compare(
  text: string,
  expected: Expected,
  bindings: Bindings,
): string | undefined {
  const message = readText(text);
  const { fields, without, body } = readBlock(expected.block);
  return lengthProblem(message) ?? absentProblem(message, without) ??
    headerProblem(message, fields, bindings) ?? bodyProblem(message, body, bindings) ??
    sdpProblem(message, expected.sdp, bindings);
}

function lengthProblem(message: TextMessage): string | undefined {
  const line = message.lines.find((one) => /^(content-length|l)\s*:/i.test(one));
  const said = line === undefined ? undefined : Number(line.split(":")[1]);
  if (said === undefined || said === message.body.length) return undefined;
  return `Content-Length is ${said}, the body has ${message.body.length}`;
}

function absentProblem(message: TextMessage, without: readonly string[]): string | undefined {
  for (const name of without) {
    const inBody = name.startsWith("|");
    const start = inBody ? name.replace(/^\|\s*/, "") : "";
    const found = inBody
      ? message.body.split("\r\n").find((line) => line.startsWith(start))
      : message.lines.find((line) => nameOf(line) === name.toLowerCase());
    if (found !== undefined) return `there must be no ${name}, but there is: ${found}`;
  }
  return undefined;
}

/** Without `…` every field in its order; with it, all fields of the names that are given. */
function headerProblem(
  message: TextMessage,
  fields: readonly string[],
  bindings: Bindings,
): string | undefined {
  if (fields.length === 0) return undefined;
  const open = fields.includes("…");
  const wanted = fields.filter((field) => field !== "…");
  const names = new Set(wanted.map(nameOf));
  const actual = message.lines.filter((line) => !open || names.has(nameOf(line)));
  return listProblem(wanted, actual, bindings);
}

function listProblem(
  wanted: readonly string[],
  actual: readonly string[],
  bindings: Bindings,
): string | undefined {
  for (const [index, pattern] of wanted.entries()) {
    const line = actual[index];
    if (line === undefined) return `missing: ${pattern}`;
    if (!matches(pattern, line, bindings)) {
      return `expected ${filled(pattern, bindings)}\n     got ${line}`;
    }
  }
  const extra = actual[wanted.length];
  return extra === undefined ? undefined : `not expected: ${extra}`;
}

function filled(pattern: string, bindings: Bindings): string {
  return pattern.replaceAll(/\{([\w:.-]+)\}/g, (all, name) => bindings.get(name) ?? all);
}

/** Body lines: all of them, or with `| …` those given, in order. */
function bodyProblem(
  message: TextMessage,
  body: readonly string[],
  bindings: Bindings,
): string | undefined {
  if (body.length === 0) return undefined;
  const lines = message.body.split("\r\n");
  if (lines.at(-1) === "") lines.pop();
  if (!body.includes("…")) return listProblem(body, lines, bindings);
  let at = 0;
  for (const pattern of body.filter((line) => line !== "…")) {
    const found = lines.findIndex((line, index) => index >= at && matches(pattern, line, bindings));
    if (found < 0) return `missing in the body: ${filled(pattern, bindings)}`;
    at = found + 1;
  }
  return undefined;
}

function sdpProblem(
  message: TextMessage,
  sdp: string | undefined,
  bindings: Bindings,
): string | undefined {
  if (sdp === undefined) return undefined;
  if (!message.body.includes("v=0\r\n")) return "there is no session description";
  if (sdp === "") return undefined;
  const [ip = "", port = ""] = sdp.split(/:(?=[^:]*$|\{)/);
  const body = [`o=…IN IP4 ${ip}`, `c=IN IP4 ${ip}`, `m=audio ${port} …`, "…"];
  return bodyProblem(message, body, bindings);
}

/** An expectation written anew after the message: lines that still hold stay as they were, bound values become placeholders. */
export function rewritten(text: string, block: readonly string[], bindings: Bindings): string[] {
  const message = readText(text);
  const { fields, body } = readBlock(block);
  const open = fields.includes("…");
  const names = new Set(fields.map(nameOf));
  const lines = message.lines.filter((line) => !open || names.has(nameOf(line)));
  const bodyLines = body.length === 0 ? [] : message.body.split("\r\n").slice(0, -1);
  return [
    ...(fields.length === 0 ? [] : lines.map((line) => kept(line, fields, bindings))),
    ...(open ? ["…"] : []),
    ...bodyLines.map((line) => `| ${kept(line, body, bindings)}`),
    ...block.filter((line) => line.startsWith("(no ")),
  ];
}

function kept(line: string, patterns: readonly string[], bindings: Bindings): string {
  const holds = patterns.find((pattern) => pattern !== "…" && matches(pattern, line, bindings));
  return holds ?? unfill(line, bindings);
}
