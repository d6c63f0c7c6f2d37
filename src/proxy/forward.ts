import type { Flow } from "../base/address.ts";
import type { Side } from "../base/side.ts";
import { withHeader, withHeaderValues } from "../sip/edit.ts";
import { headerText } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { answer, trying } from "./answer.ts";
import { noteTarget } from "./call_life.ts";
import { touchCall } from "./call_records.ts";
import type { Binding } from "./bindings.ts";
import type { Branch, BuildRequest, Refusal, RequestContext } from "./contexts.ts";
import { TIMES } from "./times.ts";
import { tooBusy } from "./no_place.ts";
import { branchTimedOut, finishIfDone } from "./response_context.ts";
import { noteRinging } from "./ringing.ts";
import { markDown } from "./server_health.ts";
import { restartTimerC } from "./timer_c.ts";
import { noteSent } from "./sources.ts";
import { OUTSIDE_UNKNOWN } from "./targets.ts";
import { branchFor } from "./tokens.ts";
import { ownVia, viewFor } from "./view.ts";
import type { World } from "./world.ts";

/** How a request is forwarded to one target. */
export interface ForwardOptions {
  readonly side: Side;
  /** Servers to try, in order; at least one. */
  readonly flows: readonly Flow[];
  /** The name the servers were found under, for pins; empty for none. */
  readonly hop: string;
  readonly phone: Binding | undefined;
  readonly build: BuildRequest;
}

/**
 * Sends a request to its targets, each in a client transaction of its own (RFC 3261 §16.6); false, and answered, when
 * none can be served.
 */
export function forward(
  world: World,
  context: RequestContext,
  targets: readonly ForwardOptions[],
): boolean {
  let refusal: Refusal | undefined;
  for (const target of targets) {
    const [flow, ...alternatives] = target.flows;
    if (flow === undefined) continue;
    const refused = startBranch(world, context, { ...target, flow, alternatives, attempt: 0 });
    refusal ??= refused;
  }
  if (context.branches.length > 0) return true;
  if (refusal !== undefined) answer(world, context, refusal);
  return false;
}

interface Start extends Omit<ForwardOptions, "flows"> {
  readonly flow: Flow;
  readonly alternatives: readonly Flow[];
  readonly attempt: number;
}

function startBranch(world: World, context: RequestContext, start: Start): Refusal | undefined {
  const { flow, attempt } = start;
  const built = start.build(flow);
  if (!built.ok) return built.reason;
  const phone = start.phone?.token ?? "";
  const target = { flow: context.source, target: flow, phone, attempt };
  const branchId = branchFor(world.secret, context.request, target);
  if (world.branches.get(branchId) !== undefined) {
    // A late copy of a request whose server transaction is over, or a phone that uses one branch for ever.
    return { status: 482, reason: "This request is on its way already", cause: "branch" };
  }
  const request = withOurVia(world, built.value, { side: start.side, flow, branchId });
  if (request === undefined) return OUTSIDE_UNKNOWN;
  const branch: Branch = {
    context,
    side: start.side,
    client: undefined,
    flow,
    request,
    branchId,
    hop: start.hop,
    attempt,
    alternatives: start.alternatives,
    build: start.alternatives.length === 0 ? undefined : start.build,
    phone: start.phone,
    provisional: false,
    final: undefined,
    abandoned: false,
    cancelSent: false,
    silence: undefined,
    timerC: undefined,
  };
  context.branches.push(branch);
  if (!launch(world, branch)) {
    context.branches.pop();
    return tooBusy(world, context, world.clients.shares);
  }
  return undefined;
}

/** Begins the client transaction of a branch; an INVITE's call is on disk before it leaves (RULES X1). */
function launch(world: World, branch: Branch): boolean {
  const { request, branchId, flow, context } = branch;
  if (!world.branches.set(branchId, branch)) return false;
  const client = world.clients.create({
    request,
    branch: branchId,
    holder: context.holder,
    reliable: flow.transport !== "udp",
    now: world.now,
    context: { flow, branch },
  });
  if (client === undefined) {
    world.branches.delete(branchId);
    return false;
  }
  branch.client = client;
  if (branch.side === "outside" && context.dialog !== undefined) {
    noteSent(world, context.dialog, flow);
  }
  // Not before there was a place for it: an INVITE that never leaves needs neither a record nor a 100.
  if (request.method === "INVITE") {
    context.call?.pending.add(context);
    if (context.call !== undefined && branch.side === "outside") {
      noteTarget(world, context.call, branch);
    }
    touchCall(world, context.call, "urgent");
    trying(world, context);
  }
  watch(world, branch);
  return true;
}

/** The timers of a branch: silence while another server is left (RULES N4), Timer C for an INVITE. */
function watch(world: World, branch: Branch): void {
  if (branch.alternatives.length > 0) {
    branch.silence = world.heap.schedule(world.now + TIMES.silence, () => {
      const next = nextServer(world, branch);
      markDown(world, { flow: branch.flow, trouble: { kind: "silent" }, branch, next });
      if (!failOver(world, branch)) branchTimedOut(world, branch);
    });
  }
  if (branch.request.method !== "INVITE") return;
  restartTimerC(world, branch);
  noteRinging(world, branch);
}

/** The request with our Via as its only one (RULES V1) and one hop less; undefined while no listener faces the target. */
export function withOurVia(
  world: World,
  request: SipRequest,
  options: { side: Side; flow: Flow; branchId: string },
): SipRequest | undefined {
  const { flow, branchId } = options;
  const view = viewFor(world, options.side, flow.remote.ip);
  if (view === undefined) return undefined;
  const via = ownVia(view, { flow, branch: branchId });
  return withHeader(withHeaderValues(request, "Via", [via]), "Max-Forwards", hopsLeft(request));
}

function hopsLeft(request: SipRequest): string {
  const text = headerText(request, "max-forwards");
  const hops = text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  // Absent or out of range counts as 70 (RFC 3261 §16.6 step 3).
  return String(hops >= 0 && hops <= 255 ? hops - 1 : 70);
}

/** The server that is tried when this one fails (RULES N4); undefined when none is left, or nobody waits any more. */
export function nextServer(world: World, branch: Branch): Flow | undefined {
  const { context, build, attempt, alternatives } = branch;
  if (build === undefined || context.final !== undefined) return undefined;
  if (context.cancelled) return undefined;
  return attempt + 1 >= world.limits.attempts ? undefined : alternatives[0];
}

/** Gives a branch up and tries its next server (RULES N4); false when none is left. */
export function failOver(world: World, branch: Branch): boolean {
  const { context, build } = branch;
  const flow = nextServer(world, branch);
  if (flow === undefined || build === undefined) return false;
  const alternatives = branch.alternatives.slice(1);
  branch.abandoned = true;
  world.heap.cancel(branch.silence);
  world.heap.cancel(branch.timerC);
  if (branch.client !== undefined) world.clients.abandon(branch.client, world.now);
  const { side, hop, phone, attempt } = branch;
  const next = { side, hop, phone, build, flow, alternatives, attempt: attempt + 1 };
  const refusal = startBranch(world, context, next);
  if (refusal !== undefined) finishIfDone(world, context, refusal);
  return true;
}
