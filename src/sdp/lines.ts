/** One line of a session description: `type` is the letter before `=`, empty for a line that has none. */
export interface SdpLine {
  readonly type: string;
  readonly value: string;
  /** The line end as received: CRLF, LF or, at the end of the text, nothing. */
  readonly end: string;
}

/** Splits a description into lines; joining them with {@linkcode writeLines} gives the same text. */
export function parseLines(text: string): SdpLine[] {
  const lines: SdpLine[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const next = newline < 0 ? text.length : newline + 1;
    lines.push(parseLine(text.slice(start, next)));
    start = next;
  }
  return lines;
}

function parseLine(text: string): SdpLine {
  const end = text.endsWith("\r\n") ? "\r\n" : text.endsWith("\n") ? "\n" : "";
  const content = text.slice(0, text.length - end.length);
  if (content[1] !== "=") return { type: "", value: content, end };
  return { type: content[0]!, value: content.slice(2), end };
}

/** The text of lines, byte for byte. */
export function writeLines(lines: readonly SdpLine[]): string {
  let text = "";
  for (const line of lines) {
    text += line.type === "" ? line.value + line.end : `${line.type}=${line.value}${line.end}`;
  }
  return text;
}

/** The words of a value: SDP separates by one space, some devices by several or a tab. */
export function wordsOf(value: string): string[] {
  return value.split(/[ \t]+/).filter((word) => word !== "");
}

/** Name and value of an attribute line (`a=name:value`), the name in lower case. */
export function attributeOf(line: SdpLine): { name: string; value: string } | undefined {
  if (line.type !== "a") return undefined;
  const colon = line.value.indexOf(":");
  const name = colon < 0 ? line.value : line.value.slice(0, colon);
  return { name: name.trim().toLowerCase(), value: colon < 0 ? "" : line.value.slice(colon + 1) };
}
