import { ok, refuse, type Result } from "../base/result.ts";
import { mapHeaderValues, withHeaderValues, withoutHeader } from "../sip/edit.ts";
import { headerText, headerValues, isWithinDialog, toTag } from "../sip/headers.ts";
import type { SipResponse } from "../sip/message.ts";
import { isLoose, parseNameAddr } from "../sip/name_addr.ts";
import { makeResponse } from "../sip/write.ts";
import { maskContacts, maskRedirects, registeredContact, senderDomain } from "./build_outward.ts";
import { concealHeaders } from "./conceal.ts";
import { endOfBranch, endOfRefusal } from "./call_end.ts";
import { initialInviteFailed } from "./call_life.ts";
import type { Branch, Refusal, RequestContext } from "./contexts.ts";
import { describe } from "./describe.ts";
import { maskIdentities, type Outwardly, soundParty } from "./identity.ts";
import { hangUp } from "./hang_up.ts";
import { registerAnswered } from "./register_answer.ts";
import { noRoom } from "./no_place.ts";
import { isRecorded, ownRoute } from "./routes.ts";
import { seconds } from "./register.ts";
import { OUTSIDE_UNKNOWN } from "./targets.ts";
import { TIMES } from "./times.ts";
import { dialogOf } from "./sources.ts";
import { trackResponse } from "./track.ts";
import { viewFor } from "./view.ts";
import type { World } from "./world.ts";

/** Passes a response on to where its request came from, masqueraded for that side (DESIGN §3). */
export function deliver(world: World, branch: Branch, answered: SipResponse): void {
  const { context } = branch;
  const received = withKeptGrant(context, answered);
  const copy = isCopy(world, branch, received);
  const tracked = trackResponse(world, branch, received);
  // The call goes on with the other forks.
  if (tracked === "forks" && received.status < 200) return;
  const refusal = tracked === "forks" ? noRoom(context.side, "Too many forks") : tracked;
  const translated = refusal !== undefined
    ? refuse(refusal)
    : context.side === "inside"
    ? toInside(world, branch, received)
    : toOutside(world, branch, received);
  if (!translated.ok && isAccepted(context)) {
    // That call goes on: another fork that does not fit is ended, a copy comes again until its ACK.
    if (!copy) hangUp(world, branch, { received, why: translated.reason });
    return;
  }
  const response = restoreParties(context, finish(world, branch, translated));
  if (response.status >= 200) context.final = response.status;
  world.servers.respond(context.server, response, world.now);
  if (!translated.ok) hangUp(world, branch, { received, why: translated.reason });
  if (response.status >= 300) {
    const end = translated.ok ? endOfBranch(branch, received) : endOfRefusal(translated.reason);
    initialInviteFailed(world, context, end);
  }
}

/** A subscription is granted no longer than we keep it (RULES V7): its subscriber refreshes it before. */
function withKeptGrant({ request }: RequestContext, response: SipResponse): SipResponse {
  if (request.method !== "SUBSCRIBE" || response.status < 200 || response.status >= 300) {
    return response;
  }
  const most = TIMES.longestGrant / 1000;
  return mapHeaderValues(
    response,
    "expires",
    (value) => (seconds(value) ?? 0) > most ? String(most) : value,
  );
}

/** Its state says so after a restart too, when nobody knows what was sent. */
function isAccepted({ server }: RequestContext): boolean {
  return server.state === "accepted";
}

/** True for a 2xx that was passed on before: within a dialog there is but one, else each fork that was confirmed has its own. */
function isCopy(world: World, branch: Branch, received: SipResponse): boolean {
  const { context } = branch;
  if (!isAccepted(context)) return false;
  if (isWithinDialog(context.request)) return true;
  return dialogOf(world, received, branch.context.side)?.confirmed === true;
}

/** Media that can't be set up turns the answer into a failure (RULES V7). */
function finish(
  world: World,
  branch: Branch,
  translated: Result<SipResponse, Refusal>,
): SipResponse {
  if (translated.ok) return translated.value;
  const { status, reason } = translated.reason;
  return makeResponse(branch.context.request, { status, reason, toTag: world.newTag() });
}

/** Vias, From and To as the request had them (RULES V1, H1); the To tag is the response's. */
function restoreParties(context: RequestContext, response: SipResponse): SipResponse {
  const { request } = context;
  const from = headerText(request, "from") ?? "";
  let result = withHeaderValues(response, "Via", context.vias);
  result = mapHeaderValues(
    result,
    "from",
    (value) => wentAsItCame(value, from) ? soundParty(value) : from,
  );
  const to = headerText(request, "to") ?? "";
  const tag = toTag(response);
  const hasTag = toTag(request) !== undefined || tag === undefined || tag === "";
  return mapHeaderValues(result, "to", (value) => {
    return wentAsItCame(value, to) ? soundParty(value) : hasTag ? to : `${to};tag=${tag}`;
  });
}

/** True when a party of a request had neither its URI nor its name changed by us, so that the answer's is what came. */
function wentAsItCame(answered: string, received: string): boolean {
  const a = parseNameAddr(answered);
  const b = parseNameAddr(received);
  return a.ok && b.ok && a.value.uri === b.value.uri && !isLoose(b.value);
}

/** From the provider to the phone. */
function toInside(
  world: World,
  branch: Branch,
  received: SipResponse,
): Result<SipResponse, Refusal> {
  const { context } = branch;
  const { method } = context.request;
  const view = viewFor(world, "inside", context.source.remote.ip);
  let response = withoutAuthInt(unavailableAsError(branch, received));
  if (method === "REGISTER") return ok(registerAnswered(world, branch, response));
  const inDialog = context.dialog !== undefined || isWithinDialog(context.request);
  const recorded = response.status > 100 && response.status < 300 && isRecorded(method, inDialog);
  if (recorded && view !== undefined) {
    // Ours lies at the phone's end: below the provider's entries, since a caller reverses the list (RULES D2).
    response = withHeaderValues(response, "Record-Route", [
      ...headerValues(response, "record-route"),
      ownRoute(view),
      ...headerValues(context.request, "record-route"),
    ]);
  }
  return describeAnswer(world, branch, response);
}

/** True for an acceptance that cannot be passed on now, as our outside address is not known: the phone repeats it. Of a call that is over nothing waits. */
export function mustWait(world: World, { context }: Branch, response: SipResponse): boolean {
  const accepted = response.status >= 200 && response.status < 300;
  if (context.side === "inside" || context.request.method !== "INVITE" || !accepted) return false;
  if ((context.final ?? 0) >= 300) return false;
  return viewFor(world, "outside", context.source.remote.ip) === undefined;
}

/** What there is no masked form of goes on bare: its status, and nothing that a phone wrote (RULES I). */
function withoutView(
  context: RequestContext,
  received: SipResponse,
): Result<SipResponse, Refusal> {
  const { status } = received;
  const { method } = context.request;
  const accepted = status >= 200 && status < 300;
  if (method === "INVITE" && accepted) return refuse(NO_OUTSIDE);
  if (accepted && agrees(method, received)) return refuse(OUTSIDE_UNKNOWN);
  const tag = toTag(received);
  return ok(makeResponse(context.request, { status, ...(tag ? { toTag: tag } : {}) }));
}

/** True for an acceptance that is worth nothing bare: an answer to an offer (RFC 3311 §5.2), or a session's new interval (RFC 4028 §9). */
function agrees(method: string, { headers, body }: SipResponse): boolean {
  if (method !== "UPDATE" && method !== "PRACK") return false;
  return body !== "" || headers.some(({ key }) => key === "session-expires");
}

/** A caller outside hears of a phone that cannot be reached (RULES V7). */
export const NO_OUTSIDE: Refusal = { ...OUTSIDE_UNKNOWN, status: 480 };

/** From the phone to the provider. */
function toOutside(
  world: World,
  branch: Branch,
  answered: SipResponse,
): Result<SipResponse, Refusal> {
  const { context } = branch;
  const received = withoutAuthInt(answered.status === 503 ? asError(answered) : answered);
  const view = viewFor(world, "outside", context.source.remote.ip);
  if (view === undefined) return withoutView(context, received);
  const success = received.status > 100 && received.status < 300;
  const as: Outwardly = {
    domain: branch.phone?.domain ?? senderDomain(world, context),
    view,
  };
  // An answer carries exactly the list its request came with (RULES D1), also where the phone repeats none; a failure carries none.
  const inDialog = context.dialog !== undefined || isWithinDialog(context.request);
  const recorded = headerText(received, "record-route") !== undefined ||
    isRecorded(context.request.method, inDialog);
  let response = success && recorded
    ? withHeaderValues(
      received,
      "Record-Route",
      headerValues(context.request, "record-route"),
    )
    : withoutHeader(received, "record-route");
  response = maskIdentities(world, response, as);
  const { party } = context.dialog ?? dialogOf(world, received, branch.context.side) ?? {};
  response = success
    ? maskContacts(world, response, {
      view,
      as,
      party,
      registered: registeredContact(world, party),
    })
    : maskRedirects(world, response, as);
  response = concealHeaders(world, response, { view, also: ["contact", "from", "to", "route"] });
  return describeAnswer(world, branch, response);
}

function describeAnswer(
  world: World,
  branch: Branch,
  response: SipResponse,
): Result<SipResponse, Refusal> {
  const { context } = branch;
  return describe(world, context, {
    message: response,
    ends: {
      from: { side: branch.side, flow: branch.flow },
      to: { side: context.side, flow: context.source },
    },
  });
}

/** A 503 would make a phone give us up (RULES V7): it gets a 500 unless no server of the domain is left. */
function unavailableAsError({ context, ended }: Branch, response: SipResponse): SipResponse {
  if (response.status !== 503 || context.request.method === "REGISTER") return response;
  // A sole server that cannot be sent to is all there are; one that says 503 itself may mean this request alone.
  const isDown = ended?.kind === "unsent" && ended.fault.kind !== "too-long";
  const allTried = context.branches.length > 1;
  return allTried || isDown ? response : asError(response);
}

/** RFC 3261 §16.7 step 6: one phone's or server's 503 says nothing of the others, and would take us out of service. */
function asError(response: SipResponse): SipResponse {
  const startLine = response.startLine.replace(" 503 ", " 500 ");
  return withoutHeader({ ...response, status: 500, startLine }, "retry-after");
}

/** `auth-int` would cover a body that we change (RULES H3). */
function withoutAuthInt(response: SipResponse): SipResponse {
  if (response.status !== 401 && response.status !== 407) return response;
  const change = (value: string) =>
    value.replace(/qop="auth,\s{0,4}auth-int"|qop="auth-int,\s{0,4}auth"/i, 'qop="auth"');
  const first = mapHeaderValues(response, "www-authenticate", change);
  return mapHeaderValues(first, "proxy-authenticate", change);
}
