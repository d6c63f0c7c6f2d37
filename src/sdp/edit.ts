import { parseIp } from "../base/address.ts";
import {
  isLive,
  type MediaDescription,
  readConnection,
  type SessionDescription,
} from "./description.ts";
import { attributeOf, type SdpLine, wordsOf, writeLines } from "./lines.ts";

/** What a description is to show (RULES P1). */
export interface SdpEdit {
  /** The IP literal that replaces every address. */
  readonly shown: string;
  /** Our RTP port for an m-line, RTCP being the next one; undefined refuses the m-line with port 0. */
  readonly port: (index: number) => number | undefined;
}

const ICE = "ICE would have media pass beside us";
const OTHER = "it offers another address than ours";
const GROUPED = "streams of a group would share one address";

/**
 * Attributes that are left out, and why. ICE lines (RFC 8839) and bundling (RFC 9143) go together: half of them
 * would be believed. So does whatever else offers an address to send to, or names one to hear: RFC 6947, X-Lite's
 * `alt`, RFC 7006, RFC 4570 (RULES P2).
 */
const REMOVED: ReadonlyMap<string, string> = new Map([
  ["candidate", ICE],
  ["ice-ufrag", ICE],
  ["ice-pwd", ICE],
  ["ice-options", ICE],
  ["ice-lite", ICE],
  ["ice-mismatch", ICE],
  ["ice-pacing", ICE],
  ["remote-candidates", ICE],
  ["end-of-candidates", ICE],
  ["bundle-only", GROUPED],
  ["altc", OTHER],
  ["alt", OTHER],
  ["ccap", OTHER],
  ["source-filter", OTHER],
]);

/** Groups of streams that are taken apart: one port for all, and alternatives by address (RFC 4091). */
const UNGROUPED: ReadonlySet<string | undefined> = new Set(["BUNDLE", "ANAT"]);

type Attribute = NonNullable<ReturnType<typeof attributeOf>>;

/** Writes a description with our addresses and ports; all other lines stay byte for byte. */
export function editDescription(description: SessionDescription, edit: SdpEdit): string {
  const lines: SdpLine[] = [];
  const trickle = description.media.some((media) => media.trickle);
  let index = -1;
  for (const line of description.lines) {
    if (line.type === "m") index++;
    const edited = editLine(line, { edit, index, media: description.media[index], trickle });
    if (edited !== undefined) lines.push(edited);
  }
  return writeLines(lines);
}

interface Place {
  readonly edit: SdpEdit;
  readonly index: number;
  readonly media: MediaDescription | undefined;
  /** True when a stream's address is not known yet: the session's then neither. */
  readonly trickle: boolean;
}

function editLine(line: SdpLine, place: Place): SdpLine | undefined {
  switch (line.type) {
    case "o":
      return { ...line, value: editOrigin(line.value, place.edit.shown) };
    case "c":
      return { ...line, value: editConnection(line.value, place) };
    case "m":
      return { ...line, value: editMediaLine(line.value, shownPort(place)) };
    case "a":
      return editAttribute(line, place);
    default:
      return line;
  }
}

/** The port an m-line goes out with; what was refused stays refused. */
function shownPort(place: Place): number {
  if (place.media === undefined || !isLive(place.media)) return 0;
  return place.edit.port(place.index) ?? 0;
}

function family(shown: string): string {
  return shown.includes(":") ? "IP6" : "IP4";
}

// User names with spaces exist, so the address is looked for from the end: `… IN IP4 <address>`.
function editOrigin(value: string, shown: string): string {
  const words = value.split(" ");
  const at = words.findLastIndex((word) => /^IP[46]$/i.test(word));
  const hide = (word: string) => parseIp(word) === undefined ? word.replace(V4, shown) : shown;
  if (at < 0) return words.map(hide).join(" ");
  return [...words.slice(0, at).map(hide), family(shown), shown].join(" ");
}

/** User names are often made of an address. */
const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}/g;

function editConnection(value: string, place: Place): string {
  const { edit: { shown } } = place;
  const old = readConnection(value);
  const holds = old.unspecified && !(place.media?.trickle ?? place.trickle);
  if (!holds) return `IN ${family(shown)} ${shown}`;
  // A hold stays one; only its notation follows the address family.
  const nothing = shown.includes(":") ? "::" : "0.0.0.0";
  return old.ip === nothing ? value : `IN ${family(shown)} ${nothing}`;
}

function editMediaLine(value: string, port: number): string {
  return value.replace(/^([ \t]*[^ \t]+[ \t]+)[^ \t]+/, (_, head: string) => head + port);
}

function editAttribute(line: SdpLine, place: Place): SdpLine | undefined {
  const attribute = attributeOf(line)!;
  if (whyRemoved(attribute, place.media) !== undefined) return undefined;
  if (attribute.name !== "rtcp") return line;
  return { ...line, value: `rtcp:${editRtcp(attribute.value, place)}` };
}

/** Why an attribute of a stream, or of the session, is left out (RULES P2); undefined for one that stays. */
export function whyRemoved(
  attribute: Attribute,
  media: MediaDescription | undefined,
): string | undefined {
  if (attribute.name !== "acap") return whyRemovedItself(attribute, media);
  // RFC 5939: an attribute in waiting, which may be one of these; the keys of SRTP stay.
  const value = attribute.value.replace(/^\s*\d+\s+/, "");
  const waiting = attributeOf({ type: "a", value, end: "" })!;
  return ["rtcp", "acap"].includes(waiting.name) ? OTHER : whyRemovedItself(waiting, media);
}

function whyRemovedItself(
  { name, value }: Attribute,
  media: MediaDescription | undefined,
): string | undefined {
  // Microsoft's candidates of its own: `x-candidate-ipv6`, `x-candidate-info`.
  if (name.startsWith("x-candidate")) return ICE;
  if (name === "group") {
    return UNGROUPED.has(wordsOf(value)[0]?.toUpperCase()) ? GROUPED : undefined;
  }
  if (name !== "path") return REMOVED.get(name);
  // RFC 4975: where the far end connects to.
  const msrp = media?.protocol.split("/").includes("MSRP") === true || /^\s*msrps?:/i.test(value);
  return msrp ? OTHER : undefined;
}

function editRtcp(value: string, place: Place): string {
  const words = wordsOf(value);
  const port = rtcpPort(words[0] ?? "0", place);
  return words.length > 1 ? `${port} ${editConnection("IN IP4 -", place)}` : `${port}`;
}

// A party that multiplexes may say so by naming the RTP port itself (RFC 5761 §5.1.1, RFC 8858).
function rtcpPort(written: string, place: Place): string {
  const port = shownPort(place);
  if (port === 0) return "0";
  const multiplexed = place.media!.rtcpMux && written === String(place.media!.port);
  return String(multiplexed ? port : port + 1);
}
