import type { Flow } from "../base/address.ts";
import type { Side } from "../base/side.ts";
import { headerValues } from "../sip/headers.ts";
import { mapHeaderValues } from "../sip/edit.ts";
import type { SipRequest } from "../sip/message.ts";
import { withParam } from "../sip/params.ts";
import { parseVia, viaBranch, writeVia } from "../sip/via.ts";
import { receiveAck } from "./ack.ts";
import { answer } from "./answer.ts";
import { checkRequest, loopRefusal } from "./admit.ts";
import { receiveCancel } from "./cancel.ts";
import type { RequestContext } from "./contexts.ts";
import { replyFlow } from "./destination.ts";
import { dropFailure } from "./failure_records.ts";
import { awaitFarEndNames } from "./far_end_names.ts";
import { findPhone, type Phone } from "./find_phone.ts";
import { forwardInward } from "./inward.ts";
import { forwardOutward } from "./outward.ts";
import { holderOf } from "./holders.ts";
import { tooBusy } from "./no_place.ts";
import { noteWaiting } from "./outside_notes.ts";
import { mayReach } from "./provider_sets.ts";
import { replyTo } from "./reply.ts";
import { dropRequest, foreignDialog } from "./sources.ts";
import { isExpected, turnAway } from "./stranger.ts";
import { isUrgent } from "./urgent.ts";
import { hasOutside, sideOf } from "./view.ts";
import type { World } from "./world.ts";

/** Takes a request: to its transaction, or as a new one through admission to the path of its side. */
export function receiveRequest(world: World, flow: Flow, request: SipRequest): void {
  const known = world.servers.find(request, flow);
  if (known !== undefined) {
    // The ACK of a failure: its sender has it.
    if (request.method === "ACK" && known.context !== undefined) dropFailure(world, known.context);
    return world.servers.received(known, request, world.now);
  }
  if (request.method === "CANCEL") return receiveCancel(world, flow, request);
  const side = sideOf(world, flow);
  const foreign = foreignDialog(world, request, { side, source: flow });
  if (foreign !== undefined) {
    const resume = () => receiveRequest(world, flow, request);
    if (side === "outside" && awaitFarEndNames(world, foreign, { source: flow, resume })) return;
    return dropRequest(world, request, { dialog: foreign, side, source: flow });
  }
  if (request.method === "ACK") return receiveAck(world, flow, request);
  if (side === "inside") return receiveFromInside(world, flow, request);
  receiveFromOutside(world, flow, request);
}

function receiveFromInside(world: World, flow: Flow, request: SipRequest): void {
  // A refused phone would stay away for half a minute and more; one that hears nothing repeats, and is back with us.
  if (request.method === "REGISTER" && !hasOutside(world)) {
    noteWaiting(world, flow, request);
    return world.count("waiting.outside");
  }
  const urgent = isUrgent(world, request, "inside");
  const context = begin(world, flow, { request, side: "inside", urgent });
  if (context === undefined) return;
  const refusal = checkRequest(world, context) ?? loopRefusal(world, context);
  if (refusal !== undefined) return answer(world, context, refusal);
  forwardOutward(world, context);
}

/** Nothing is kept for who is not expected and whose request is faulty or belongs to nobody here (RULES S3, T1). */
function receiveFromOutside(world: World, flow: Flow, request: SipRequest): void {
  const found = findPhone(world, flow, request);
  if (found.kind === "nobody") return turnAway(world, flow, request, found);
  const faulty = checkRequest(world, { request, side: "outside" });
  // One that knows a token is a stranger still: what we would say of a bare request is larger than that (RULES S3).
  if (faulty !== undefined && !isExpected(world, flow, request)) {
    return turnAway(world, flow, request, { why: faulty.reason, answer: faulty });
  }
  const urgent = isUrgent(world, request, "outside");
  const phone = found.kind === "phones" ? calledBy(world, flow, found.phones) : undefined;
  const context = begin(world, flow, { request, side: "outside", urgent, phone });
  if (context === undefined) return;
  const refusal = faulty ?? loopRefusal(world, context);
  if (refusal !== undefined) return answer(world, context, refusal);
  if (found.kind === "answer") return answer(world, context, found.answer);
  forwardInward(world, context, found);
}

/** How the phone is reached that a request is for; a server that only knows its token is no provider of it (RULES V7). */
function calledBy(world: World, source: Flow, [phone]: readonly Phone[]): Flow | undefined {
  const { binding, flow } = phone ?? {};
  return binding === undefined || mayReach(world, binding, source) ? flow : undefined;
}

/** How a request begins. */
interface Beginning {
  readonly request: SipRequest;
  readonly side: Side;
  /** It ends a call, or is of an emergency call: for such there is always a place. */
  readonly urgent: boolean;
  /** The phone that a request from outside is for. */
  readonly phone?: Flow | undefined;
}

/** Begins a server transaction and what we keep of it; where there is no place for it RULES V7 answers. */
export function begin(
  world: World,
  flow: Flow,
  { request, side, urgent, phone }: Beginning,
): RequestContext | undefined {
  const stamped = stampVia(request, flow);
  const parent = parentOf(world, request);
  const holder = holderOf(world, {
    side,
    source: flow,
    phone,
    parent: parent?.holder,
    urgent,
  });
  const server = world.servers.create(stamped, flow, { now: world.now, holder });
  if (server === undefined) {
    const busy = tooBusy(world, { holder, side }, world.servers.shares);
    if (isExpected(world, flow, request)) replyTo(world, flow, request, busy);
    else turnAway(world, flow, request, { why: "full", answer: busy });
    return undefined;
  }
  const vias = headerValues(stamped, "via");
  const context: RequestContext = {
    server,
    request,
    side,
    source: flow,
    holder,
    reply: replyFlow(flow, vias[0]),
    vias,
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    branches: [],
    identities: [],
    final: undefined,
    cancelled: false,
    cancelReasons: [],
    call: undefined,
    dialog: undefined,
    party: undefined,
    register: undefined,
  };
  server.context = context;
  return context;
}

/** Writes where the packet came from into the top Via (RFC 3261 §18.2.1, RFC 3581 §4). */
export function stampVia(request: SipRequest, flow: Flow): SipRequest {
  return mapHeaderValues(request, "via", (value, index) => {
    const via = index === 0 ? parseVia(value) : undefined;
    if (via === undefined || !via.ok) return value;
    let { params } = via.value;
    const asked = params.some((param) => param.name.toLowerCase() === "rport");
    if (asked) params = withParam(params, "rport", String(flow.remote.port));
    if (asked || via.value.host !== flow.remote.ip) {
      params = withParam(params, "received", flow.remote.ip);
    }
    return writeVia({ ...via.value, params });
  });
}

/** The request of ours that this one came back from: its Vias name our branch (RULES V5). */
function parentOf(world: World, request: SipRequest): RequestContext | undefined {
  for (const value of headerValues(request, "via")) {
    const via = parseVia(value);
    const branch = via.ok ? viaBranch(via.value) : undefined;
    const sent = branch === undefined ? undefined : world.branches.get(branch);
    if (sent !== undefined) return sent.context;
  }
  return undefined;
}
