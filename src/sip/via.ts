import { remembered } from "../base/memo.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { excerpt, isToken, trimSpace, unfold } from "./grammar.ts";
import { type HostPort, parseHostPort, writeHostPort } from "./host_port.ts";
import { getParam, type Param, parseParams, writeParams } from "./params.ts";

/** What branches of RFC 3261 begin with (§8.1.1.7). */
export const MAGIC_COOKIE = "z9hG4bK";

/** One Via value (RFC 3261 §20.42). */
export interface Via extends HostPort {
  /** "SIP/2.0", upper case. */
  readonly protocol: string;
  /** Upper case: "UDP", "TCP", "TLS" or any token. */
  readonly transport: string;
  readonly params: readonly Param[];
}

/** Reads one Via value; white space may stand around every part (RFC 4475 §3.1.1.1). */
export function parseVia(text: string): Result<Via> {
  return vias(text);
}

const vias = remembered(readVia);

function readVia(text: string): Result<Via> {
  const value = unfold(text);
  const semicolon = value.indexOf(";");
  const front = trimSpace(semicolon < 0 ? value : value.slice(0, semicolon));
  const parts = FRONT.exec(front);
  if (parts === null || !isToken(parts[3]!)) return refuse(`Not a Via: ${excerpt(value)}`);
  const place = parseHostPort(closeUp(front.slice(parts[0].length)));
  if (!place.ok) return refuse(`${place.reason} in Via: ${excerpt(value)}`);
  const params = semicolon < 0 ? ok([]) : parseParams(value, semicolon);
  if (!params.ok) return refuse(`${params.reason} in Via`);
  return ok({
    protocol: upperCase(`${parts[1]}/${parts[2]}`),
    transport: upperCase(parts[3]!),
    ...place.value,
    params: params.value,
  });
}

/** Name, version and transport; adjoining parts share no character, so matching is linear. */
const FRONT = /^([A-Za-z]+)[ \t]*\/[ \t]*([0-9.]+)[ \t]*\/[ \t]*([^ \t]+)[ \t]+/;

/** White space around the colon of `host : port` taken away. */
function closeUp(text: string): string {
  return /[ \t]/.test(text) ? text.split(":").map(trimSpace).join(":") : text;
}

function upperCase(text: string): string {
  return text === "SIP/2.0" || text === "UDP" ? text : text.toUpperCase();
}

/** The text of a Via value, without white space between its parts. */
export function writeVia(via: Via): string {
  return `${via.protocol}/${via.transport} ${writeHostPort(via)}${writeParams(via.params)}`;
}

/** The branch parameter as written. */
export function viaBranch(via: Via): string | undefined {
  return getParam(via.params, "branch");
}
