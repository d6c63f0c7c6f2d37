import { logText } from "../base/log_text.ts";
import { isLive, type MediaDescription, type SessionDescription } from "./description.ts";
import { whyRemoved } from "./edit.ts";
import { attributeOf } from "./lines.ts";

/** What was decided over a description, for the log: `after` is what {@linkcode editDescription} made of `before`. */
export function decisionWords(before: SessionDescription, after: SessionDescription): string[] {
  const streams = before.media.map((media, index) => streamWords(media, after.media[index]));
  return [...streams, ...removedWords(before)];
}

function streamWords(before: MediaDescription, after: MediaDescription | undefined): string {
  const { kind, protocol, direction } = before;
  const way = direction === "sendrecv" ? "" : `, ${direction}`;
  const what = `${logText(kind)} (${logText(protocol)}${way})`;
  if (before.port === 0) return `${what} is refused or ended by its sender`;
  const shown = after === undefined || after.port === 0 ? undefined : addressOf(after);
  if (shown !== undefined) return `${what} at ${addressOf(before)} is shown as ${shown}`;
  const why = isLive(before) ? "" : ": it is no stream of datagrams";
  return `${what} at ${addressOf(before)} goes on with port 0${why}`;
}

function addressOf({ connection, port, trickle }: MediaDescription): string {
  if (trickle) return "an address that trickle ICE has yet to tell";
  const ip = connection?.ip ?? "a name";
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function removedWords({ lines, media }: SessionDescription): string[] {
  const counts = new Map<string, Map<string, number>>();
  let index = -1;
  for (const line of lines) {
    if (line.type === "m") index++;
    const attribute = attributeOf(line);
    const why = attribute && whyRemoved(attribute, media[index]);
    if (attribute === undefined || why === undefined) continue;
    const names = counts.get(why) ?? new Map<string, number>();
    counts.set(why, names.set(attribute.name, (names.get(attribute.name) ?? 0) + 1));
  }
  return [...counts].map(([why, names]) => `left out ${namesText(names)}: ${why}`);
}

function namesText(names: ReadonlyMap<string, number>): string {
  return [...names].map(([name, count]) => count === 1 ? `a=${name}` : `a=${name} (${count} times)`)
    .join(", ");
}
