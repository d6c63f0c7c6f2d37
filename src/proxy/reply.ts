import type { Flow } from "../base/address.ts";
import { keyedHash } from "../base/hash.ts";
import { headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { makeResponse, writeMessage } from "../sip/write.ts";
import type { Refusal } from "./contexts.ts";
import type { World } from "./world.ts";

/** Answers a request that has no transaction (RULES V6, V7); silent when too many such wait, and false when it would be longer than it may be. */
export function replyTo(
  world: World,
  flow: Flow,
  request: SipRequest,
  { longest = Infinity, ...answer }: Refusal & { readonly longest?: number },
): boolean {
  const response = makeResponse(request, { ...answer, toTag: statelessTag(world, request) });
  const text = writeMessage(response);
  if (text.length > longest) return false;
  reply(world, flow, text);
  return true;
}

/** Nothing is remembered, so the tag must come from the request: a copy gets the same answer (RFC 3261 §8.2.7). */
function statelessTag(world: World, request: SipRequest): string {
  const top = headerValues(request, "via")[0] ?? "";
  const fields = ["call-id", "cseq", "from"].map((name) => headerText(request, name) ?? "");
  return keyedHash(world.secret, ["stateless answer", top, ...fields], 16);
}

/** Sends a text back to where a datagram came from. */
export function reply(world: World, flow: Flow, text: string): void {
  const id = world.nextNumber();
  if (!world.replies.set(id, { flow })) return;
  world.send({ kind: "reply", id }, text);
}
