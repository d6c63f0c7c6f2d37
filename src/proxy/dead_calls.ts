import type { Flow } from "../base/address.ts";
import { opposite, type Side } from "../base/side.ts";
import type { SipRequest } from "../sip/message.ts";
import { makeRequest } from "../sip/write.ts";
import { endDialog } from "./call_life.ts";
import type { Passage } from "./contexts.ts";
import type { Dialog } from "./dialogs.ts";
import { sendEnding } from "./ending.ts";
import { sendOrOwe } from "./owed_byes.ts";
import { type OwnRequest, ownRequest, sendToFarEnd } from "./own_request.ts";
import { phoneTarget } from "./targets.ts";
import type { World } from "./world.ts";

/** Our BYE is this far above the highest CSeq its sender has used (RULES X2). */
export const CSEQ_STEP = 100;

const NO_MEDIA = 'SIP;cause=408;text="No media"';

/** Nothing crossed a call's streams for too long: both sides get the BYE that their peer can't send (RULES X2). */
export function callDied(world: World, session: string): void {
  const call = world.calls.get(session);
  if (call === undefined) return;
  for (const dialog of [...call.dialogs]) {
    if (!dialog.confirmed) continue;
    for (const to of ["inside", "outside"] as const) {
      sendOrOwe(world, {
        holder: dialog.holder,
        send: () => sendBye(world, dialog, { to, reason: NO_MEDIA }),
      });
    }
    endDialog(world, dialog, { kind: "no-media" });
  }
}

/** BYE to one side of a dialog, as its peer would send it; false while we do not know our address there. */
export function sendBye(
  world: World,
  dialog: Dialog,
  { to, reason }: { to: Side; reason?: string },
): boolean {
  const { holder } = dialog;
  const bye = writeBye(dialog, { to, reason });
  if (to === "outside") {
    const send = (flow: Flow, own: OwnRequest) => sendEnding(world, flow, { ...own, holder });
    return sendToFarEnd(world, asPhone(world, dialog, bye), send);
  }
  const flow = phoneTarget(world, dialog.party);
  const own = ownRequest(world, bye, { side: to, flow });
  if (own === undefined) return false;
  sendEnding(world, flow, { ...own, holder });
  return true;
}

/** A request of our own as if the phone had sent it. */
function asPhone(world: World, dialog: Dialog, request: SipRequest): Passage {
  const { party, identities, call } = dialog;
  return {
    request,
    side: "inside",
    source: party.flow,
    holder: dialog.holder,
    identities,
    call: call === undefined ? undefined : world.calls.get(call),
    dialog,
    party,
    register: undefined,
  };
}

function writeBye(
  dialog: Dialog,
  { to, reason }: { to: Side; reason: string | undefined },
): SipRequest {
  const inside = to === "inside";
  const target = partyUri(dialog, { uri: inside ? dialog.insideUri : dialog.outsideUri, side: to });
  const peer = partyUri(dialog, { uri: inside ? dialog.outsideUri : dialog.insideUri, side: to });
  const routes = inside ? dialog.party.routes : dialog.routeSet;
  const [fromTag, toTag] = inside
    ? [dialog.outsideTag, dialog.insideTag]
    : [dialog.insideTag, dialog.outsideTag];
  return makeRequest({
    method: "BYE",
    uri: inside ? dialog.party.uri : dialog.outsideTarget,
    headers: [
      ...routes.map((route) => ["Route", route] as const),
      ["Max-Forwards", "70"],
      ["From", tagged(peer, fromTag)],
      ["To", tagged(target, toTag)],
      ["Call-ID", dialog.callId],
      ["CSeq", `${dialog.cseq[opposite(to)] + CSEQ_STEP} BYE`],
      ...(reason === undefined ? [] : [["Reason", reason] as const]),
    ],
  });
}

/** The null tag is not written (RFC 3261 §12.1.2). */
function tagged(uri: string, tag: string): string {
  return tag === "" ? `<${uri}>` : `<${uri}>;tag=${tag}`;
}

/** A party's URI as the given side writes it (RULES H1). */
function partyUri(dialog: Dialog, options: { uri: string; side: Side }): string {
  if (options.side === "inside") return options.uri;
  const pair = dialog.identities.find((candidate) => candidate.inside === options.uri);
  return pair?.outside ?? options.uri;
}
