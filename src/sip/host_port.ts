import { ok, refuse, type Result } from "../base/result.ts";
import { excerpt } from "./grammar.ts";

/** A host, IPv6 in brackets, and the port if one is written. */
export interface HostPort {
  readonly host: string;
  readonly port?: number;
}

/**
 * `hostname`, IPv4 or `[IPv6]` (RFC 3261 §25.1 `host`). Underscores are taken too, Windows names have them;
 * an IPv6 reference is checked for its characters only, so the ":::" of RFC 5118 §4.10 passes.
 */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/;

/** No leading zeros: what is read is what is written. */
const PORT = /^[1-9][0-9]{0,4}$/;

/** Reads `host` or `host:port` without white space. */
export function parseHostPort(text: string): Result<HostPort> {
  const colon = text.indexOf(":", text.startsWith("[") ? text.indexOf("]") + 1 : 0);
  const host = colon < 0 ? text : text.slice(0, colon);
  if (!HOST.test(host)) return refuse(`Not a host: ${excerpt(text)}`);
  if (colon < 0) return ok({ host });
  const digits = text.slice(colon + 1);
  const port = PORT.test(digits) ? Number(digits) : 65536;
  return port > 65535 ? refuse(`Not a port from 1 to 65535: ${excerpt(text)}`) : ok({ host, port });
}

/** `host` or `host:port`. */
export function writeHostPort(place: HostPort): string {
  return place.port === undefined ? place.host : `${place.host}:${place.port}`;
}
