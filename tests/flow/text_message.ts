/** A message as a test reads it: independent of the parser under test. */
export interface TextMessage {
  readonly startLine: string;
  /** Header fields as they stand, folded lines included. */
  readonly lines: readonly string[];
  readonly body: string;
}

/** Splits a message's text; nothing is interpreted. */
export function readText(text: string): TextMessage {
  const end = text.indexOf("\r\n\r\n");
  const head = end < 0 ? text : text.slice(0, end);
  const [startLine = "", ...lines] = head.split(/\r\n(?![ \t])/);
  return { startLine, lines, body: end < 0 ? "" : text.slice(end + 4) };
}

/** Name of a header field in lower case, compact forms as they are. */
export function nameOf(line: string): string {
  const colon = line.indexOf(":");
  return (colon < 0 ? line : line.slice(0, colon)).trim().toLowerCase();
}

/** Value of a header field, unfolded. */
export function valueOf(line: string): string {
  return line.slice(line.indexOf(":") + 1).replaceAll(/\r\n[ \t]+/g, " ").trim();
}

const COMPACT: Readonly<Record<string, string>> = {
  via: "v",
  from: "f",
  to: "t",
  contact: "m",
  "call-id": "i",
  "content-length": "l",
  "content-type": "c",
};

/** They hold one value: a comma in it belongs to a name that nobody quoted. */
const SINGLE: ReadonlySet<string> = new Set(["from", "to"]);

/** Values of all fields of a name, in compact form too; comma lists split where the commas are neither quoted nor in brackets. */
export function valuesOf(message: TextMessage, name: string): string[] {
  const lines = message.lines.filter((line) => {
    const is = nameOf(line);
    return is === name || is === COMPACT[name];
  });
  return lines.flatMap((line) => SINGLE.has(name) ? [valueOf(line)] : splitList(valueOf(line)));
}

/** The first value of a name, "" if there is none. */
export function firstOf(message: TextMessage, name: string): string {
  return valuesOf(message, name)[0] ?? "";
}

function splitList(value: string): string[] {
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** The URI of a name-addr or addr-spec value. */
export function uriOf(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(";")[0]!.trim();
}

/** A header parameter's value: behind the brackets, "" if it is missing. */
export function paramOf(value: string, name: string): string {
  const params = value.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/^[^<]*<[^>]*>/, "");
  return new RegExp(`;\\s*${name}=([^;,\\s]*)`, "i").exec(params)?.[1] ?? "";
}

/** Status of a response, undefined for a request. */
export function statusOf(message: TextMessage): number | undefined {
  const match = /^SIP\/2\.0 (\d{3})/.exec(message.startLine);
  return match === null ? undefined : Number(match[1]);
}

/** Method of a request, or of the request that a response answers. */
export function methodOf(message: TextMessage): string {
  const cseq = firstOf(message, "cseq").split(/\s+/)[1] ?? "";
  return statusOf(message) === undefined ? message.startLine.split(" ")[0]! : cseq;
}
