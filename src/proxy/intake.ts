import type { Flow } from "../base/address.ts";
import { withCrlf } from "../sip/line_ends.ts";
import { parseMessage, type ParseRefusal } from "../sip/parse.ts";
import { isKeepalive, isStun, stunAnswer } from "./keepalive_formats.ts";
import { noteMessage } from "./message_notes.ts";
import { sayRefused } from "./refusal_notes.ts";
import { reply, replyTo } from "./reply.ts";
import { receiveRequest } from "./requests.ts";
import { receiveResponse } from "./responses.ts";
import { isExpected } from "./stranger.ts";
import { sideOf } from "./view.ts";
import type { World } from "./world.ts";
import { isMisplaced, turnAwayMisplaced } from "./wrong_side.ts";

/** Takes one datagram: keep-alives are swallowed, garbage is counted, the rest goes to its stage. */
export function receive(world: World, flow: Flow, text: string): void {
  world.arrivedLength = text.length;
  noteMessage(world, "from", { flow, text });
  if (isMisplaced(world, flow)) return turnAwayMisplaced(world, flow);
  if (isKeepalive(text)) return world.count("keepalive");
  if (isStun(text)) return receiveStun(world, flow, text);
  // Sockets know the limit too, so that no text is made of what is too long; here it holds whatever the transport is.
  if (text.length > world.limits.messageBytes) return refuseDatagram(world, flow, "oversized");
  const parsed = parseMessage(text);
  if (!parsed.ok) return refuseMessage(world, flow, parsed.reason);
  const message = withCrlf(parsed.value);
  if (message.kind === "response") return receiveResponse(world, flow, message);
  receiveRequest(world, flow, message);
}

/** STUN bindings are answered inside only (RULES N6): outside they would tell a stranger that we are here. */
function receiveStun(world: World, flow: Flow, text: string): void {
  world.count("keepalive");
  const answer = stunAnswer(text, flow.remote);
  if (answer === undefined || sideOf(world, flow) !== "inside") return;
  reply(world, flow, answer);
}

function refuseDatagram(world: World, flow: Flow, kind: string): void {
  world.refuse(kind, flow.remote.ip);
}

function refuseMessage(world: World, flow: Flow, refusal: ParseRefusal): void {
  refuseDatagram(world, flow, `unparsable.${refusal.kind}`);
  const { answer } = refusal;
  if (answer === undefined || answer.message.method === "ACK") return;
  const { status, reason, message } = answer;
  if (!isExpected(world, flow, message)) return;
  if (sideOf(world, flow) === "inside") {
    sayRefused(world, { source: flow, method: message.method, answer });
  }
  replyTo(world, flow, message, { status, reason });
}
