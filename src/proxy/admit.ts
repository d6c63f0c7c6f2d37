import { headerNumber, headerValues, isWithinDialog, optionTags } from "../sip/headers.ts";
import { hasParam } from "../sip/params.ts";
import { isServiceUrn, parseUri, type SipUri } from "../sip/uri.ts";
import { readContact, tokenOf } from "./contact.ts";
import type { Refusal, RequestContext } from "./contexts.ts";
import { isOwnUri } from "./view.ts";
import type { World } from "./world.ts";

/** Option tags a masquerading proxy may let pass in Proxy-Require (RULES V6). */
const PROXY_REQUIRE = new Set(["privacy", "gin", "path", "outbound", "gruu", "sec-agree"]);

/** Methods we know; an unknown one passes all the same. */
export const ALLOW =
  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, REFER, SUBSCRIBE, NOTIFY, MESSAGE, PUBLISH";

/** What a request is judged by before anything is kept of it. */
type Arrived = Pick<RequestContext, "request" | "side">;

/** The checks of RFC 3261 §16.3 in RULES V6's form; undefined when the request may go on. */
export function checkRequest(world: World, context: Arrived): Refusal | undefined {
  const { request } = context;
  const uri = parseUri(request.uri);
  if (!uri.ok) return { status: 400, reason: "Bad Request-URI", cause: "request-uri" };
  if (!["sip", "sips", "tel"].includes(uri.value.scheme) && !isServiceUrn(uri.value)) {
    return { status: 416, reason: "Unsupported URI Scheme", cause: "scheme" };
  }
  const unknown = optionTags(request, "proxy-require").filter((tag) => !PROXY_REQUIRE.has(tag));
  if (unknown.length > 0) {
    const headers = [["Unsupported", unknown.join(", ")]] as const;
    return { status: 420, reason: "Bad Extension", cause: "proxy-require", headers };
  }
  if (headerValues(request, "via").length > world.limits.vias) {
    return { status: 400, reason: "Too Many Vias", cause: "vias" };
  }
  if (request.method === "OPTIONS" && isForUs(world, context, uri.value)) return ALIVE;
  if (headerNumber(request, "max-forwards") === 0) {
    return { status: 483, reason: "Too Many Hops", cause: "hops" };
  }
  return contactRefusal(context);
}

/** Requests that make a dialog, and must say where its later ones go (RFC 3261 §8.1.1.8, RFC 3515 §2.2). */
const NEED_CONTACT = new Set(["INVITE", "SUBSCRIBE", "REFER"]);

/**
 * Without a Contact a call would ring and be answered, and neither its ACK nor its BYE could find anybody:
 * better nobody is rung. A request within a dialog may leave it out, since the target is known.
 */
function contactRefusal({ request, side }: Arrived): Refusal | undefined {
  if (!NEED_CONTACT.has(request.method) || isWithinDialog(request)) return undefined;
  const contact = headerValues(request, "contact")[0];
  if (contact === undefined) return { status: 400, reason: "Missing Contact", cause: "contact" };
  // One from outside is the phone's to read, and its route may serve whatever it is; for one from inside we stand in.
  if (side === "outside" || readContact(contact) !== undefined) return undefined;
  return { status: 400, reason: "Contact is no SIP URI", cause: "contact" };
}

/** Our own answer to OPTIONS: what PBXes ping us for. */
const ALIVE: Refusal = {
  status: 200,
  reason: "OK",
  headers: [["Allow", ALLOW], ["Accept", "application/sdp"]],
};

/** True for a request meant for us: our address without a token; a user part from outside means a phone. */
function isForUs(world: World, context: Arrived, uri: SipUri): boolean {
  if (!isOwnUri(world, uri) || tokenOf(uri) !== undefined) return false;
  // A strict router put us into the Request-URI and the target into the Route (RFC 3261 §16.4).
  if (hasParam(uri.params, "lr") && headerValues(context.request, "route").length > 0) return false;
  return context.side === "inside" || uri.user === undefined;
}

const LOOP: Refusal = { status: 482, reason: "Loop Detected", cause: "loop" };

/** RULES V5: a request that came back too often, or to where it already was. */
export function loopRefusal(world: World, context: RequestContext): Refusal | undefined {
  if (context.depth > world.limits.depth) return LOOP;
  for (let above = context.parent; above !== undefined; above = above.parent) {
    if (above.side === context.side && above.request.uri === context.request.uri) {
      return LOOP;
    }
  }
  return undefined;
}
