import { hostLiteral } from "../base/address.ts";
import type { HeaderField, SipMessage } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import type { FarEndUris } from "./far_end_uris.ts";
import { isInsideHost, type View } from "./view.ts";
import type { World } from "./world.ts";

/** Headers beside From and To whose URIs may name an inside host (RULES H1). */
export const IDENTITY_HEADERS = [
  "p-preferred-identity",
  "p-asserted-identity",
  "remote-party-id",
  "diversion",
  "history-info",
  "referred-by",
  "reply-to",
  "refer-to",
  "call-info",
  "alert-info",
  "error-info",
  "p-called-party-id",
  "p-associated-uri",
] as const;

/** Headers by which somebody routes or learns who calls (RULES I). */
const GUARDED: ReadonlySet<string> = new Set([
  "path",
  "service-route",
  ...IDENTITY_HEADERS,
  "warning",
]);

/** An escape before an address ends it as any other sign does: the `%00` of `%00192.0.2.1` is no digit of it. */
const V4_TEXT = String.raw`(?:(?<![\d.])|(?<=%[0-9a-f]{2}))\d{1,3}(?:\.\d{1,3}){3}`;
const V6_TEXT = String.raw`(?:[0-9a-f]{1,4}:|::)[0-9a-f:.]{1,44}`;
const QUOTED_TEXT = String.raw`"(?:[^"\\]|\\[^])*(?:"|\\?$)`;
const KEPT_TEXT = String
  .raw`;tag=[^;,>\s]*|[?&](?:call-id|replaces|in-reply-to|target-dialog|join)=[^&>\s]*`;

/**
 * What stays as it is (RULES H1: display names, tags, Call-IDs in URIs), or an address.
 * Each part begins with its own mark and takes what it reads, so matching is linear.
 */
const PARTS = new RegExp([QUOTED_TEXT, KEPT_TEXT, V4_TEXT, V6_TEXT].join("|"), "gi");

const V4 = new RegExp(V4_TEXT, "gi");

/** Any address, wherever it stands. */
const ADDRESSES = new RegExp([V4_TEXT, V6_TEXT].join("|"), "gi");

/** Escaped digits and dots: they mean the same unescaped (RFC 3261 §19.1.4). */
const ESCAPED = /%(3[0-9]|2e)/gi;

/** The text with inside addresses replaced by the one we show, but for what RULES I and H1 leave alone. */
export function concealed(world: World, text: string, view: View): string {
  if (!text.includes("%")) return replaced(world, text, { view, pattern: PARTS });
  const plain = text.replace(ESCAPED, (_all, code) => String.fromCharCode(parseInt(code, 16)));
  const result = replaced(world, plain, { view, pattern: PARTS });
  return result === plain ? replaced(world, text, { view, pattern: PARTS }) : result;
}

/**
 * The last look at a message that leaves on the outside: parameters, user parts and values that nobody
 * could read lose the inside addresses that the masquerade of whole URIs has left. `also` names further
 * headers, those of From, To and Contact that are not masked already; `given` is what the far end wrote itself.
 */
export function concealHeaders<M extends SipMessage>(
  world: World,
  message: M,
  options: { view: View; also: readonly string[]; given?: FarEndUris },
): M {
  const { view, also, given } = options;
  let changed = false;
  const headers = message.headers.map((field) => {
    const { key } = field;
    if (!GUARDED.has(key) && !also.includes(key)) return field;
    const made = concealField(world, field, { view, kept: keptIn(key, given) });
    if (made !== field) changed = true;
    return made;
  });
  const result = changed ? { ...message, headers } : message;
  if (message.kind === "request") return result;
  // Some agents tell in the reason phrase what they could not reach.
  const startLine = concealed(world, message.startLine, view);
  return startLine === message.startLine ? result : { ...result, startLine };
}

/** The URIs that stay as they are in a header. */
function keptIn(key: string, given: FarEndUris | undefined): readonly string[] {
  if (key === "from" || key === "to") return given?.parties ?? [];
  return key === "refer-to" ? given?.referred ?? [] : [];
}

function concealField(
  world: World,
  field: HeaderField,
  { view, kept }: { view: View; kept: readonly string[] },
): HeaderField {
  const { line, key } = field;
  const value = line.slice(line.indexOf(":") + 1);
  // A Warning's text tells the network as well as its agent does.
  const made = key === "warning"
    ? replaced(world, value, { view, pattern: ADDRESSES })
    : concealedAround(world, value, { view, uri: namesOneOf(value, kept) });
  return made === value
    ? field
    : { ...field, line: `${line.slice(0, line.indexOf(":") + 1)}${made}` };
}

/** The one of some URIs that stands in a value, before headers of its own perhaps; undefined for none of them. */
export function namesOneOf(value: string, uris: readonly string[]): string | undefined {
  if (uris.length === 0) return undefined;
  const address = parseNameAddr(value);
  const uri = address.ok ? address.value.uri : "";
  return uris.find((one) => uri === one || uri.startsWith(`${one}?`));
}

function concealedAround(
  world: World,
  text: string,
  { view, uri }: { view: View; uri: string | undefined },
): string {
  if (uri === undefined) return concealed(world, text, view);
  // A display name stands before it.
  const bracket = text.lastIndexOf(`<${uri}`);
  const at = bracket < 0 ? text.indexOf(uri) : bracket + 1;
  if (at < 0) return concealed(world, text, view);
  const end = at + uri.length;
  return concealed(world, text.slice(0, at), view) + uri + concealed(world, text.slice(end), view);
}

function replaced(world: World, text: string, by: { view: View; pattern: RegExp }): string {
  const change = (address: string) =>
    isInsideHost(world, address) ? hostLiteral(by.view.ip) : address;
  return text.replace(by.pattern, (part) => {
    // A quote that stays open quotes nothing.
    if (isOpenQuote(part)) return replaced(world, part, { ...by, pattern: ADDRESSES });
    if (/^["?&;]/.test(part)) return part;
    if (!part.includes(":")) return change(part);
    // `c:192.168.1.20` looks like the newer kind of address at first.
    const whole = change(part.replace(/[:.]$/, ""));
    return part.startsWith(whole) ? part.replace(V4, change) : whole;
  });
}

function isOpenQuote(part: string): boolean {
  return part.startsWith('"') && (part.length === 1 || !part.endsWith('"'));
}
