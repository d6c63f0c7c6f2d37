import type { Flow } from "../base/address.ts";
import type { SipRequest } from "../sip/message.ts";
import { makeResponse, writeMessage } from "../sip/write.ts";
import type { World } from "./world.ts";

/** Answers a request that has no transaction (RULES V6, V7); silent when too many such wait. */
export function replyTo(
  world: World,
  flow: Flow,
  request: SipRequest,
  answer: { status: number; reason: string },
): void {
  const response = makeResponse(request, { ...answer, toTag: world.newTag() });
  reply(world, flow, writeMessage(response));
}

/** Sends a text back to where a datagram came from. */
export function reply(world: World, flow: Flow, text: string): void {
  const id = world.nextNumber();
  if (!world.replies.set(id, { flow })) return;
  world.send({ kind: "reply", id }, text);
}
