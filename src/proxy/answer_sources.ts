import type { Flow } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import { cseq } from "../sip/headers.ts";
import type { SipResponse } from "../sip/message.ts";
import type { Binding } from "./bindings.ts";
import type { Branch, RequestContext, Sending } from "./contexts.ts";
import { isLike, isOfProvider, isProviderOf, isSomeProvider } from "./provider_sets.ts";
import { providerOf, providerOfRequest } from "./providers.ts";
import { partyBinding, senderBinding } from "./sender.ts";
import { isFarEnd, isPhone, isRegisteredFrom, sayDropped } from "./sources.ts";
import type { World } from "./world.ts";

/* Where the answers of a transaction may come from (RULES S3): every hop of a request has seen its branch. */

/** True when an answer to what was sent may come from there. */
export function mayAnswer(world: World, { flow, branch }: Sending, source: Flow): boolean {
  const { ip } = source.remote;
  if (ip === flow.remote.ip) return true;
  // Of our own BYE or CANCEL: it is sent no more then, and nothing else comes of it.
  if (branch === undefined) return isSomeProvider(world, source);
  return branch.side === "inside"
    ? isPhoneOf(branch, { world, ip })
    : isServerOf(branch, { world, ip });
}

/** True for an address of the phone that a branch rings. */
export function isPhoneOf(branch: Branch, { world, ip }: { world: World; ip: string }): boolean {
  const { flow, phone, context } = branch;
  if (flow.remote.ip === ip) return true;
  if (context.dialog !== undefined) return isPhone(world, context.dialog.party, ip);
  return phone !== undefined &&
    world.bindings.ofAccount(phone).some((binding) => isRegisteredFrom(binding, ip));
}

/** True for a server that a branch was, or would be, sent to, and for those of the same provider. */
function isServerOf(branch: Branch, { world, ip }: { world: World; ip: string }): boolean {
  const { context, alternatives } = branch;
  const { dialog, register, branches } = context;
  const flows = [...branches.map((other) => other.flow), ...alternatives];
  if (flows.some(({ remote }) => remote.ip === ip)) return true;
  if (dialog !== undefined && isFarEnd(world, dialog, ip)) return true;
  const binding = bindingOf(world, context);
  if (binding !== undefined && isProviderOf(world, binding, ip)) return true;
  if (register?.servers.some(isLike(world, ip))) return true;
  const provider = register === undefined
    ? providerOfRequest(world, context, binding)
    : providerOf(world, register.domain);
  return provider !== undefined && isOfProvider(world, provider, ip);
}

/** The binding of who sends a request; of a REGISTER the one that it refreshes at the same registrar. */
function bindingOf(world: World, context: RequestContext): Binding | undefined {
  const { register, party } = context;
  if (register !== undefined) return world.bindings.ofAccount(register)[0];
  return party === undefined ? senderBinding(world, context) : partyBinding(world, party);
}

/** Drops an answer to a request that went to somebody else. */
export function dropAnswer(
  world: World,
  response: SipResponse,
  { sending, source }: { sending: Sending; source: Flow },
): void {
  const { ip } = source.remote;
  world.refuse("response.source", ip);
  sayDropped(world, source, {
    what: `${response.status} to ${logText(cseq(response).method)} from ${ip}`,
    why: `that was sent to ${sending.flow.remote.ip}`,
    side: sending.branch?.side ?? "outside",
  });
}
