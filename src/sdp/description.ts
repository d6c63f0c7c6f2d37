import { parseIp } from "../base/address.ts";
import { MESSAGE_LIMITS } from "../base/limits.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { attributeOf, parseLines, type SdpLine, wordsOf } from "./lines.ts";

/** Who may send, as seen by the party that wrote the description (RFC 3264 §5.1). */
export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** The address of a `c=` or `a=rtcp` line. */
export interface Connection {
  /** Canonical literal; undefined for a host name, which is an unknown address (RULES P1). */
  readonly ip: string | undefined;
  /** `0.0.0.0` or `::`, the hold of RFC 2543. */
  readonly unspecified: boolean;
}

/** One m-line with what follows it, session-level defaults filled in. */
export interface MediaDescription {
  /** Index of the m-line among the lines. */
  readonly line: number;
  /** `audio`, `video`, `image`…, lower case. */
  readonly kind: string;
  /** 0 when the stream is refused or removed. */
  readonly port: number;
  /** `RTP/AVP`, `udptl`…, upper case. */
  readonly protocol: string;
  /** Formats: RTP payload types as text, or words such as `t38`. */
  readonly formats: readonly string[];
  readonly connection: Connection | undefined;
  /** `a=rtcp` (RFC 3605), its address only if it names one. */
  readonly rtcp: { readonly port: number; readonly connection: Connection | undefined } | undefined;
  readonly rtcpMux: boolean;
  /** Trickle ICE (RFC 8840): its address is not known yet, so that `0.0.0.0` and port 9 are no hold. */
  readonly trickle: boolean;
  readonly direction: Direction;
}

/** A session description (RFC 8866) as lines, with the parts that masquerading reads. */
export interface SessionDescription {
  readonly lines: readonly SdpLine[];
  readonly media: readonly MediaDescription[];
}

/** Port 9, "discard", stands where the address comes later (RFC 8840 §4.1.1). */
const DISCARD_PORT = 9;
const UNKNOWN: Connection = { ip: undefined, unspecified: false };
const ICE: readonly string[] = ["ice-ufrag", "ice-pwd", "ice-options"];

const DIRECTIONS: readonly string[] = ["sendrecv", "sendonly", "recvonly", "inactive"];

/**
 * Reads a description; lenient where the answer is still clear, refused where a port could be misread.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * const read = parseDescription("v=0\r\nc=IN IP4 10.0.0.5\r\nm=audio 4000 RTP/AVP 0 8\r\n");
 * assert(read.ok);
 * assertEquals(read.value.media[0]?.port, 4000);
 * ```
 */
export function parseDescription(text: string): Result<SessionDescription> {
  // Whoever takes a bare CR for a line end would find lines that we did not see.
  if (/\r[a-zA-Z]=/.test(text)) return refuse("Bare CR before a line");
  const lines = parseLines(text);
  const starts = lines.flatMap((line, index) => line.type === "m" ? [index] : []);
  if (starts.length > MESSAGE_LIMITS.mediaLines) {
    return refuse(`More than ${MESSAGE_LIMITS.mediaLines} m-lines`);
  }
  const session = readSection(lines, { from: 0, to: starts[0] ?? lines.length });
  const media: MediaDescription[] = [];
  for (const [index, start] of starts.entries()) {
    const head = readMediaLine(lines[start]!.value);
    if (head === undefined) return refuse(`Not an m-line: ${lines[start]!.value.slice(0, 80)}`);
    const own = readSection(lines, { from: start + 1, to: starts[index + 1] ?? lines.length });
    const connection = own.connection ?? session.connection;
    const trickle = head.port === DISCARD_PORT && connection?.unspecified === true &&
      (own.ice || session.ice);
    media.push({
      line: start,
      ...head,
      connection: trickle ? UNKNOWN : connection,
      rtcp: own.rtcp,
      rtcpMux: own.rtcpMux,
      trickle,
      direction: own.direction ?? session.direction ?? "sendrecv",
    });
  }
  return ok({ lines, media });
}

/** True for a stream that a relay of datagrams can carry (RULES P2): it has a port and is not over TCP. */
export function isLive(media: MediaDescription): boolean {
  return media.port !== 0 && !overTcp(media);
}

/** True for an m-line whose transport is a connection: RFC 4145, RFC 4975, RFC 8122, `tcptl` of T.38 Annex D. */
export function overTcp(media: MediaDescription): boolean {
  return media.protocol.split("/").some((word) => word === "TCP" || word === "TCPTL");
}

/** True for a protocol whose packets carry RTP headers, secured or not. */
export function isRtp(protocol: string): boolean {
  return protocol.split("/").includes("RTP");
}

type MediaLine = Pick<MediaDescription, "kind" | "port" | "protocol" | "formats">;

function readMediaLine(value: string): MediaLine | undefined {
  const [kind, portText, protocol, ...formats] = wordsOf(value);
  if (kind === undefined || portText === undefined || protocol === undefined) return undefined;
  const match = /^(\d{1,5})(?:\/\d{1,5})?$/.exec(portText);
  const port = match === null ? NaN : Number(match[1]);
  if (!(port <= 65535)) return undefined;
  return { kind: kind.toLowerCase(), port, protocol: protocol.toUpperCase(), formats };
}

interface Section {
  connection: Connection | undefined;
  rtcp: MediaDescription["rtcp"];
  rtcpMux: boolean;
  ice: boolean;
  direction: Direction | undefined;
}

function readSection(lines: readonly SdpLine[], range: { from: number; to: number }): Section {
  const section: Section = {
    connection: undefined,
    rtcp: undefined,
    rtcpMux: false,
    ice: false,
    direction: undefined,
  };
  for (let index = range.from; index < range.to; index++) {
    const line = lines[index]!;
    if (line.type === "c") section.connection ??= readConnection(line.value);
    const attribute = attributeOf(line);
    if (attribute === undefined) continue;
    if (attribute.name === "rtcp") section.rtcp ??= readRtcp(attribute.value);
    if (attribute.name === "rtcp-mux") section.rtcpMux = true;
    if (ICE.includes(attribute.name)) section.ice = true;
    if (DIRECTIONS.includes(attribute.name)) section.direction = attribute.name as Direction;
  }
  return section;
}

/** Reads `IN IP4 10.0.0.5` with or without TTL and count; what is no literal is an unknown address. */
export function readConnection(value: string): Connection {
  const host = (wordsOf(value)[2] ?? "").split("/")[0]!;
  const ip = parseIp(host)?.text;
  return { ip, unspecified: ip === "0.0.0.0" || ip === "::" };
}

function readRtcp(value: string): MediaDescription["rtcp"] {
  const words = wordsOf(value);
  const port = /^\d{1,5}$/.test(words[0] ?? "") ? Number(words[0]) : NaN;
  if (!(port <= 65535)) return undefined;
  const connection = words.length > 1 ? readConnection(words.slice(1).join(" ")) : undefined;
  return { port, connection };
}
