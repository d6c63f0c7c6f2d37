import { type Flow, sameFlow } from "../base/address.ts";
import type { Result } from "../base/result.ts";
import { withoutTopValue } from "../sip/edit.ts";
import { callId, cseq, fromTag, headerText, headerValues, toTag } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseUri } from "../sip/uri.ts";
import { answer, isForgotten } from "./answer.ts";
import { buildOutward, withDialogRoute } from "./build_outward.ts";
import { beginCall } from "./call_life.ts";
import { hearCall } from "./call_records.ts";
import { firstContact } from "./contact.ts";
import type { Passage, Refusal, RequestContext } from "./contexts.ts";
import { dialogKey, moveParty, ownParty } from "./dialogs.ts";
import { endedAnswer } from "./find_phone.ts";
import { forward } from "./forward.ts";
import { hangsUpLater } from "./hang_up_later.ts";
import { hangsUpHeldBack } from "./held_back.ts";
import { withLocalTarget } from "./local_target.ts";
import { type Hop, hopName, nextHop, resolveHop } from "./next_hop.ts";
import { readRegister } from "./register.ts";
import { withoutOwnRoutes } from "./routes.ts";
import { senderBinding } from "./sender.ts";
import { dialogsFull } from "./dialogs_full.ts";
import { dialogToken } from "./tokens.ts";
import { isOwnAddress, isOwnUri } from "./view.ts";
import type { World } from "./world.ts";

/** Sends a request from inside on its way out. */
export function forwardOutward(world: World, context: RequestContext): void {
  const { request } = context;
  enterDialog(world, context);
  // Held as long as the transaction, whatever becomes of the request: its end lets go.
  if (context.party !== undefined) context.party.users++;
  if (context.dialog?.ended) return answer(world, context, endedAnswer(request));
  if (request.method === "BYE") {
    if (hangsUpHeldBack(world, context) || hangsUpLater(world, context)) return;
  }
  if (request.method === "REGISTER" && !admitRegister(world, context)) return;
  if (context.dialog === undefined && !holdParty(world, context)) return;
  if (request.method === "INVITE" && context.call === undefined) {
    if (!beginCall(world, context)) return;
  }
  const routed = routeOutward(world, context);
  resolveOutward(world, context, {
    routed,
    done: ({ flows, hop, routed }) => {
      if (context.final !== undefined || isForgotten(context)) return;
      if (context.cancelled) {
        return answer(world, context, { status: 487, reason: "Request Terminated" });
      }
      if (!flows.ok) return answer(world, context, flows.reason);
      if (request.method === "REGISTER" && leadsToUs(world, flows.value)) {
        return answer(world, context, NO_REGISTRAR);
      }
      forward(world, context, [{
        side: "outside",
        flows: flows.value,
        hop: hop.kind === "servers" ? hopName(hop.query) : "",
        phone: undefined,
        build: (flow) => buildOutward(world, context, { routed, flow }),
      }]);
    },
  });
}

/** Where a request from inside goes, and the request with the route that is left of it. */
export interface WayOut {
  readonly flows: Result<readonly Flow[], Refusal>;
  readonly hop: Hop;
  readonly routed: SipRequest;
}

/** Finds the way out; a Route entry that names us by a name is ours like one by an address (RULES N1). */
export function resolveOutward(
  world: World,
  passage: Passage,
  options: { routed: SipRequest; done: (way: WayOut) => void },
): void {
  const { routed, done } = options;
  const hop = nextHop(world, passage, routed);
  resolveHop(world, hop, {
    passage,
    done: (flows) => {
      const byRoute = headerValues(routed, "route").length > 0;
      if (!byRoute || !flows.ok || !leadsToUs(world, flows.value)) {
        return done({ flows, hop, routed });
      }
      const request = withoutTopValue(routed, "route");
      resolveOutward(world, passage, {
        routed: routeOutward(world, { ...passage, request }),
        done,
      });
    },
  });
}

function leadsToUs(world: World, flows: readonly Flow[]): boolean {
  const remote = flows[0]?.remote;
  return remote !== undefined && isOwnAddress(world, remote.ip, remote.port);
}

/** The request with the route it really has: ours off, the dialog's on, another phone in here by its masked URI. */
export function routeOutward(world: World, passage: Passage): SipRequest {
  const routed = withDialogRoute(withoutOwnRoutes(world, passage.request), passage);
  return withLocalTarget(world, routed);
}

/** Finds the dialog of a request from inside and notes what it says of its sender. */
export function enterDialog(world: World, passage: Passage): void {
  const { request } = passage;
  const key = dialogKey(callId(request), fromTag(request) ?? "", toTag(request) ?? "");
  const dialog = world.dialogs.get(key);
  if (dialog === undefined) return;
  passage.dialog = dialog;
  passage.party = dialog.party;
  passage.identities = dialog.identities;
  passage.call = dialog.call === undefined ? undefined : world.calls.get(dialog.call);
  dialog.cseq.inside = Math.max(dialog.cseq.inside, cseq(request).number);
  const { party } = dialog;
  const contact = firstContact(request) ?? { uri: party.uri, user: party.maskedUser };
  const moved = contact.uri !== party.uri || !sameFlow(party.flow, passage.source);
  party.flow = passage.source;
  moveParty(party, contact);
  hearCall(world, passage.call, { method: request.method, moved });
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
  context.party = world.dialogs.hold(ownParty({
    token: dialogToken(world.secret, call, tag),
    callId: call,
    tag,
    uri: contact.uri,
    maskedUser: contact.user,
    flow: context.source,
    routes: headerValues(request, "record-route"),
    domain: binding?.domain,
    name: binding?.user ?? headerText(request, "from") ?? "",
    users: 0,
  }));
  if (context.party !== undefined) return true;
  answer(world, context, dialogsFull(world, "inside"));
  return false;
}

const NO_REGISTRAR: Refusal = {
  status: 403,
  reason: "No registrar here: set your provider as registrar and this address as outbound proxy",
};

/** A REGISTER must name a registrar that is not we, and fit into the tables. */
function admitRegister(world: World, context: RequestContext): boolean {
  const uri = parseUri(context.request.uri);
  if (uri.ok && isOwnUri(world, uri.value)) {
    answer(world, context, NO_REGISTRAR);
    return false;
  }
  const register = readRegister(world, context);
  if (!register.ok) {
    answer(world, context, register.reason);
    return false;
  }
  context.register = register.value;
  const { star } = register.value;
  if (star?.others && star.tokens.length === 0) {
    // This phone has nothing to remove, and the AOR's other phones must stay (RULES R3).
    answer(world, context, { status: 200, reason: "OK" });
    return false;
  }
  return true;
}
