import type { Flow } from "../base/address.ts";
import { callId, fromTag, headerText, headerValues } from "../sip/headers.ts";
import { parseUri } from "../sip/uri.ts";
import { answer, isForgotten } from "./answer.ts";
import { buildOutward } from "./build_outward.ts";
import { hostOfHop } from "./bindings.ts";
import { beginCall } from "./call_life.ts";
import { firstContact } from "./contact.ts";
import type { Refusal, RequestContext } from "./contexts.ts";
import { ownParty, registrationOf } from "./dialogs.ts";
import { enterDialog, notePhone } from "./enter_dialog.ts";
import { endedAnswer } from "./find_phone.ts";
import { forward } from "./forward.ts";
import { hangsUpLater } from "./hang_up_later.ts";
import { hangsUpHeldBack } from "./held_back.ts";
import { nameOfHop } from "./next_hop.ts";
import { noPlaceIn } from "./no_place.ts";
import { readRegister, registerRefusal } from "./register.ts";
import { senderBinding } from "./sender.ts";
import { isPhone } from "./sources.ts";
import { dialogToken } from "./tokens.ts";
import { isOwnUri } from "./view.ts";
import { leadsToUs, resolveOutward, routeOutward } from "./way_out.ts";
import type { World } from "./world.ts";

/** Sends a request from inside on its way out. */
export function forwardOutward(world: World, context: RequestContext): void {
  const { request } = context;
  if (request.method === "REGISTER") return forwardRegister(world, context);
  enterDialog(world, context);
  // Held as long as the transaction, whatever becomes of the request: its end lets go.
  if (context.party !== undefined) context.party.users++;
  if (context.dialog?.ended) return answer(world, context, endedAnswer(request));
  if (request.method === "BYE") {
    if (hangsUpHeldBack(world, context) || hangsUpLater(world, context)) return;
  }
  if (context.dialog === undefined && !holdParty(world, context)) return;
  if (request.method === "INVITE" && context.call === undefined) {
    if (!beginCall(world, context)) return;
  }
  sendOutward(world, context, () => true);
}

/** Forwards a request to where its way out leads, if it is `admitted` there. */
function sendOutward(
  world: World,
  context: RequestContext,
  admitted: (way: { flows: readonly Flow[]; hop: string }) => boolean,
): void {
  resolveOutward(world, context, {
    routed: routeOutward(world, context),
    done: ({ flows, hop: way, routed }) => {
      if (context.final !== undefined || isForgotten(context)) return;
      if (context.cancelled) {
        return answer(world, context, { status: 487, reason: "Request Terminated" });
      }
      if (!flows.ok) return answer(world, context, flows.reason);
      const hop = nameOfHop(way);
      if (!admitted({ flows: flows.value, hop })) return;
      const sent = forward(world, context, [{
        side: "outside",
        flows: flows.value,
        hop,
        phone: undefined,
        build: (flow) => buildOutward(world, context, { routed, flow }),
      }]);
      if (sent) notePhone(world, context);
    },
  });
}

/** A REGISTER must name a registrar that is not we; it is in no dialog, whatever it looks like (RFC 3261 §10.2). */
function forwardRegister(world: World, context: RequestContext): void {
  const { request } = context;
  const uri = parseUri(request.uri);
  if (uri.ok && isOwnUri(world, uri.value)) return answer(world, context, NO_REGISTRAR);
  const refusal = registerRefusal(world, request);
  if (refusal !== undefined) return answer(world, context, refusal);
  sendOutward(world, context, ({ flows, hop }) => {
    const refused = leadsToUs(world, flows) ? NO_REGISTRAR : admitRegister(world, context, {
      host: hostOfHop(hop),
      servers: [...new Set(flows.map(({ remote }) => remote.ip))],
    });
    if (refused !== undefined) answer(world, context, refused);
    return refused === undefined;
  });
}

/** Notes what a REGISTER asks of its registrar; an answer of ours when it is not to be sent there. */
function admitRegister(
  world: World,
  context: RequestContext,
  registrar: { host: string; servers: readonly string[] },
): Refusal | undefined {
  const register = readRegister(world, context, registrar);
  if (!register.ok) return register.reason;
  context.register = register.value;
  const { star } = register.value;
  // This phone has nothing to remove, and the AOR's other phones must stay (RULES R3).
  const nothing = star?.others === true && star.tokens.length === 0;
  return nothing ? { status: 200, reason: "OK" } : undefined;
}

/**
 * A request with a Contact may make a dialog: its sender becomes an inside party with a token of its own (RULES C2).
 * False, and answered, when no more fit: without a token the phone's own Contact would leave (RULES I, V7).
 */
function holdParty(world: World, context: RequestContext): boolean {
  const { request } = context;
  const contact = firstContact(request);
  if (contact === undefined || request.method === "REGISTER") return true;
  const call = callId(request);
  const tag = fromTag(request) ?? "";
  const binding = senderBinding(world, context);
  const held = world.dialogs.hold(ownParty({
    token: dialogToken(world.secret, call, tag),
    holder: context.holder,
    callId: call,
    tag,
    uri: contact.uri,
    maskedUser: contact.user,
    flow: context.source,
    routes: headerValues(request, "record-route"),
    domain: binding?.domain,
    registration: registrationOf(binding),
    name: binding?.user ?? headerText(request, "from") ?? "",
    users: 0,
  }));
  if (typeof held === "string") {
    const shares = world.dialogs.shares.parties;
    answer(world, context, noPlaceIn(world, context, { shares, table: "dialogs", why: held }));
    return false;
  }
  if (!isPhone(world, held, context.source.remote.ip)) {
    world.dialogs.release(held);
    answer(world, context, FOREIGN);
    return false;
  }
  context.party = held;
  return true;
}

/** Who is no party of a call would move its audio and learn its token (RULES S3). */
const FOREIGN: Refusal = { status: 482, reason: "Another phone has this Call-ID and tag" };

const NO_REGISTRAR: Refusal = {
  status: 403,
  reason: "No registrar here: set your provider as registrar and this address as outbound proxy",
};
