import type { Flow } from "../base/address.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Side } from "../base/side.ts";
import type { MediaParty, NoPorts, Viewpoint } from "../media/sessions.ts";
import { withBody } from "../sip/edit.ts";
import { cseq, fromTag, headerText, headerValues, toTag } from "../sip/headers.ts";
import type { SipMessage, SipRequest } from "../sip/message.ts";
import type { Passage, Refusal } from "./contexts.ts";
import { noteDescription } from "./description_notes.ts";
import { noPlace, noRoom } from "./no_place.ts";
import { providerOf, providerOfPassage } from "./providers.ts";
import { OUTSIDE_UNKNOWN } from "./targets.ts";
import { listenerFacing, viewFor } from "./view.ts";
import type { World } from "./world.ts";

/** Requests whose descriptions, and whose answers', are offers and answers (RFC 3264, RFC 3311, RFC 3262). */
const NEGOTIATING = new Set(["INVITE", "ACK", "PRACK", "UPDATE"]);

/** One end of a message's way through us. */
export interface End {
  readonly side: Side;
  readonly flow: Flow;
}

/** Where a message with a body comes from and goes to. */
export interface Ends {
  readonly from: End;
  readonly to: End;
}

/**
 * Puts our relay ports into the message's session description (RULES P1–P4).
 * A message without a call or a body passes; a full port pool is RULES V7. `domain` is that of the phone that
 * gets it, where the passage does not say.
 */
export function describe<M extends SipMessage>(
  world: World,
  passage: Passage,
  options: { message: M; ends: Ends; domain?: string | undefined },
): Result<M, Refusal> {
  const { message, ends, domain } = options;
  const { call, request } = passage;
  if (message.body === "") return ok(message);
  if (isEncoded(message)) return refuse(encodedRefusal(message));
  // A 2xx that is repeated after the call's end must not open its media again.
  const over = call === undefined || world.calls.get(call.id) !== call;
  if (over || !NEGOTIATING.has(request.method)) return show(world, passage, options);
  const from = sender(world, passage, { end: ends.from, domain });
  const to = mediaParty(world, ends.to);
  if (from === undefined || to === undefined) {
    return refuse(OUTSIDE_UNKNOWN);
  }
  const senderTag = message.kind === "request" ? fromTag(message) : toTag(message);
  const otherTag = message.kind === "request" ? toTag(message) : fromTag(message);
  const caller = senderTag === call.callerTag;
  const dialog = (caller ? otherTag : senderTag) ?? "";
  const described = world.media.describe({
    session: call.id,
    holder: call.holder,
    exchange: exchangeOf(passage.request),
    caller,
    dialog: dialog === "" && passage.dialog === undefined ? undefined : dialog,
    from,
    to,
    early: message.kind === "response" && message.status < 200,
    request: message.kind === "request",
    contentType: headerText(message, "content-type") ?? "",
    body: message.body,
    now: world.now,
  });
  if (!described.ok) return refuse(mediaRefusal(world, passage, described.reason));
  return ok(rewritten(world, { message, body: described.value.body, ends }));
}

/** An answer to OPTIONS or INFO names what a phone can do, and our ports in its place (RULES P1). */
function show<M extends SipMessage>(
  world: World,
  passage: Passage,
  options: { message: M; ends: Ends },
): Result<M, Refusal> {
  const { message, ends } = options;
  const to = mediaParty(world, ends.to);
  if (to === undefined) return refuse(OUTSIDE_UNKNOWN);
  const senderTag = message.kind === "request" ? fromTag(message) : toTag(message);
  const shown = world.media.show({
    session: passage.call?.id,
    caller: senderTag === passage.call?.callerTag,
    to,
    contentType: headerText(message, "content-type") ?? "",
    body: message.body,
  });
  if (!shown.ok) return refuse(NOT_UNDERSTOOD);
  return ok(rewritten(world, { message, body: shown.value.body, ends }));
}

function rewritten<M extends SipMessage>(
  world: World,
  { message, body, ends }: { message: M; body: string; ends: Ends },
): M {
  noteDescription(world, { message, body, from: ends.from.flow, to: ends.to.flow });
  return body === message.body ? message : withBody(message, body);
}

/** What may hold a description and is encoded: nobody could put our ports into it (RFC 3261 §8.2.3, RULES P2). */
function isEncoded(message: SipMessage): boolean {
  const encodings = headerValues(message, "content-encoding");
  if (encodings.every((encoding) => encoding.trim().toLowerCase() === "identity")) return false;
  const type = headerText(message, "content-type") ?? "";
  return /^\s*(?:application\/sdp|multipart\/|$)/i.test(type);
}

/** Who sends a request is told which encoding will do; of an answer that cannot be read nobody is. */
function encodedRefusal(message: SipMessage): Refusal {
  if (message.kind === "response") return { status: 502, reason: "Answer with an encoded body" };
  const headers = [["Accept-Encoding", "identity"]] as const;
  return { status: 415, reason: "Compressed body not supported", cause: "encoding", headers };
}

const NOT_UNDERSTOOD: Refusal = { status: 488, reason: "Session description not understood" };

function mediaRefusal(world: World, { side, call }: Passage, reason: NoPorts | "malformed") {
  if (reason === "malformed") return NOT_UNDERSTOOD;
  const { why, held, limit } = reason;
  if (why === "share" || why === "guests") {
    return noPlace(world, { holder: call!.holder, side }, { table: "ports", why, held, limit });
  }
  world.count("full.ports");
  world.note("warn", "ports", `No media port is free: a call was refused; ${nextStep(world)}`);
  return noRoom(side, "No media port is free");
}

/** Without the port, so that many refusals are one sentence: with the file limit reached a wider range would not help. */
function nextStep({ bindFault }: World): string {
  if (bindFault === undefined) return "widen [media] ports and open them in the firewall";
  const cause = bindFault.slice(bindFault.lastIndexOf(": ") + 1).trim();
  return `another one could not be bound: ${cause}; raise the limit of open files with ulimit -n, ` +
    "or end what else uses [media] ports";
}

/** Names the offer/answer exchange of a request: an ACK belongs to its INVITE's. */
export function exchangeOf(request: SipRequest): string {
  const { number, method } = cseq(request);
  return `${method === "ACK" ? "INVITE" : method} ${number} ${fromTag(request) ?? ""}`;
}

/** Who sends a body, and whether its provider may send media from elsewhere (RULES L2). */
function sender(
  world: World,
  passage: Passage,
  { end, domain }: { end: End; domain: string | undefined },
): Viewpoint | undefined {
  const from = viewpoint(world, end);
  if (from?.side !== "outside") return from;
  const provider = domain === undefined
    ? providerOfPassage(world, passage)
    : providerOf(world, domain);
  return { ...from, learns: provider?.media === "learn" };
}

/** Who a body comes from: what we are called there does not matter to those who get it. */
function viewpoint(world: World, { side, flow }: End): Viewpoint | undefined {
  const sipIp = flow.remote.ip;
  const listener = listenerFacing(world, side, sipIp);
  return listener && { side, local: listener.address.ip, sipIp };
}

function mediaParty(world: World, end: End): MediaParty | undefined {
  const party = viewpoint(world, end);
  const view = viewFor(world, end.side, end.flow.remote.ip);
  return party && view && { ...party, shown: view.ip };
}
