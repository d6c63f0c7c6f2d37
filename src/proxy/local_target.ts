import { hostLiteral } from "../base/address.ts";
import { withRequestUri } from "../sip/edit.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseUri, writeUri } from "../sip/uri.ts";
import { maskedUri, tokenOf } from "./contact.ts";
import type { Dialog } from "./dialogs.ts";
import { isInsideHost, viewFor } from "./view.ts";
import type { World } from "./world.ts";

/**
 * A request from inside for another phone in here, as the outside would address it: by a phone's own
 * Contact (RULES N2), or by a masked URI that we gave out before our address changed. So it is handed
 * to the other side inside the core; any other request stays as it is, also one for a far end that has the address
 * of a phone in here in its own network.
 */
export function withLocalTarget(
  world: World,
  request: SipRequest,
  dialog?: Dialog,
): SipRequest {
  if (headerValues(request, "route").length > 0) return request;
  const uri = parseUri(request.uri);
  const { advertised } = world.network;
  if (!uri.ok || advertised === undefined) return request;
  const view = viewFor(world, "outside", advertised);
  if (view === undefined) return request;
  const token = tokenOf(uri.value);
  if (token !== undefined && isOurs(world, token)) {
    const host = hostLiteral(view.ip);
    return withRequestUri(request, writeUri({ ...uri.value, host, port: view.port }));
  }
  if (!isInsideHost(world, uri.value.host) || request.uri === dialog?.outsideTarget) return request;
  const phone = world.bindings.ofUri(request.uri)?.binding;
  if (phone === undefined) return request;
  return withRequestUri(request, maskedUri(uri.value, { view, token: phone.token }));
}

function isOurs(world: World, token: string): boolean {
  return world.bindings.get(token) !== undefined || world.dialogs.party(token) !== undefined;
}
