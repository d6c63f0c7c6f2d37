import { answer } from "./answer.ts";
import { endDialog } from "./call_life.ts";
import type { RequestContext } from "./contexts.ts";
import { sendBye } from "./dead_calls.ts";
import { notePhone } from "./enter_dialog.ts";
import { sendOrOwe } from "./owed_byes.ts";
import { viewFor } from "./view.ts";
import type { World } from "./world.ts";

/**
 * True, and answered, for the BYE of a phone while our outside address is unknown: who hears nothing hangs up, and
 * the far end, which cannot be told now, gets its BYE from us as soon as it can be (RULES X2).
 */
export function hangsUpLater(world: World, context: RequestContext): boolean {
  const { dialog } = context;
  if (dialog?.kind !== "call" || dialog.ended || !dialog.confirmed) return false;
  if (viewFor(world, "outside", dialog.pinned.remote.ip) !== undefined) return false;
  answer(world, context, { status: 200, reason: "OK" });
  notePhone(world, context);
  sendOrOwe(world, {
    holder: dialog.holder,
    send: () => sendBye(world, dialog, { to: "outside" }),
  });
  endDialog(world, dialog, { kind: "hung-up", side: "inside" });
  return true;
}
