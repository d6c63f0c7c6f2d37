import { sameFlow } from "../base/address.ts";
import { cseq } from "../sip/headers.ts";
import { hearCall } from "./call_records.ts";
import { firstContact } from "./contact.ts";
import type { Passage } from "./contexts.ts";
import { type Dialog, moveParty, moveTarget } from "./dialogs.ts";
import { withFarEndParties } from "./far_end_uris.ts";
import { dialogOf, notePeer } from "./sources.ts";
import { flowTo } from "./view.ts";
import type { World } from "./world.ts";

/*
 * What a request in a dialog says of who sends it: where it is now, and its highest CSeq. Nothing of that is noted of
 * one that we refuse (RULES S3).
 */

/** Puts a request from inside into its dialog. */
export function enterDialog(world: World, passage: Passage): void {
  const dialog = dialogOf(world, passage.request, "inside");
  if (dialog === undefined) return;
  passage.dialog = dialog;
  passage.party = dialog.party;
  passage.identities = dialog.identities;
  passage.call = dialog.call === undefined ? undefined : world.calls.get(dialog.call);
}

/** Notes what a request in a dialog says of its phone, once it goes on: one that we refuse changes nothing. */
export function notePhone(world: World, passage: Passage): void {
  const { request, dialog } = passage;
  if (dialog === undefined) return;
  dialog.cseq.inside = Math.max(dialog.cseq.inside, cseq(request).number);
  const { party } = dialog;
  const contact = firstContact(request) ?? { uri: party.uri, user: party.maskedUser };
  const moved = contact.uri !== party.uri || !sameFlow(party.flow, passage.source);
  party.flow = passage.source;
  moveParty(party, contact);
  hearCall(world, passage.call, { method: request.method, moved });
}

/** Puts a request of the outside party into its dialog. */
export function enterFromOutside(world: World, passage: Passage, dialog: Dialog): void {
  passage.dialog = dialog;
  passage.identities = withFarEndParties(world, dialog.identities, passage.request);
  passage.call = dialog.call === undefined ? undefined : world.calls.get(dialog.call);
}

/** Notes what a request of the outside party says of it, once it goes on: one that we refuse changes nothing. */
export function noteFarEnd(world: World, passage: Passage): void {
  const { request, dialog } = passage;
  if (dialog === undefined) return;
  dialog.identities = passage.identities;
  dialog.cseq.outside = Math.max(dialog.cseq.outside, cseq(request).number);
  const pinned = flowTo(world, "outside", passage.source.remote) ?? dialog.pinned;
  const target = firstContact(request)?.uri ?? dialog.outsideTarget;
  const added = notePeer(world, dialog, passage.source.remote.ip);
  const moved = added || target !== dialog.outsideTarget || !sameFlow(pinned, dialog.pinned);
  dialog.pinned = pinned;
  moveTarget(dialog, target);
  hearCall(world, passage.call, { method: request.method, moved });
}
