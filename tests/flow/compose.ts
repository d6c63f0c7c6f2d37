import { nameOf } from "./text_message.ts";

/** The block below a sending step, sorted. */
interface Block {
  /** Header fields in order. */
  readonly fields: readonly string[];
  /** Names left out on purpose, by `(no Name)`. */
  readonly without: readonly string[];
  /** Body lines, without their bar. */
  readonly body: readonly string[];
}

/** Sorts a block: `| …` is body, `(no Name)` leaves a field out, the rest are header fields. */
export function readBlock(block: readonly string[]): Block {
  const fields: string[] = [];
  const without: string[] = [];
  const body: string[] = [];
  for (const line of block) {
    const no = /^\(no (.+)\)$/.exec(line)?.[1];
    if (no !== undefined) without.push(no.trim());
    else if (line.startsWith("|")) body.push(line.replace(/^\| ?/, ""));
    else fields.push(line);
  }
  return { fields, without, body };
}

/** A message of usual lines and a step's block: fields of a name replace the usual ones, new names come last. */
export function compose(
  usual: { startLine: string; lines: readonly string[] },
  options: { block: readonly string[]; sdp: string | undefined },
): string {
  const { fields, without, body } = readBlock(options.block);
  const lines = merged(usual.lines, fields).filter((line) =>
    !without.some((name) => name.toLowerCase() === nameOf(line))
  );
  const text = body.length > 0 ? body.map((line) => `${line}\r\n`).join("") : options.sdp ?? "";
  const has = (name: string) => [...lines, ...without].some((line) => nameOf(line) === name);
  if (text !== "" && !has("content-type") && !has("c")) lines.push("Content-Type: application/sdp");
  if (!has("content-length") && !has("l")) lines.push(`Content-Length: ${text.length}`);
  return `${usual.startLine}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${text}`;
}

function merged(usual: readonly string[], fields: readonly string[]): string[] {
  const left = [...fields];
  const lines: string[] = [];
  const done = new Set<string>();
  for (const line of usual) {
    const name = nameOf(line);
    const given = fields.filter((field) => nameOf(field) === name);
    if (given.length === 0) lines.push(line);
    else if (!done.has(name)) lines.push(...given);
    done.add(name);
  }
  return [...lines, ...left.filter((field) => !done.has(nameOf(field)))];
}

/** The description that `with sdp ip:port` stands for: one audio stream. */
export function sdpOf(place: string): string {
  const [ip, port] = place.split(":");
  const lines = [
    "v=0",
    `o=- 1 1 IN IP4 ${ip}`,
    "s=-",
    `c=IN IP4 ${ip}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 8`,
    "a=rtpmap:8 PCMA/8000",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}
