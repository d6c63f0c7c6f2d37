import { callId, cseq, fromTag } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import type { Branch } from "./contexts.ts";
import type { World } from "./world.ts";

/** Notes that a phone has an INVITE, so that another fork of the same one passes it by; told after a restart too. */
export function noteRinging(world: World, branch: Branch): void {
  const { phone, request } = branch;
  if (phone === undefined || request.method !== "INVITE") return;
  const ringing = world.ringing.get(phone.token) ?? new Set();
  world.ringing.set(phone.token, ringing.add(branch));
}

/** Notes that a branch has ended. */
export function forgetRinging(world: World, branch: Branch): void {
  if (branch.phone === undefined) return;
  const ringing = world.ringing.get(branch.phone.token);
  ringing?.delete(branch);
  if (ringing?.size === 0) world.ringing.delete(branch.phone.token);
}

/** RULES V5: true for the binding of a phone that has a live branch of the same INVITE, by another registrar too. */
export function isRinging(world: World, request: SipRequest, binding: Binding): boolean {
  if (request.method !== "INVITE") return false;
  const key = forkKey(request);
  for (const { token } of [binding, ...sameContact(world, binding)]) {
    for (const branch of world.ringing.get(token) ?? []) {
      if (branch.final === undefined && forkKey(branch.context.request) === key) return true;
    }
  }
  return false;
}

/** A phone whose way to its provider has changed is registered twice until the older registration ends. */
function sameContact(world: World, { aor, uri, flow }: Binding): Binding[] {
  const remote = remoteKey(flow);
  return world.bindings.ofAor(aor).filter((other) =>
    other.uri === uri && remoteKey(other.flow) === remote
  );
}

function forkKey(request: SipRequest): string {
  return `${callId(request)}\n${fromTag(request) ?? ""}\n${cseq(request).number}`;
}
