import { mapHeaderValues, withHeaderValues, withoutTopValue, withRequestUri } from "../sip/edit.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { hasParam } from "../sip/params.ts";
import { parseUri, type SipUri, uriKey, writeUri } from "../sip/uri.ts";
import { tokenOf } from "./contact.ts";
import { hostPort, isOwnUri, type View } from "./view.ts";
import type { World } from "./world.ts";

/** Methods that get our Record-Route out of a dialog too (RULES D2). */
const RECORDED = new Set(["INVITE", "SUBSCRIBE", "NOTIFY", "REFER", "UPDATE"]);
/** Methods that never get one: they make no dialog (RULES D2). */
const NEVER_RECORDED = new Set(["REGISTER", "MESSAGE", "OPTIONS", "PUBLISH"]);

/** True for a request whose inside end must see our Record-Route (RULES D2). */
export function isRecorded(method: string, inDialog: boolean): boolean {
  return RECORDED.has(method) || (inDialog && !NEVER_RECORDED.has(method));
}

/** Our Record-Route entry for the inside. */
export function ownRoute(view: View): string {
  return `<sip:${hostPort(view)};lr>`;
}

/** The URI of a Route value, as text; undefined for what has none. */
export function routeText(value: string): string | undefined {
  const address = parseNameAddr(bracketed(value));
  return address.ok ? address.value.uri : undefined;
}

/** The URI of a Route value. */
export function routeUri(value: string): SipUri | undefined {
  const uri = parseUri(routeText(value) ?? "");
  return uri.ok ? uri.value : undefined;
}

/** Without brackets the parameters would be the header's, and `lr` among them (phones built on esp-adf write so). */
function bracketed(value: string): string {
  return value.includes("<") ? value : `<${value}>`;
}

/** The request with its Route entries in brackets, as RFC 3261 §20.34 wants them. */
export function withBracketedRoutes(request: SipRequest): SipRequest {
  return mapHeaderValues(request, "route", bracketed);
}

/** True for two routes that lead over the same hosts in the same order, however they are written. */
export function sameRoutes(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length &&
    left.every((value, index) => routeKey(value) === routeKey(right[index]!));
}

/** Where a route value leads, in one spelling. */
export function routeKey(value: string): string {
  return uriKey(routeText(value) ?? value);
}

/**
 * Takes our own entries off the top of the route, in every spelling (RULES N1), after undoing what a
 * strict router did: it puts our entry into the Request-URI and the target last (RFC 3261 §16.4).
 */
export function withoutOwnRoutes(
  world: World,
  request: SipRequest,
  routeSet: readonly string[] = [],
): SipRequest {
  let result = undoStrictRouting(world, request);
  for (;;) {
    const routes = headerValues(result, "route");
    // What is left is the far end's, also where it has an address of ours in its own network.
    if (routes.length > 0 && sameRoutes(routes, routeSet)) return result;
    const [top] = routes;
    const uri = top === undefined ? undefined : routeUri(top);
    if (uri === undefined || !isOwnUri(world, uri)) return result;
    result = withoutTopValue(result, "route");
  }
}

function undoStrictRouting(world: World, request: SipRequest): SipRequest {
  const routes = headerValues(request, "route");
  const uri = parseUri(request.uri);
  const last = routes.at(-1);
  if (last === undefined || !uri.ok || !isOwnUri(world, uri.value)) return request;
  if (!hasParam(uri.value.params, "lr") || tokenOf(uri.value) !== undefined) return request;
  const target = routeText(last);
  if (target === undefined) return request;
  const restored = withRequestUri(request, target);
  return withHeaderValues(restored, "Route", routes.slice(0, -1));
}

/** The request as a next hop without `lr` wants it (RFC 3261 §16.6 step 6). */
export function withStrictRoute(request: SipRequest): SipRequest {
  const routes = headerValues(request, "route");
  const first = routes[0];
  const text = first === undefined ? undefined : routeText(first);
  const uri = first === undefined ? undefined : routeUri(first);
  if (text === undefined || uri === undefined || hasParam(uri.params, "lr")) return request;
  const moved = withHeaderValues(request, "Route", [...routes.slice(1), `<${request.uri}>`]);
  // No Request-URI has headers (RFC 3261 §19.1.1).
  const { headers } = uri;
  const written = headers === "" ? text : writeUri({ ...uri, headers: "" });
  return withRequestUri(moved, written);
}
