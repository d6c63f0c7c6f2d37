import { hostLiteral, type Transport } from "../base/address.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipMessage } from "../sip/message.ts";
import { type NameAddr, parseNameAddr, writeNameAddr } from "../sip/name_addr.ts";
import { getParam, type Param } from "../sip/params.ts";
import { parseUri, type SipUri, writeUri } from "../sip/uri.ts";
import { transportParam, type View } from "./view.ts";

/** The URI parameter that carries a token; known from providers' own use, so it survives registrars. */
const TOKEN_PARAM = "line";

/**
 * URI parameters of the phone that a registrar must see: push (RFC 8599; `app-id` stands beside the older ones of
 * Linphone), bulk numbers (RFC 6140), `ob` (RFC 5626).
 */
const KEPT = /^(?:pn-.*|app-id|bnc|ob)$/i;

/** The masked URI of RULES C3. */
export function maskedUri(uri: SipUri, options: { view: View; token: string }): string {
  const { view, token } = options;
  const user = uri.user === undefined || uri.user === "" ? "" : `${uri.user}@`;
  const kept = uri.params.filter((param) => KEPT.test(param.name)).map(writeParam).join("");
  const transport = transportParam(view.listener.transport as Transport);
  return `sip:${user}${
    hostLiteral(view.ip)
  }:${view.port};${TOKEN_PARAM}=${token}${transport}${kept}`;
}

function writeParam(param: Param): string {
  return param.value === undefined ? `;${param.name}` : `;${param.name}=${param.value}`;
}

/** Puts another URI into a Contact value; display name and header parameters stay as they are. */
export function withContactUri(value: NameAddr, uri: string): string {
  return writeNameAddr({ ...value, bracketed: true, uri });
}

/** The token in a URI, in lower case; undefined when there is none. */
export function tokenOf(uri: SipUri): string | undefined {
  const token = getParam(uri.params, TOKEN_PARAM);
  return token === undefined || token === "" ? undefined : token.toLowerCase();
}

/** A Contact (or similar) value and its URI, when both can be read and the URI is `sip:` or `sips:`. */
export function readContact(value: string): { address: NameAddr; uri: SipUri } | undefined {
  const address = parseNameAddr(value);
  if (!address.ok) return undefined;
  const uri = parseUri(address.value.uri);
  if (!uri.ok || uri.value.opaque !== "" || uri.value.host === "") return undefined;
  return { address: address.value, uri: uri.value };
}

/** The URI and user part of a message's first Contact; undefined when there is none that can be read. */
export function firstContact(message: SipMessage): { uri: string; user: string } | undefined {
  const value = headerValues(message, "contact")[0];
  const contact = value === undefined ? undefined : readContact(value);
  if (contact === undefined) return undefined;
  return { uri: asTarget(contact.uri, contact.address.uri), user: contact.uri.user ?? "" };
}

/** A Contact's URI as requests to it name it: without the headers that may stand in a Contact only (RFC 3261 §19.1.1). */
function asTarget(uri: SipUri, text: string): string {
  return uri.headers === "" ? text : writeUri({ ...uri, headers: "" });
}

/** The phone's own URI for a request to it (RULES T2): host, port and parameters its own, the user part only if it is the one we sent out. */
export function phoneUri(
  own: string,
  options: { received: string; maskedUser: string },
): string {
  const phone = parseUri(own);
  const received = parseUri(options.received);
  if (!phone.ok) return own;
  const target = asTarget(phone.value, own);
  const user = received.ok ? received.value.user ?? "" : "";
  if (user === "" || user === options.maskedUser) return target;
  return writeUri({ ...phone.value, user, headers: "" });
}
