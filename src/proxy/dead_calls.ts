import type { Flow } from "../base/address.ts";
import { opposite, type Side } from "../base/side.ts";
import { MAGIC_COOKIE } from "../sip/via.ts";
import { makeRequest } from "../sip/write.ts";
import { endDialog } from "./call_life.ts";
import type { Dialog } from "./dialogs.ts";
import { sendEnding } from "./ending.ts";
import { sendOrOwe } from "./owed_byes.ts";
import { outsideTarget, phoneTarget } from "./targets.ts";
import { ownVia, viewFor } from "./view.ts";
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

/** BYE to one side of a dialog, as its peer would send it; false when we do not know the way, or our address there. */
export function sendBye(
  world: World,
  dialog: Dialog,
  { to, reason }: { to: Side; reason?: string },
): boolean {
  const flow = flowOf(world, dialog, to);
  const view = flow && viewFor(world, to, flow.remote.ip);
  if (flow === undefined || view === undefined) return false;
  const inside = to === "inside";
  const branch = `${MAGIC_COOKIE}${world.newTag()}`;
  const target = partyUri(dialog, { uri: inside ? dialog.insideUri : dialog.outsideUri, side: to });
  const peer = partyUri(dialog, { uri: inside ? dialog.outsideUri : dialog.insideUri, side: to });
  const routes = inside ? dialog.party.routes : dialog.routeSet;
  const [fromTag, toTag] = inside
    ? [dialog.outsideTag, dialog.insideTag]
    : [dialog.insideTag, dialog.outsideTag];
  const request = makeRequest({
    method: "BYE",
    uri: inside ? dialog.party.uri : dialog.outsideTarget,
    headers: [
      ["Via", ownVia(view, { flow, branch })],
      ...routes.map((route) => ["Route", route] as const),
      ["Max-Forwards", "70"],
      ["From", `<${peer}>;tag=${fromTag}`],
      ["To", `<${target}>;tag=${toTag}`],
      ["Call-ID", dialog.callId],
      ["CSeq", `${dialog.cseq[opposite(to)] + CSEQ_STEP} BYE`],
      ...(reason === undefined ? [] : [["Reason", reason] as const]),
    ],
  });
  sendEnding(world, flow, { request, branch, holder: dialog.holder });
  return true;
}

function flowOf(world: World, dialog: Dialog, to: Side): Flow | undefined {
  if (to === "inside") return phoneTarget(world, dialog.party);
  const target = outsideTarget(world, dialog.pinned.remote);
  return target.ok ? target.value : undefined;
}

/** A party's URI as the given side writes it (RULES H1). */
function partyUri(dialog: Dialog, options: { uri: string; side: Side }): string {
  if (options.side === "inside") return options.uri;
  const pair = dialog.identities.find((candidate) => candidate.inside === options.uri);
  return pair?.outside ?? options.uri;
}
