import type { Flow } from "../base/address.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import {
  mapHeaderValues,
  withHeaderValues,
  withoutHeader,
  withoutTopValue,
  withRequestUri,
} from "../sip/edit.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipMessage, SipRequest } from "../sip/message.ts";
import { hasParam } from "../sip/params.ts";
import { concealed, concealHeaders } from "./conceal.ts";
import { maskedUri, readContact, withContactUri } from "./contact.ts";
import type { Passage, Refusal } from "./contexts.ts";
import { describe } from "./describe.ts";
import type { InsideParty } from "./dialogs.ts";
import { farEndUris } from "./far_end_uris.ts";
import {
  maskIdentities,
  maskParties,
  type Outwardly,
  outwardUri,
  soundParties,
} from "./identity.ts";
import { OUTSIDE_UNKNOWN } from "./targets.ts";
import { providerOf } from "./providers.ts";
import { maskRegister } from "./register.ts";
import { routeUri, withStrictRoute } from "./routes.ts";
import { partyBinding, senderBinding } from "./sender.ts";
import { whyUnusable } from "./unusable_hop.ts";
import { isInsideHost, leadsHere, type View, viewFor } from "./view.ts";
import type { World } from "./world.ts";

/** The masquerade of a request that leaves on the outside, for a target whose address is known (DESIGN §3). */
export function buildOutward(
  world: World,
  passage: Passage,
  options: { routed: SipRequest; flow: Flow },
): Result<SipRequest, Refusal> {
  const { flow } = options;
  const view = viewFor(world, "outside", flow.remote.ip);
  if (view === undefined) return refuse(OUTSIDE_UNKNOWN);
  const given = farEndUris(world, passage, options.routed);
  const as: Outwardly = { domain: senderDomain(world, passage), view, given };
  let request = maskTargets(
    world,
    withStrictRoute(withUsableRoute(world, passage, options.routed)),
    as,
  );
  const parties = maskParties(world, request, { pairs: passage.identities, as });
  passage.identities = parties.pairs;
  request = maskIdentities(world, parties.message, as);
  const built = request.method === "REGISTER"
    ? maskRegister(world, passage, { request, view, flow })
    : describeOutward(world, passage, {
      message: maskContacts(world, request, {
        view,
        as,
        party: passage.party,
        registered: registeredContact(world, passage.party),
      }),
      flow,
    });
  const also = request.method === "REGISTER" ? ["from", "to"] : ["from", "to", "contact"];
  if (!built.ok) return built;
  return ok(soundParties(concealHeaders(world, built.value, { view, also, given })));
}

/**
 * Outside a dialog a next hop without `lr` that somebody stands in for is taken off: as Request-URI it would mean
 * nothing to who stands in (RFC 3261 §16.6 step 6; RFC 4475 §3.1.1.11 mpart01 has one on loopback).
 */
function withUsableRoute(world: World, { dialog }: Passage, request: SipRequest): SipRequest {
  const first = headerValues(request, "route")[0];
  const uri = first === undefined ? undefined : routeUri(first);
  if (dialog !== undefined || uri === undefined || hasParam(uri.params, "lr")) return request;
  return whyUnusable(world, uri) === undefined ? request : withoutTopValue(request, "route");
}

function describeOutward(
  world: World,
  passage: Passage,
  options: { message: SipRequest; flow: Flow },
): Result<SipRequest, Refusal> {
  return describe(world, passage, {
    message: options.message,
    ends: {
      from: { side: "inside", flow: passage.source },
      to: { side: "outside", flow: options.flow },
    },
  });
}

/** Request-URI and Route without inside hosts; what proxies inside wrote for the way back is taken off (RULES I, D1, R4). */
function maskTargets(world: World, request: SipRequest, as: Outwardly): SipRequest {
  const { targets = [], routes: given = [] } = as.given ?? {};
  const uri = targets.includes(request.uri) ? request.uri : outwardUri(world, request.uri, as);
  let result = uri === request.uri ? request : withRequestUri(request, uri);
  for (const key of ["record-route", "path"]) result = withoutHeader(result, key);
  const routes = headerValues(result, "route");
  const outside = routes.filter((value) =>
    given.includes(value) || !isInsideHost(world, routeUri(value)?.host ?? "")
  );
  if (outside.length < routes.length) result = withHeaderValues(result, "Route", outside);
  return mapHeaderValues(result, "route", (value) => {
    return given.includes(value) ? value : concealed(world, value, as.view);
  });
}

/**
 * The registered masked URI, for a provider that compares the Contact of calls with it (RULES C2). Until the phone has
 * registered again after a change of our address, that one leads nowhere: what the call brings back would be lost.
 */
export function registeredContact(
  world: World,
  party: InsideParty | undefined,
): string | undefined {
  if (party === undefined) return undefined;
  if (providerOf(world, party.domain)?.contact !== "registered") return undefined;
  const masked = partyBinding(world, party)?.masked;
  return masked !== undefined && leadsHere(world, masked) ? masked : undefined;
}

/** The AOR domain of whoever sends inside: of the dialog's party, else of the binding. */
export function senderDomain(world: World, passage: Passage): string | undefined {
  return passage.party?.domain ?? passage.dialog?.party.domain ??
    senderBinding(world, passage)?.domain;
}

/** Contacts of requests and of 1xx/2xx: the dialog token's masked URI (RULES C3); without a party nothing will come back to it. */
export function maskContacts<M extends SipMessage>(
  world: World,
  message: M,
  options: {
    view: View;
    as: Outwardly;
    party: Passage["party"];
    registered: string | undefined;
  },
): M {
  const { view, party, as, registered } = options;
  return mapHeaderValues(message, "contact", (value) => {
    const contact = readContact(value);
    if (contact === undefined) return value;
    if (party === undefined) {
      const uri = outwardUri(world, contact.address.uri, as);
      return uri === contact.address.uri ? value : withContactUri(contact.address, uri);
    }
    const uri = registered ??
      concealed(world, maskedUri(contact.uri, { view, token: party.token }), view);
    return withContactUri(contact.address, uri);
  });
}

/** Contacts of 3xx and 485: a phone we know by its masked URI, an inside host by the AOR domain (RULES C4). */
export function maskRedirects<M extends SipMessage>(world: World, message: M, as: Outwardly): M {
  return mapHeaderValues(message, "contact", (value) => {
    const contact = readContact(value);
    if (contact === undefined) return value;
    const uri = outwardUri(world, contact.address.uri, as);
    return uri === contact.address.uri ? value : withContactUri(contact.address, uri);
  });
}
