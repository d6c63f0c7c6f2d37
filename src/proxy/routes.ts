import { withHeaderValues, withoutTopValue, withRequestUri } from "../sip/edit.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { hasParam } from "../sip/params.ts";
import { parseUri, type SipUri, writeUri } from "../sip/uri.ts";
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

/** The URI of a Route value. */
export function routeUri(value: string): SipUri | undefined {
  const address = parseNameAddr(value);
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  return uri?.ok ? uri.value : undefined;
}

/**
 * Takes our own entries off the top of the route, in every spelling (RULES N1), after undoing what a
 * strict router did: it puts our entry into the Request-URI and the target last (RFC 3261 §16.4).
 */
export function withoutOwnRoutes(world: World, request: SipRequest): SipRequest {
  let result = undoStrictRouting(world, request);
  for (;;) {
    const top = headerValues(result, "route")[0];
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
  const address = parseNameAddr(last);
  if (!address.ok) return request;
  const restored = withRequestUri(request, address.value.uri);
  return withHeaderValues(restored, "Route", routes.slice(0, -1));
}

/** The request as a next hop without `lr` wants it (RFC 3261 §16.6 step 6). */
export function withStrictRoute(request: SipRequest): SipRequest {
  const routes = headerValues(request, "route");
  const first = routes[0];
  const address = first === undefined ? undefined : parseNameAddr(first);
  const uri = first === undefined ? undefined : routeUri(first);
  if (!address?.ok || uri === undefined || hasParam(uri.params, "lr")) return request;
  const moved = withHeaderValues(request, "Route", [...routes.slice(1), `<${request.uri}>`]);
  // No Request-URI has headers (RFC 3261 §19.1.1).
  const { headers } = uri;
  const written = headers === "" ? address.value.uri : writeUri({ ...uri, headers: "" });
  return withRequestUri(moved, written);
}
