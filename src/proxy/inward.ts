import type { Flow } from "../base/address.ts";
import { refuse, type Result } from "../base/result.ts";
import { withHeaderValues, withoutHeader, withRequestUri, withTopValue } from "../sip/edit.ts";
import { isWithinDialog } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { answer } from "./answer.ts";
import { beginCall } from "./call_life.ts";
import { phoneUri } from "./contact.ts";
import type { Passage, Refusal, RequestContext } from "./contexts.ts";
import { describe } from "./describe.ts";
import { enterFromOutside, noteFarEnd } from "./enter_dialog.ts";
import type { Found, Phone } from "./find_phone.ts";
import { forward, type ForwardOptions } from "./forward.ts";
import { soundParties, unmaskParties } from "./identity.ts";
import { isRinging } from "./ringing.ts";
import { isRecorded, ownRoute, withStrictRoute } from "./routes.ts";
import { viewFor } from "./view.ts";
import { phoneTarget } from "./targets.ts";
import type { World } from "./world.ts";

/** Sends a request from outside to the phone, or phones, that it is for. */
export function forwardInward(
  world: World,
  context: RequestContext,
  found: Found & { kind: "phones" },
): void {
  const { request } = context;
  if (found.dialog !== undefined) enterFromOutside(world, context, found.dialog);
  context.party = found.party;
  if (found.party !== undefined) found.party.users++;
  const phones = found.phones.filter(({ binding }) =>
    binding === undefined || !isRinging(world, request, binding)
  );
  if (phones.length === 0) {
    return answer(world, context, { status: 482, reason: "Every phone has this request already" });
  }
  if (request.method === "INVITE" && context.call === undefined) {
    const ips = new Set(phones.map((phone) => phone.flow.remote.ip));
    if (!beginCall(world, context, [...ips])) return;
  }
  const targets = phones.map((phone): ForwardOptions => ({
    side: "inside",
    flows: [phoneTarget(world, phone)],
    hop: "",
    phone: phone.binding,
    build: (flow) => buildInward(world, context, { request, phone, flow }),
  }));
  if (forward(world, context, targets)) noteFarEnd(world, context);
}

/** The masquerade of a request that goes to a phone (DESIGN §3). */
export function buildInward(
  world: World,
  passage: Passage,
  options: { request: SipRequest; phone: Phone; flow: Flow },
): Result<SipRequest, Refusal> {
  const { phone, flow } = options;
  const view = viewFor(world, "inside", flow.remote.ip);
  if (view === undefined) return refuse({ status: 480, reason: "No way to the phone now" });
  const uri = phoneUri(phone.uri, {
    received: options.request.uri,
    maskedUser: phone.maskedUser,
  });
  // A Route of somebody outside names nobody in here: only the stored inside route set is followed.
  let request = withoutHeader(withRequestUri(options.request, uri), "route");
  if (phone.routes.length > 0) {
    request = withStrictRoute(withHeaderValues(request, "Route", phone.routes));
  }
  if (isRecorded(request.method, passage.dialog !== undefined || isWithinDialog(request))) {
    request = withTopValue(request, "Record-Route", ownRoute(view));
  }
  request = soundParties(unmaskParties(request, passage.identities));
  return describe(world, passage, {
    message: request,
    ends: {
      from: { side: "outside", flow: passage.source },
      to: { side: "inside", flow },
    },
    domain: phone.binding?.domain,
  });
}
