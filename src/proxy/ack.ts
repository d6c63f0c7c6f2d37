import type { Flow } from "../base/address.ts";
import type { Side } from "../base/side.ts";
import { headerNumber } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { writeMessage } from "../sip/write.ts";
import { buildInward } from "./inward.ts";
import { buildOutward } from "./build_outward.ts";
import type { Dialog } from "./dialogs.ts";
import type { Passage } from "./contexts.ts";
import { enterDialog, enterFromOutside, noteFarEnd, notePhone } from "./enter_dialog.ts";
import { findPhone } from "./find_phone.ts";
import { withOurVia } from "./forward.ts";
import { holderOf } from "./holders.ts";
import { noteSent } from "./sources.ts";
import { phoneTarget } from "./targets.ts";
import { branchFor } from "./tokens.ts";
import { sideOf } from "./view.ts";
import { resolveOutward, routeOutward } from "./way_out.ts";
import type { World } from "./world.ts";

/** Takes the ACK of a 2xx: it belongs to its dialog, has no transaction and gets no answer (RULES V3). */
export function receiveAck(world: World, flow: Flow, request: SipRequest): void {
  if (headerNumber(request, "max-forwards") === 0) return world.count("ack.hops");
  const side = sideOf(world, flow);
  const passage: Passage = {
    request,
    side,
    source: flow,
    // It takes no place of its own but while its next hop is looked up: then that of a phone.
    holder: holderOf(world, { side, source: flow, urgent: true }),
    identities: [],
    call: undefined,
    dialog: undefined,
    party: undefined,
    register: undefined,
  };
  if (passage.side === "inside") ackOutward(world, passage);
  else ackInward(world, passage);
}

function ackOutward(world: World, passage: Passage): void {
  enterDialog(world, passage);
  const { dialog } = passage;
  if (dialog === undefined) return world.count("ack.unknown");
  resolveOutward(world, passage, {
    routed: routeOutward(world, passage),
    done: ({ flows, routed }) => {
      const flow = flows.ok ? flows.value[0] : undefined;
      if (flow === undefined) return world.count("ack.unroutable");
      const built = buildOutward(world, passage, { routed, flow });
      if (built.ok) {
        const ack = { passage, dialog, side: "outside", flow, request: built.value } as const;
        if (!sendAck(world, ack)) return;
        noteSent(world, dialog, flow);
        notePhone(world, passage);
      }
    },
  });
}

function ackInward(world: World, passage: Passage): void {
  const found = findPhone(world, passage.source, passage.request);
  if (found.kind !== "phones" || found.dialog === undefined) {
    return world.refuse("ack.unknown", passage.source.remote.ip);
  }
  enterFromOutside(world, passage, found.dialog);
  const phone = found.phones[0]!;
  const flow = phoneTarget(world, phone);
  const built = buildInward(world, passage, { request: passage.request, phone, flow });
  if (!built.ok) return world.count("ack.unroutable");
  const { dialog } = found;
  if (sendAck(world, { passage, dialog, side: "inside", flow, request: built.value })) {
    noteFarEnd(world, passage);
  }
}

interface AckOptions {
  readonly passage: Passage;
  readonly dialog: Dialog;
  readonly side: Side;
  readonly flow: Flow;
  readonly request: SipRequest;
}

function sendAck(world: World, options: AckOptions): boolean {
  const { passage, dialog, side, flow, request } = options;
  const target = { flow: passage.source, target: flow, attempt: 0 };
  const branchId = branchFor(world.secret, passage.request, target);
  const sent = withOurVia(world, request, { side, flow, branchId });
  if (sent === undefined) return false;
  dialog.hops[side] = flow;
  if (passage.call?.callerSide === passage.side) passage.call.acknowledged = true;
  world.send({ kind: "dialog", key: dialog.key, side }, writeMessage(sent));
  return true;
}
