import { ownText } from "../base/bytes.ts";
import { headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { parseUri, type SipUri, uriEquals, writeUri } from "../sip/uri.ts";
import { withHeaderValues, withRequestUri } from "../sip/edit.ts";
import type { IdentityPair, Passage } from "./contexts.ts";
import { type Dialog, dialogKey } from "./dialogs.ts";
import { routeText, sameRoutes } from "./routes.ts";
import { isInsideHost, isOwnUri } from "./view.ts";
import type { World } from "./world.ts";

/*
 * What the far end of a dialog wrote itself goes back to it as it was written, whatever its host (RULES I): gateways
 * and proxies behind a NAT write private addresses, which may lie in our own networks. Only in these places, and only
 * that text: all else in a message is a phone's, also where it names the same address.
 */

/** URIs that the far end of a dialog wrote itself, by where they go back to it. */
export interface FarEndUris {
  /** Its Contact and its Record-Route: the Request-URI may be one of them. */
  readonly targets: readonly string[];
  /** Its route set, as Route values. */
  readonly routes: readonly string[];
  /** From and To of its requests. */
  readonly parties: readonly string[];
  /** Its Contact in a Refer-To. */
  readonly referred: readonly string[];
}

const NONE: FarEndUris = { targets: [], routes: [], parties: [], referred: [] };

/** What the far end gets back in a request from inside; nothing outside a dialog. */
export function farEndUris(
  world: World,
  { dialog }: Passage,
  request: SipRequest,
): FarEndUris {
  if (dialog === undefined) return NONE;
  const { outsideTarget, routeSet, identities } = dialog;
  const routes = [...routeSet, `<${outsideTarget}>`];
  const hops = routeSet.flatMap((value) => routeText(value) ?? []);
  return {
    targets: [outsideTarget, ...hops],
    routes,
    parties: identities.flatMap(({ inside, outside }) => inside === outside ? [inside] : []),
    referred: referredTo(world, dialog, request),
  };
}

/**
 * The URI of a Refer-To that is the far end's Contact, of this dialog or of the one that its Replaces names with the
 * same peer. The URI of a phone of ours is that phone, whoever else writes it.
 */
function referredTo(world: World, dialog: Dialog, request: SipRequest): readonly string[] {
  const uri = referToUri(request);
  if (uri === undefined) return [];
  const bare = uri.headers === "" ? uri : { ...uri, headers: "" };
  const text = writeUri(bare);
  if (world.bindings.ofUri(text) !== undefined || isOwnUri(world, uri)) return [];
  const replaced = replacedDialog(world, uri.headers);
  const peer = dialog.pinned.remote.ip;
  const dialogs = replaced?.pinned.remote.ip === peer ? [dialog, replaced] : [dialog];
  return dialogs.some(({ outsideTarget }) => outsideTarget === text) ? [text] : [];
}

function referToUri(request: SipRequest): SipUri | undefined {
  const address = parseNameAddr(headerText(request, "refer-to") ?? "");
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  return uri?.ok && uri.value.host !== "" ? uri.value : undefined;
}

/** The dialog that `?Replaces=` names, as its outside party knows it: `to-tag` is that party's (RFC 3891 §3). */
function replacedDialog(world: World, headers: string): Dialog | undefined {
  const raw = /[?&]replaces=([^&]*)/i.exec(headers)?.[1];
  if (raw === undefined) return undefined;
  const text = raw.replaceAll(
    /%([0-9a-f]{2})/gi,
    (_all, hex) => String.fromCharCode(parseInt(hex, 16)),
  );
  const call = text.split(";", 1)[0]!;
  const outside = /;to-tag=([^;]*)/i.exec(text)?.[1] ?? "";
  const inside = /;from-tag=([^;]*)/i.exec(text)?.[1] ?? "";
  const dialog = world.dialogs.get(dialogKey(call, inside, outside));
  return dialog?.ended ? undefined : dialog;
}

/** The identities of a dialog with those that its outside party writes with an inside host: they are the same on both sides. */
export function withFarEndParties(
  world: World,
  pairs: readonly IdentityPair[],
  request: SipRequest,
): readonly IdentityPair[] {
  let result = pairs;
  for (const key of ["from", "to"]) {
    const address = parseNameAddr(headerText(request, key) ?? "");
    const text = address.ok ? address.value.uri : "";
    const uri = parseUri(text);
    if (!uri.ok || !isInsideHost(world, uri.value.host)) continue;
    const known = result.some(({ inside, outside }) => inside === text || outside === text);
    if (known || result.length >= MOST_PAIRS) continue;
    const own = ownText(text);
    result = [...result, { inside: own, outside: own }];
  }
  return result;
}

/** Both parties of a call, and both once more where the far end was exchanged (RFC 4916). */
const MOST_PAIRS = 4;

/**
 * An in-dialog request as the far end wrote its target and its route set: phones send them back in other spellings,
 * or without any Route (RULES D3).
 */
export function asFarEndWrote(request: SipRequest, dialog: Dialog | undefined): SipRequest {
  if (dialog === undefined) return request;
  const { outsideTarget, routeSet } = dialog;
  const named = isSameUri(request.uri, outsideTarget);
  const result = named ? withRequestUri(request, outsideTarget) : request;
  const routes = headerValues(request, "route");
  if (routeSet.length === 0 || isSameList(routes, routeSet)) return result;
  if (routes.length > 0 && !sameRoutes(routes, routeSet)) return result;
  return withHeaderValues(result, "Route", routeSet);
}

function isSameUri(text: string, other: string): boolean {
  if (text === other) return false;
  const left = parseUri(text);
  const right = parseUri(other);
  return left.ok && right.ok && uriEquals(left.value, right.value);
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
